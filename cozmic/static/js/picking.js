// Ticks are not lost on the way to other questions or back to the assignment: what is ticked is added first.
const picks = document.querySelector("form[data-picks]");
const filters = document.querySelector("form.filters");

function addFirst(event, where) {
  if (!picks?.querySelector("input[name=questions]:checked:enabled")) return;
  event.preventDefault();
  picks.append(Object.assign(document.createElement("input"), { type: "hidden", name: "go", value: where }));
  picks.submit();
}

filters?.addEventListener("submit", (event) => {
  addFirst(event, new URLSearchParams(new FormData(filters)).toString());
});
for (const link of document.querySelectorAll("main .filters a, main .pagination a, .page-head .actions a")) {
  const isHere = link.pathname === location.pathname;
  link.addEventListener("click", (event) => addFirst(event, isHere ? link.search.slice(1) : "done"));
}
