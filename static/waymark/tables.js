// Says above a table that goes on to the side that it does: the bar that would show it is hidden until one scrolls.
// Without it the table scrolls all the same.
"use strict";

(function () {
  const BOXES = ".table-scroll, .retention .wide";
  const SAID = document.currentScript.dataset.moreColumns;
  const isHint = (node) => Boolean(node) && node.classList.contains("scroll-hint");
  let made = 0;

  // What a renewal of the page leaves alone, for the page that is fetched has none.
  function make(box) {
    const hint = document.createElement("p");
    hint.className = "scroll-hint";
    hint.id = `scroll-hint-${made += 1}`;
    hint.dataset.drawn = "";
    hint.textContent = SAID;
    box.before(hint);
    return hint;
  }

  function tell(box) {
    const isWide = box.scrollWidth > box.clientWidth + 1;  // sizes are rounded
    const before = box.previousElementSibling;
    if (!isWide && !isHint(before)) { return; }
    const hint = isHint(before) ? before : make(box);
    hint.hidden = !isWide;
    if (isWide) { box.setAttribute("aria-describedby", hint.id); } else { box.removeAttribute("aria-describedby"); }
  }

  const observer = new ResizeObserver((entries) => {
    new Set(entries.map(({ target }) => target.closest(BOXES))).forEach((box) => { if (box) { tell(box); } });
  });

  function watch() {
    document.querySelectorAll(".scroll-hint").forEach((hint) => {
      if (!hint.nextElementSibling || !hint.nextElementSibling.matches(BOXES)) { hint.remove(); }
    });
    document.querySelectorAll(BOXES).forEach((box) => {
      [box, ...box.children].forEach((part) => observer.observe(part));
      tell(box);
    });
  }

  watch();
  document.addEventListener("waymark:renewed", watch);
  document.addEventListener("htmx:afterSettle", watch);
})();
