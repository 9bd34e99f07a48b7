// One question on the take page: its answer here, the answer at the school, and what to do while they differ.
const REST_MS = 600;
const REMEMBERED = 3;

export class Question {
  constructor(box, page) {
    this.box = box;
    this.page = page;
    this.id = box.dataset.item;
    this.fields = [...box.querySelectorAll(`[name="answer-${this.id}"]`)];
    this.versionField = page.form.elements[`version-${this.id}`];
    this.mark = box.querySelector(".answer-state");
    this.saved = box.dataset.saved ?? this.answerAsSent;
    this.sent = [];
    this.isAsking = false;
    this.conflict = null;
    this.refusal = null;
    box.addEventListener("input", () => this.changed());
    box.addEventListener("change", () => this.send());
    box.addEventListener("focusout", () => this.send());
  }

  get isChoice() {
    return this.fields[0].type === "radio";
  }

  get answer() {
    return this.isChoice ? (this.fields.find((field) => field.checked)?.value ?? "") : this.fields[0].value;
  }

  // As the page came: what was typed before this script ran is a change like any other.
  get answerAsSent() {
    return this.isChoice ? (this.fields.find((field) => field.defaultChecked)?.value ?? "") : this.fields[0].defaultValue;
  }

  set answer(value) {
    if (this.isChoice) for (const field of this.fields) field.checked = field.value === value;
    else this.fields[0].value = value;
  }

  get version() {
    return Number(this.versionField.value);
  }

  set version(value) {
    this.versionField.value = value;
  }

  get isBlank() {
    return this.answer.trim() === "";
  }

  get isUnsaved() {
    return this.answer !== this.saved;
  }

  get isRefused() {
    return this.refusal?.answer === this.answer && this.isUnsaved;
  }

  // As people read it: the words of a choice, not its id.
  inWords(answer) {
    const field = this.isChoice && this.fields.find((one) => one.value === answer);
    return (field ? field.closest("label").textContent.trim() : answer) || "No answer";
  }

  // What an earlier visit could not send, or what the server sent back because it could not be kept.
  restore() {
    if ("saved" in this.box.dataset) {
      this.box.querySelector(".notice")?.remove();
      if ("stale" in this.box.dataset) this.meet(this.saved, this.version);
      else this.send();
      return;
    }
    const kept = this.page.kept.find(this.id);
    if (!kept) {
      if (this.isUnsaved) this.changed();
      return;
    }
    if (kept.answer === this.saved && !this.isUnsaved) {
      this.page.kept.drop(this.id);
      return;
    }
    if (!this.isUnsaved) this.answer = kept.answer; // what was typed just now is newer than what was kept
    this.version = kept.version;
    this.sent = kept.sent;
    this.keep();
    this.send();
  }

  changed() {
    this.keep();
    this.page.count();
    this.page.show();
    clearTimeout(this.timer);
    if (this.isChoice) this.send();
    else this.timer = setTimeout(() => this.send(), REST_MS);
  }

  keep() {
    if (this.isUnsaved) this.page.kept.keep(this.id, { answer: this.answer, version: this.version, sent: this.sent });
    else this.page.kept.forget(this.id);
  }

  // While one request is under way the next waits for its reply, unless the page closes: then there is no later.
  async send({ isClosing = false } = {}) {
    clearTimeout(this.timer);
    if (!this.isUnsaved || this.isRefused || this.conflict || this.page.isOver) return;
    const { answer, version } = this;
    if (this.isAsking && (!isClosing || this.sent.at(-1) === answer)) return;
    this.isAsking = true;
    // Its reply may be lost though the answer arrived: "changed meanwhile" is then only our own echo.
    this.sent = [...this.sent.filter((one) => one !== answer), answer].slice(-REMEMBERED);
    this.keep();
    this.page.show();
    const reply = await this.page.school.save(this.box.dataset.save, { answer, version }, { isClosing });
    this.isAsking = false;
    this.take(reply, answer, version);
    this.page.show();
  }

  take(reply, answer, version) {
    if (["saved", "stale", "refused"].includes(reply.kind)) this.page.isReached();
    if (reply.kind === "saved") this.settle(answer, reply.version);
    else if (reply.kind === "stale" && version !== this.version) this.send(); // a later reply has told us already
    else if (reply.kind === "stale") this.meet(reply.answer ?? "", reply.version);
    else if (reply.kind === "refused") this.refusal = { answer, message: reply.message };
    else this.page.stumble(reply);
  }

  settle(answer, version) {
    this.saved = answer;
    this.version = version;
    this.sent = [];
    this.keep();
    this.send();
  }

  // The school has another answer: our own echo, what stands here already, or a choice for the pupil to make.
  meet(answer, version) {
    if (this.sent.includes(answer) || answer === this.answer) {
      this.settle(answer, version);
      return;
    }
    this.conflict = { answer, version };
    this.keep();
    this.page.clearTheView();
    this.ask();
  }

  // What the hand-in would not take.
  meetRefusal({ error, is_stale: isStale, answer, version }) {
    if (isStale) this.meet(answer ?? "", version);
    else this.refusal = { answer: this.answer, message: error };
  }

  ask() {
    const panel = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
    panel.querySelector("[data-here]").textContent = this.inWords(this.answer);
    panel.querySelector("[data-there]").textContent = this.inWords(this.conflict.answer);
    panel.querySelector("[data-keep-here]").addEventListener("click", () => this.choose(this.answer));
    panel.querySelector("[data-take-there]").addEventListener("click", () => this.choose(this.conflict.answer));
    this.box.querySelector(".conflict")?.remove();
    this.box.querySelector(".question").append(panel);
  }

  choose(answer) {
    const { answer: there, version } = this.conflict;
    this.conflict = null;
    this.box.querySelector(".conflict").remove();
    this.answer = answer;
    this.settle(there, version);
    this.fields[0].focus();
    this.page.count();
    this.page.show();
  }

  get state() {
    if (this.conflict) return ["failed", "Changed elsewhere: please choose"];
    if (this.isRefused) return ["failed", this.refusal.message];
    if (this.isUnsaved && this.page.isStuck) return this.page.keptState;
    if (this.isUnsaved || this.isAsking) return ["saving", "Saving…"];
    return this.isBlank ? ["", ""] : ["saved", "Saved"];
  }

  show() {
    const [state, words] = this.state;
    this.mark.dataset.state = state;
    this.mark.textContent = words;
  }
}
