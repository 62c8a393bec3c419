// The palette: Ctrl-K or Cmd-K, or its button, which without this script leads to a page of the same. A combobox with a
// listbox (WAI-ARIA Authoring Practices); htmx brings the options.
"use strict";

(function () {
  const palette = document.getElementById("palette");
  const opener = document.querySelector("[data-palette]");
  if (!palette || !opener || !palette.showModal) { return; }
  const text = document.getElementById("palette-text");
  const list = document.getElementById("palette-results");
  const said = document.getElementById("palette-said");

  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    list.querySelectorAll("[aria-selected=true]").forEach((one) => one.setAttribute("aria-selected", "false"));
    if (!option) { text.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = options();
    if (all.length) { choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]); }
  }

  function take(option) {
    if (!option) { return; }
    if (option.dataset.address) { window.location.assign(option.dataset.address); return; }
    window.htmx.ajax("POST", text.form.action, { source: text, target: list, values: { text: text.value, customers: "1" } });
  }

  function open() {
    if (palette.open) { return; }
    text.value = "";
    palette.showModal();
    text.focus();
    window.htmx.trigger(text, "palette-opened");
  }

  opener.addEventListener("click", (event) => { event.preventDefault(); open(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
  });
  text.form.addEventListener("submit", (event) => { event.preventDefault(); take(chosen()); });
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]:not([aria-disabled])")));
  palette.addEventListener("click", (event) => { if (event.target === palette) { palette.close(); } });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== list) { return; }
    const all = options();
    choose(all[0]);
    said.textContent = all.length ? `${all.length} to choose from` : list.textContent.trim();
  });
})();
