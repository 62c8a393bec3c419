// Renews the line that tells how far an import is, or the drawing of a material's pages. Without it the page says where to look again.
"use strict";

(function () {
  const SECOND = 1000;

  async function renew(box) {
    try {
      const answer = await fetch(box.dataset.watch, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        if (!state.is_under_way) {
          location.reload();
          return;
        }
        const text = box.querySelector("[data-watch-text]");
        if (text.textContent !== state.text) {
          text.textContent = state.text;
        }
        box.querySelector("progress").value = state.percent;
      }
    } catch {
      // The next second may reach it.
    }
    setTimeout(renew, SECOND, box);
  }

  const box = document.querySelector("[data-watch]");
  if (box) {
    setTimeout(renew, SECOND, box);
  }
})();
