// Copies what a [data-copy] button names. The button is hidden until here, since without a clipboard it could do nothing.
async function copy(button) {
  const label = button.querySelector("span");
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.copied;
    button.classList.add("is-done");
  } catch {
    label.textContent = "Please copy by hand";
  }
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-done");
  }, 2500);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
