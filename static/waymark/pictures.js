// Draws the pictures of a page from the specifications that the page carries, in the colours of the reader's theme.
"use strict";

(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = { ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true } };

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function theme(width) {
    const ink = colour("--quiet");
    const text = { labelColor: ink, titleColor: ink, labelFontSize: 13, titleFontSize: 13, titleFontWeight: 400 };
    return {
      background: "transparent",
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), labelLimit: 220 },
      legend: { ...text, orient: "top", symbolSize: 90, columns: width < 480 ? 1 : undefined },
      rule: { color: ink },
      range: {
        category: ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"].map(colour),
        symbol: ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"],
      },
    };
  }

  function draw(box) {
    const specification = JSON.parse(document.getElementById(box.dataset.specification).textContent);
    return window.vegaEmbed(box, specification, { ...still, config: theme(box.clientWidth) });
  }

  function drawAll() {
    document.querySelectorAll("[data-specification]").forEach(draw);
  }

  drawAll();
  dark.addEventListener("change", drawAll);
})();
