// Keeps every answer as it is given: on this device at once, at the school as soon as it can be reached.
import { KeptAnswers, tidyUp } from "./kept-answers.js";
import { Question } from "./question.js";
import { School } from "./school.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const WARN_MS = 300_000;
const DAY_MS = 86_400_000;

const WORDS = {
  "signed-out": "You are signed out. Sign in again in a new tab, then come back: your answers are kept here.",
  "someone-else": "Somebody else is signed in on this device now, or you have left the class. Your answers are kept here: sign in again to send them.",
  gone: "This attempt can no longer be reached. Your answers are kept on this device. Ask your teacher.",
  over: "Nothing more is taken here. What you had saved is kept.",
  away: "No connection, so it is not handed in yet. Your answers are kept on this device: try again in a moment.",
  "held-back": "Not everything could be saved. Look at the answers marked below, then hand in again.",
  soon: "This closes in less than five minutes. Hand in what you have.",
  closed: "This has closed. What was saved is kept, and your teacher can collect it.",
};
// Of several things to say the first is shown.
const NOTES = ["over", "shut", "hand-in", "clock"];

class Page {
  constructor(form) {
    this.form = form;
    this.kept = new KeptAnswers(form.dataset.user, form.dataset.submission);
    this.school = new School(form);
    this.status = document.querySelector(".autosave");
    this.notes = new Map();
    this.problem = null;
    this.isOver = false;
    this.isHandingIn = false;
    this.pause = FIRST_PAUSE_MS;
    this.questions = [...form.querySelectorAll("[data-item]")].map((box) => new Question(box, this));
    this.listen();
    this.watchTheClock();
    this.status.closest("[hidden]").hidden = false;
    for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
    for (const question of this.questions) question.restore();
    this.count();
    this.show();
  }

