// The box in a list's head ticks the rows of the page. Without this script the box is not shown.
"use strict";

document.querySelectorAll("[data-tick-all]").forEach(function (all) {
  const boxes = [...all.form.elements].filter((box) => box.type === "checkbox" && box.name === all.dataset.tickAll);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
});
