// Counts down to the moment when what was refused is taken again. Readers hear of that moment only.
const line = document.querySelector("[data-wait-s]");
const opensAt = Date.now() + Number(line.dataset.waitS) * 1000;

function inWords(seconds) {
  const [count, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"} to go`;
}

function tell() {
  const seconds = Math.ceil((opensAt - Date.now()) / 1000);
  if (seconds <= 0) {
    clearInterval(timer);
    line.setAttribute("role", "status");
  }
  const words = seconds > 0 ? inWords(seconds) : "You can try again now.";
  if (line.textContent !== words) line.textContent = words;
}

const timer = setInterval(tell, 1000);
line.hidden = false;
tell();
