// Talks to the school's server: every reply becomes one plain word that says what to do next.
//   saved { version }, next { url }, refused { message }, stale { answer, version }, held-back { error, refused },
//   over { message }                  handed in or closed: nothing more is taken
//   signed-out, someone-else, gone    nobody, or not this pupil, is signed in; the attempt is no longer theirs
//   away                              no connection, a busy server: try again later
const PATIENCE_MS = 15_000;
const AT_ONCE = 3;
// Browsers carry small requests to their end when the page closes: 64 KB in all, and a letter may take three bytes.
const LONGEST_CARRIED = 15_000;

export class School {
  constructor(form) {
    this.form = form;
    this.user = form.dataset.user;
    this.waiting = [];
    this.running = 0;
    this.renewal = null;
  }

  save(url, body, { isClosing = false } = {}) {
    const text = JSON.stringify(body);
    const ask = () => this.#ask(url, "PUT", text, { "Content-Type": "application/json" });
    return isClosing ? ask() : this.#inTurn(() => this.#askTwice(ask));
  }

  handIn(url) {
    return this.#askTwice(() => this.#ask(url, "POST", new URLSearchParams(new FormData(this.form)), {}));
  }

  async #inTurn(act) {
    if (this.running >= AT_ONCE) await new Promise((go) => this.waiting.push(go));
    this.running += 1;
    try {
      return await act();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  // Signing out and in again in another tab makes this page's token useless; a fresh one comes with a fresh page.
  async #askTwice(ask) {
    const reply = await ask();
    if (reply.kind !== "odd") return reply;
    this.renewal ??= this.#renew().finally(() => (this.renewal = null));
    const renewed = await this.renewal;
    if (renewed) return renewed;
    const second = await ask();
    return second.kind === "odd" ? { kind: "gone" } : second;
  }

  async #ask(url, method, body, headers) {
    try {
      const response = await fetch(url, {
        method,
        body,
        headers: { Accept: "application/json", "X-CSRFToken": this.#token.value, ...headers },
        keepalive: String(body).length < LONGEST_CARRIED,
        signal: AbortSignal.timeout?.(PATIENCE_MS),
      });
      const said = await response.json().catch(() => ({}));
      return read(response, said);
    } catch {
      return { kind: "away" };
    }
  }

  async #renew() {
    try {
      const response = await fetch(this.form.dataset.page, {
        headers: { Accept: "text/html" },
        signal: AbortSignal.timeout?.(PATIENCE_MS),
      });
      if (response.status >= 500 || response.status === 429) return { kind: "away" };
      if (response.redirected) return { kind: response.url.endsWith("/result") ? "over" : "signed-out" };
      if (!response.ok) return { kind: "someone-else" };
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const form = page.getElementById("taking");
      if (form?.dataset.user !== this.user) return { kind: "someone-else" };
      this.#token.value = form.elements.csrf_token.value;
      return null;
    } catch {
      return { kind: "away" };
    }
  }

  get #token() {
    return this.form.elements.csrf_token;
  }
}

function read(response, said) {
  const { status } = response;
  if (response.ok && "version" in said) return { kind: "saved", version: said.version };
  if (response.ok && "next" in said) return { kind: "next", url: said.next };
  if (status === 409 && "version" in said) return { kind: "stale", answer: said.answer, version: said.version };
  if (status === 409 && "refused" in said) return { kind: "held-back", error: said.error, refused: said.refused };
  if (status === 409) return { kind: "over", message: said.error };
  if (status === 401) return { kind: "signed-out" };
  if (status === 422 || status === 413) return { kind: "refused", message: said.error };
  if (status === 429 || status >= 500) return { kind: "away" };
  return { kind: "odd" };
}
