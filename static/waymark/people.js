// Choosing with whom something is shared: a combobox with a listbox (WAI-ARIA Authoring Practices) and those chosen beside
// it. Nobody is looked for before it is asked for, by Enter or a tap: each look-up is logged. Without it the same is done by
// the form's own buttons.
"use strict";

(function () {
  const box = document.querySelector("[data-people]");
  if (!box) { return; }
  const words = box.dataset;
  const find = document.getElementById("people-find");
  const list = document.getElementById("people-options");
  const chosen = document.getElementById("people-chosen");
  const chip = document.getElementById("people-chip");
  const problem = document.getElementById("people-problem");
  const said = document.getElementById("people-said");
  const title = document.getElementById("share-title");
  const now = document.getElementById("share-now");
  const numbers = box.querySelector("textarea[name=numbers]");
  const button = box.querySelector("[name=action][value=find]");
  let asked = 0;

  function tell(sentence, isWrong) {
    problem.textContent = sentence;
    problem.className = isWrong ? "errorlist" : "hint";
  }

  const text = () => find.value.trim();
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // The listbox -------------------------------------------------------------------------------------------------------

  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  function open(isOpen) {
    list.hidden = !isOpen;
    find.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) { activate(null); }
  }

  function activate(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (!option) { find.removeAttribute("aria-activedescendant"); return; }
    find.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = options();
    if (list.hidden || !all.length) { offer(); return; }
    activate(all[(all.indexOf(active()) + step + all.length) % all.length]);
  }

  function option(id, label, note) {
    const line = document.createElement("li");
    const name = document.createElement("strong");
    const beside = document.createElement("span");
    line.id = id;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    name.textContent = label;
    beside.className = "palette-note";
    beside.textContent = note;
    line.append(name, " ", beside);
    return line;
  }

  // What is typed is looked for once somebody says so.
  function offer() {
    if (text().length < Number(words.shortest)) { open(false); return; }
    const line = option("people-ask", filled(words.ask, { text: text() }), words.logged);
    list.replaceChildren(line);
    open(true);
    activate(line);
  }

  function take(line) {
    if (!line) { return; }
    if (line.id === "people-ask") { ask(); return; }
    add(line.dataset);
    find.value = "";
    open(false);
    find.focus();
  }

  // Those chosen ------------------------------------------------------------------------------------------------------

  const chips = () => [...chosen.querySelectorAll(".chip")];
  const keyOf = (one) => one.querySelector("[name=key]").value;
  const nameOf = (one) => one.querySelector(".chip-name").textContent;

  function add({ key, name, note }) {
    if (!chips().some((one) => keyOf(one) === key)) {
      const one = chip.content.firstElementChild.cloneNode(true);
      const out = one.querySelector("button");
      one.querySelector("[name=key]").value = key;
      one.querySelector(".chip-name").textContent = name;
      one.querySelector(".chip-note").textContent = note;
      out.value = key;
      out.setAttribute("aria-label", filled(out.dataset.label, { name, note }));
      chosen.append(one);
    }
    said.textContent = filled(words.added, { name });
    count();
  }

  function remove(one) {
    const name = nameOf(one);
    const next = one.nextElementSibling || one.previousElementSibling;
    one.remove();
    (next ? next.querySelector("button") : find).focus();
    said.textContent = filled(words.removed, { name });
    count();
  }

  function count() {
    const all = chips();
    const values = { name: all.length === 1 ? nameOf(all[0]) : "", count: all.length };
    title.textContent = filled(all.length === 1 ? words.one : all.length ? words.many : words.none, values);
    now.value = all.length;
    now.hidden = !all.length || Boolean(numbers.value.trim());
  }

  // Asking ------------------------------------------------------------------------------------------------------------

  async function ask() {
    asked += 1;
    const mine = asked;
    let failed = words.failed;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", find.form.elements.csrfmiddlewaretoken.value);
    body.set("find", find.value);
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(words.people, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected) { failed = words.signedOut; } // to the sign-in page
      if (answer.redirected || !answer.ok) { throw new Error(answer.statusText); }
      const found = await answer.json();
      if (mine === asked) { show(found); }
    } catch {
      if (mine === asked) { tell(failed, true); }
    }
    if (mine === asked) { box.removeAttribute("aria-busy"); }
  }

  function show(found) {
    if (found.is_list) {
      found.people.forEach(add);
      find.value = found.left;
      open(false);
      tell(found.left ? found.said : "", true);
      said.textContent = found.left ? "" : found.said;
      return;
    }
    const lines = found.people.map((one, place) => {
      const line = option(`people-${place + 1}`, one.name, one.note);
      Object.assign(line.dataset, { key: one.key, name: one.name, note: one.note });
      return line;
    });
    list.replaceChildren(...lines);
    open(Boolean(lines.length));
    activate(lines[0] || null);
    tell(found.said, !lines.length);
    said.textContent = lines.length ? filled(words.found, { count: lines.length }) : "";
  }

  // What people do ----------------------------------------------------------------------------------------------------

  find.setAttribute("role", "combobox");
  find.setAttribute("aria-autocomplete", "list");
  find.setAttribute("aria-controls", list.id);
  find.setAttribute("aria-expanded", "false");
  box.querySelectorAll("button").forEach((one) => { one.type = "button"; });

  find.addEventListener("input", () => { asked += 1; tell("", false); offer(); });
  find.addEventListener("keydown", (event) => {
    if (event.isComposing) { return; }
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter") {
      event.preventDefault();
      if (active()) { take(active()); } else { ask(); }
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (key === "Backspace" && !find.value && chips().length) {
      remove(chips().at(-1));
      find.focus();
    }
  });
  // An input drops the ends of lines: of a list they become semicolons, and it is looked up at once.
  find.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text");
    const entries = pasted.split(/[\r\n\t,;]+/).map((one) => one.trim()).filter(Boolean);
    if (entries.length < 2 || !/[\r\n\t;\d@]/.test(pasted.trim())) { return; }
    event.preventDefault();
    find.value = [text(), ...entries].filter(Boolean).join("; ");
    ask();
  });
  find.addEventListener("blur", () => open(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault());  // the field keeps the focus
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  box.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) { return; }
    if (pressed === button) { find.focus(); ask(); }
    if (pressed.name === "remove") { remove(pressed.closest(".chip")); }
    if (pressed.name === "add") {
      add({ key: pressed.value, name: pressed.dataset.name, note: pressed.dataset.note });
      pressed.closest("li").remove();
      find.value = "";
      find.focus();
    }
  });
  numbers.addEventListener("input", count);
  // The back button may show the page with those who were chosen: the title and the button say the same.
  addEventListener("pageshow", (event) => { if (event.persisted) { count(); } });
})();
