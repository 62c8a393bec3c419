// Counts an audience while it is edited, and turns the calendar's month with the arrow keys. Both work without it, by
// a button and by links.
"use strict";

(function () {
  const PAUSE = 400;

  function row(cells, tag) {
    const line = document.createElement("tr");
    cells.forEach((text, number) => {
      const cell = document.createElement(number === 0 ? "th" : tag);
      cell.textContent = text;
      cell.className = number ? "number" : "";
      if (cell.tagName === "TH") cell.scope = tag === "th" ? "col" : "row";
      line.append(cell);
    });
    return line;
  }

  function written(number) {
    return number.toLocaleString(document.documentElement.lang);
  }

  function show(box, answer) {
    const said = document.createElement("p");
    if (answer.problem) {
      said.className = "errorlist";
      said.textContent = answer.problem;
      box.replaceChildren(said);
      return;
    }
    said.className = "reach-sum";
    const number = document.createElement("strong");
    number.textContent = written(answer.reached);
    const words = answer.matched === 1 ? box.dataset.one : box.dataset.many;
    said.append(number, ` ${words.replace("{matched}", written(answer.matched))}`);
    box.replaceChildren(said);
    if (answer.left_out.length) {
      const table = document.createElement("table");
      table.className = "grid reach-table";
      table.createTHead().append(row([box.dataset.why, box.dataset.people], "th"));
      table.createTBody().append(...answer.left_out.map((one) => row([one.why, written(one.people)], "td")));
      box.append(table);
    }
  }

  async function count(box, address, body, state) {
    state.asked += 1;
    const mine = state.asked;
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { Accept: "application/json" } });
      const counted = await answer.json();
      if (mine === state.asked) {
        show(box, counted);
      }
    } catch {
      // The button, or the next change, asks again.
    }
    if (mine === state.asked) {
      box.removeAttribute("aria-busy");
    }
  }

  const form = document.querySelector("form[data-reach]");
  if (form) {
    const box = form.querySelector("[data-reach-box]");
    const state = { asked: 0, timer: 0 };
    const again = () => count(box, form.dataset.reach, new FormData(form), state);
    form.addEventListener("input", (event) => {
      if (event.target.name !== "name") {
        clearTimeout(state.timer);
        state.timer = setTimeout(again, PAUSE);
      }
    });
    form.querySelector("[data-reach-button]").addEventListener("click", (event) => {
      event.preventDefault();
      again();
    });
    again();
  }

  const plan = document.querySelector("[data-reach-plan]");
  if (plan && plan.querySelector("a")) {
    count(plan, plan.dataset.reachPlan, null, { asked: 0 });
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea, [contenteditable], .table-scroll");
    const link = document.querySelector(`.calendar-nav a[data-key="${event.key}"]`);
    if (link && !isTyping && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      link.click();
    }
  });
})();
