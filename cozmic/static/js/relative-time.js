// Says how far away a moment is ("in 3 days"); the server's own words stay as the tooltip and without scripts.
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const FARTHEST_DAYS = 30; // beyond that a date says more than a distance
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

function distance(moment) {
  const seconds = (moment - Date.now()) / 1000;
  if (Math.abs(seconds) > FARTHEST_DAYS * 86400) return "";
  if (Math.abs(seconds) < 45) return "just now";
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) || STEPS[2];
  return words.format(Math.round(seconds / length), unit);
}

function tell(element) {
  const said = (element.dataset.said ??= element.textContent.trim());
  const relative = distance(new Date(element.dateTime));
  if (!relative || relative === "Invalid Date") element.textContent = said;
  else if (element.dataset.relative === "add") element.textContent = `${said} (${relative})`;
  else {
    element.textContent = relative;
    element.title = said;
  }
}

export function update(root = document) {
  root.querySelectorAll("time[data-relative]").forEach(tell);
}

update();
setInterval(update, 60_000);
