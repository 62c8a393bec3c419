// Saves a page of a survey while it is being filled in. Without it a page is saved when it is left.
(() => {
  "use strict";
  const form = document.querySelector("[data-survey]");
  const said = form.querySelector("[data-saved]");
  const PAUSE = 1500; // ms after the last change
  let waiting = 0;
  let isLeaving = false;

  async function keep() {
    if (isLeaving) return;
    const data = new FormData(form);
    data.set("keep", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(data), credentials: "same-origin" });
      if (isLeaving) return;
      const own = answer.headers.get("Content-Location");
      if (answer.status === 204 && own) history.replaceState(null, "", own);
      if (answer.status === 409 || answer.status === 410) location.reload();
      said.textContent = answer.status === 204 ? said.dataset.saved : "";
    } catch {
      said.textContent = said.dataset.unsaved;
      wait(PAUSE * 4);
    }
  }

  function wait(pause) {
    clearTimeout(waiting);
    waiting = setTimeout(keep, pause);
  }

  form.addEventListener("input", () => wait(PAUSE));
  form.addEventListener("submit", (event) => {
    if (isLeaving) event.preventDefault(); // a second click sends nothing
    isLeaving = true;
    clearTimeout(waiting);
  });
  // The back button may show the page as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
