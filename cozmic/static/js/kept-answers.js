// Answers that the school has not acknowledged yet, kept in this browser: one entry for each person, attempt and
// question, so that on a shared device nobody's answers are sent or shown as somebody else's.
const PREFIX = "cozmic.answer.";
const DAY_MS = 86_400_000;
// Somebody else's last copy of an unsent answer is not thrown away the moment another pupil signs in: the next lesson
// may bring its owner back. A week covers a weekend and a missed lesson.
const OTHERS_KEPT_MS = 7 * DAY_MS;
const OWN_KEPT_MS = 60 * DAY_MS;

function parse(text) {
  try {
    const entry = JSON.parse(text);
    const isWhole = typeof entry?.answer === "string" && Number.isInteger(entry.version) && Array.isArray(entry.sent);
    return isWhole ? entry : null;
  } catch {
    return null;
  }
}

export class KeptAnswers {
  constructor(user, submission) {
    this.prefix = `${PREFIX}${user}.${submission}.`;
    this.written = new Map();
    this.works = this.#try(() => {
      localStorage.setItem(`${PREFIX}probe`, "1");
      localStorage.removeItem(`${PREFIX}probe`);
      return true;
    }, false);
  }

  find(item) {
    return parse(this.#try(() => localStorage.getItem(this.prefix + item), null));
  }

  keep(item, { answer, version, sent }) {
    const text = JSON.stringify({ answer, version, sent, at: Date.now() });
    this.#try(() => localStorage.setItem(this.prefix + item, text));
    this.written.set(item, text);
  }

  // Another tab may have kept something newer under the same name meanwhile: that stays.
  forget(item) {
    this.#try(() => {
      const text = localStorage.getItem(this.prefix + item);
      if (text === null || text === this.written.get(item)) localStorage.removeItem(this.prefix + item);
    });
    this.written.delete(item);
  }

  drop(item) {
    this.#try(() => localStorage.removeItem(this.prefix + item));
  }

  dropAll() {
    for (const name of names()) if (name.startsWith(this.prefix)) this.#try(() => localStorage.removeItem(name));
  }

  // Storage may be refused (private windows) or full; then answers live in the page and on the server only.
  #try(act, otherwise) {
    try {
      return act();
    } catch {
      return otherwise;
    }
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

// Clears what nobody will come back for.
export function tidyUp(user) {
  for (const name of names()) {
    const isOwn = name.startsWith(`${PREFIX}${user}.`);
    if (!(ageOf(name) < (isOwn ? OWN_KEPT_MS : OTHERS_KEPT_MS))) localStorage.removeItem(name);
  }
}

function ageOf(name) {
  try {
    return Date.now() - JSON.parse(localStorage.getItem(name)).at;
  } catch {
    return Infinity;
  }
}
