// Sends a form once, however often its button is pressed: the reply to a second request would stand in place of the
// first one's, and with it passwords that are shown this once.
const PATIENCE_MS = 15_000; // then a press sends again, since the first request may have been lost
let underWay = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (underWay.has(form)) {
    event.preventDefault();
    return;
  }
  underWay.add(form);
  setTimeout(() => underWay.delete(form), PATIENCE_MS);
});
addEventListener("pageshow", () => {
  underWay = new WeakSet(); // back from the next page
});
