// Watches a package that is being made, and loads the page again when it is ready.
"use strict";
for (const box of document.querySelectorAll("[data-watch]")) {
  const told = box.querySelector("[data-rows]");
  const look = async () => {
    const answer = await fetch(box.dataset.watch, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { state, rows } = await answer.json();
    if (state !== "waiting" && state !== "running") {
      window.location.reload();
      return;
    }
    told.textContent = `${rows.toLocaleString("en-US")} records`;
    window.setTimeout(look, 1500);
  };
  window.setTimeout(look, 1000);
}
