// A stretch of days: the two days of a free range are shown when they are asked for. Without this script they always are.
"use strict";

document.querySelectorAll("[data-period-box]").forEach(function (box) {
  const preset = box.querySelector("[data-period]");
  const days = [...box.querySelectorAll("[data-period-day]")];
  const show = () => { box.querySelector(".period-days").hidden = preset.value !== "between"; };
  preset.addEventListener("change", () => {
    if (preset.value !== "between") { days.forEach((day) => { day.value = ""; }); }
    show();
    if (preset.value === "between") { days[0].focus(); }
  });
  days.forEach((day) => day.addEventListener("input", () => { preset.value = "between"; }));
  show();
});
