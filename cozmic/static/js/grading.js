// Marking by keyboard: one key gives points, one saves and goes on. Nothing is a key while somebody types.
const form = document.querySelector("[data-mark]");
const KEPT = "cozmic-grading-keys"; // "off" where the teacher wants no single keys (WCAG 2.1.4)

function remembered() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true; // storage may be closed to us; the keys then work on every page
  }
}

function remember(on) {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch { /* as above */ }
}

function set(points) {
  form.elements.points.value = points;
  form.elements.points.setCustomValidity("");
  for (const button of form.querySelectorAll("[data-points]")) {
    button.setAttribute("aria-pressed", String(button.dataset.points === points));
  }
}

function isTyping(target) {
  return target.closest("textarea, select, input:not([type=checkbox])") !== null;
}

function isPressable(target) {
  return target.closest("a, button, summary, input, label") !== null;
}

function save() {
  const { points } = form.elements;
  if (points.value.trim() !== "") return form.requestSubmit();
  points.setCustomValidity(form.dataset.first); // said beside the box; typing takes it away
  points.reportValidity();
  return points.focus();
}

function act(key, target) {
  const button = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (button) set(button.dataset.points);
  else if (/^[1-9]$/.test(key)) {
    set(key);
    form.elements.points.focus();
  } else if (key === "c") form.elements.comment.focus();
  else if (key === "n" || (key === "Enter" && !isPressable(target))) save();
  else if (key === "s") document.querySelector("[data-skip]")?.click();
  else return false;
  return true;
}

function onKey(event, toggle) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return undefined;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (!toggle.checked || isTyping(event.target)) return undefined;
  if (act(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.target)) event.preventDefault();
  return undefined;
}

if (form) {
  const toggle = document.querySelector("[data-keys-on]");
  toggle.checked = remembered();
  toggle.addEventListener("change", () => remember(toggle.checked));
  for (const hidden of document.querySelectorAll("[data-quick], [data-keys-help]")) hidden.hidden = false;
  for (const button of form.querySelectorAll("[data-points]")) {
    button.addEventListener("click", () => set(button.dataset.points));
  }
  form.elements.points.addEventListener("input", () => set(form.elements.points.value));
  set(form.elements.points.value);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault(); // a second press must not race the first
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent); // back from the next page
  document.addEventListener("keydown", (event) => onKey(event, toggle));
}
