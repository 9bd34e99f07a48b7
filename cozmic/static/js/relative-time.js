// Says when a moment is as people say it ("tomorrow, 16:00", "3 days ago"); the server's own words stay as the tooltip
// and without scripts. Days are those of the school's calendar, not 24 hours each: Tuesday evening is "tomorrow" on
// Monday morning, and a pupil who reads "in 2 days" there hands in too late.
const MINUTE = 60, HOUR = 3600, DAY = 86400;
const FARTHEST_DAYS = 30; // beyond that a date says more than a distance
const page = document.documentElement;
const zone = page.dataset.zone || undefined;
const words = new Intl.RelativeTimeFormat(page.lang || "en", { numeric: "auto" });
const calendar = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(page.lang || "en", { timeZone: zone, weekday: "long" });

function dayNumber(moment) {
  const part = Object.fromEntries(calendar.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day) / (DAY * 1000);
}

// `isAdded`: the date and the clock stand beside it, so that the distance is enough.
export function sayWhen(moment, { now = new Date(), isAdded = false } = {}) {
  const seconds = (moment - now) / 1000;
  const days = dayNumber(moment) - dayNumber(now);
  if (Math.abs(days) > FARTHEST_DAYS) return "";
  if (Math.abs(seconds) < 45) return seconds > 0 ? "in a moment" : "just now";
  if (Math.abs(seconds) < HOUR) return words.format(Math.trunc(seconds / MINUTE) || Math.sign(seconds), "minute");
  if (seconds > 0 && days < 7 && !isAdded) {
    return `${days < 2 ? words.format(days, "day") : weekday.format(moment)}, ${clock.format(moment)}`;
  }
  return days ? words.format(days, "day") : words.format(Math.trunc(seconds / HOUR), "hour");
}

function tell(element) {
  const said = (element.dataset.said ??= element.textContent.trim());
  const moment = new Date(element.dateTime);
  const isAdded = element.dataset.relative === "add";
  const relative = Number.isNaN(moment.getTime()) ? "" : sayWhen(moment, { isAdded });
  if (!relative) element.textContent = said;
  else if (isAdded) element.textContent = `${said} (${relative})`;
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
