// Lets a person see the password while typing it; it is hidden again before the form goes out.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
    button.querySelector("span").textContent = visible ? "Hide" : "Show";
  };
  input.autocapitalize = "none"; // phones write the first letter of visible text large
  input.spellcheck = false;
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
}