  listen() {
    this.form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.sendAll({ isClosing: true });
      else this.tryAgain();
    });
    addEventListener("pagehide", () => this.sendAll({ isClosing: true }));
    addEventListener("focus", () => this.problem && this.tryAgain());
    addEventListener("online", () => this.tryAgain());
    addEventListener("offline", () => this.show());
    addEventListener("beforeunload", (event) => {
      if (!this.kept.works && this.hasUnsaved) event.preventDefault();
    });
  }

  get hasUnsaved() {
    return this.questions.some((question) => question.isUnsaved);
  }

  // Whether what is unsaved will stay so for a while.
  get isStuck() {
    return this.problem !== null || this.isOver || !navigator.onLine;
  }

  get keptState() {
    if (this.isOver) return ["failed", "Not saved"];
    if (!this.kept.works) return ["failed", "Not saved yet: keep this page open"];
    return ["offline", "Not saved yet: kept on this device"];
  }

  sendAll(how) {
    for (const question of this.questions) question.send(how);
  }

  tryAgain() {
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE_MS;
    this.sendAll();
    this.show();
  }

  isReached() {
    this.problem = null;
    this.pause = FIRST_PAUSE_MS;
    this.say("shut", "");
    if (this.notes.get("hand-in") === WORDS.away) this.say("hand-in", "");
  }

  // The question before handing in would cover what there is to choose.
  clearTheView() {
    this.form.querySelector(".hand-in").open = false;
  }

  // A reply that says nothing about the answer itself: stop for good, or try again after a pause that grows.
  stumble({ kind, message }) {
    if (kind === "over" || kind === "gone") {
      this.end(kind, message ?? WORDS[kind]);
      return;
    }
    this.problem = kind;
    this.say("shut", kind === "away" ? "" : WORDS[kind]);
    clearTimeout(this.timer);
    // Spread, so that a class that is back online does not come back in one instant.
    this.timer = setTimeout(() => this.sendAll(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  // Nothing more is taken: a button that still offered it would do nothing. What became of it stands on its own page,
  // but not where the attempt can no longer be reached.
  end(kind, words) {
    this.isOver = true;
    for (const way of document.querySelectorAll("[data-on]")) way.hidden = kind === "gone";
    this.form.querySelector(".hand-in").hidden = true;
    this.say("over", words);
  }

  async submit(event) {
    event.preventDefault();
    const button = event.submitter;
    // Enter in a field presses the form's first button, Save; only the button that says so hands in.
    if (!button?.matches("[data-hand-in]")) {
      this.sendAll();
      return;
    }
    if (this.isHandingIn || this.isOver) return;
    this.isHandingIn = true;
    button.setAttribute("aria-disabled", "true");
    this.say("hand-in", "");
    await this.handIn();
    button.removeAttribute("aria-disabled");
    this.isHandingIn = false;
    this.show();
  }

  async handIn({ isSecond = false } = {}) {
    // Requests under way come first: what they save, and its version, belongs to what is handed in.
    while (this.questions.some((question) => question.isAsking)) await new Promise((go) => setTimeout(go, 50));
    const reply = await this.school.handIn(this.form.action);
    if (reply.kind === "next") return this.leave(reply.url);
    if (reply.kind === "held-back") {
      for (const one of reply.refused) this.find(one.item)?.meetRefusal(one);
      const isEcho = !this.questions.some((question) => question.conflict || question.isRefused);
      if (isEcho && reply.refused.length && !isSecond) return this.handIn({ isSecond: true });
      this.say("hand-in", reply.refused.length ? WORDS["held-back"] : reply.error);
      this.clearTheView();
    } else if (reply.kind === "away") this.say("hand-in", WORDS.away);
    else if (reply.kind === "refused") this.say("hand-in", reply.message);
    else this.stumble(reply);
  }

  // Handed in and acknowledged: nothing of this attempt stays on the device.
  leave(url) {
    this.isOver = true;
    this.kept.dropAll();
    location.assign(url);
    return new Promise(() => {});
  }

  find(id) {
    return this.questions.find((question) => question.id === String(id));
  }

  count() {
    const total = this.questions.length;
    const blank = this.questions.filter((question) => question.isBlank).length;
    document.getElementById("answered").textContent = `${total - blank} of ${total} answered`;
    document.getElementById("unanswered").textContent = blank
      ? `${blank} of ${total} questions ${blank === 1 ? "has" : "have"} no answer yet.`
      : "Every question has an answer.";
    for (const question of this.questions) {
      const link = document.querySelector(`.question-map a[href="#${question.box.id}"]`);
      link.className = question.isBlank ? "is-blank" : "is-answered";
      link.querySelector(".sr-only").textContent = question.isBlank ? " no answer yet" : " answered";
    }
  }

  say(kind, words) {
    this.notes.set(kind, words);
    const kindShown = NOTES.find((one) => this.notes.get(one));
    const note = document.getElementById("take-note");
    note.hidden = !kindShown;
    if (!kindShown) return;
    const line = note.querySelector("[data-words]");
    if (line.textContent !== this.notes.get(kindShown)) line.textContent = this.notes.get(kindShown);
    note.querySelector("[data-sign-in]").hidden = kindShown !== "shut";
  }

  get state() {
    if (this.isHandingIn) return ["saving", "Handing in…"];
    if (this.questions.some((question) => question.conflict || question.isRefused)) return ["failed", "Not all saved"];
    if (this.hasUnsaved && this.isOver) return this.keptState;
    if (this.hasUnsaved && this.isStuck) return [this.keptState[0], navigator.onLine ? "Not saved yet" : "Offline"];
    if (this.hasUnsaved || this.questions.some((question) => question.isAsking)) return ["saving", "Saving…"];
    return ["saved", "All saved"];
  }

  show() {
    const [state, words] = this.state;
    this.status.dataset.state = state;
    const line = this.status.querySelector("span");
    if (line.textContent !== words) line.textContent = words; // else readers would hear it again
    for (const question of this.questions) question.show();
  }

  // The school's clock decides; this one only tells in time. It counts from when the page was made.
  watchTheClock() {
    if (!this.form.dataset.closesInS) return;
    const left = Number(this.form.dataset.closesInS) * 1000;
    const at = (ms, act) => ms > 0 && ms < DAY_MS && setTimeout(act, ms);
    if (left > 0 && left <= WARN_MS) this.say("clock", WORDS.soon);
    at(left - WARN_MS, () => this.say("clock", WORDS.soon));
    at(left, () => {
      this.sendAll();
      this.say("clock", WORDS.closed);
    });
  }
}

const form = document.getElementById("taking");
const handedIn = document.querySelector("[data-handed-in]");
if (form) {
  tidyUp(form.dataset.user);
  new Page(form);
} else if (handedIn) new KeptAnswers(handedIn.dataset.user, handedIn.dataset.handedIn).dropAll();
