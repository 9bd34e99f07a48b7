// A page that the browser may keep is asked for again when somebody goes back to it: it may have changed meanwhile, and
// on a shared computer its reader may have signed out. The answer is "unchanged" or the sign-in page, and costs little.
// Not a module: it runs before anything of the page is drawn.
(() => {
  const [entry] = performance.getEntriesByType("navigation");
  const again = () => {
    document.documentElement.hidden = true;
    location.reload();
  };
  if (entry && entry.type === "back_forward") again();
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.documentElement.hidden = true;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) again();
  });
})();
