// Tells who gets a schedule's file next while it is edited. It works without, by a button.
"use strict";

(function () {
  const PAUSE = 400;
  const form = document.querySelector("form[data-next]");
  if (!form) {
    return;
  }
  const box = form.querySelector("[data-next-box]");
  const button = form.querySelector("[data-next-button]"); // for whoever has no script
  let asked = 0;
  let timer = 0;

  function show(answer) {
    const told = document.createElement(answer.problem ? "p" : "ul");
    if (answer.problem) {
      told.className = "errorlist";
      told.textContent = answer.problem;
    } else {
      told.append(...answer.lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    }
    box.replaceChildren(told);
  }

  async function look() {
    asked += 1;
    const mine = asked;
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.next, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (mine === asked) {
        show(told);
      }
    } catch {
      // The next change asks again; the button sends the form.
    }
    if (mine === asked) {
      box.removeAttribute("aria-busy");
    }
  }

  button.remove();
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
})();
