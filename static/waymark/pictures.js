// Draws the pictures of a page from the specifications that the page carries. The colours are the theme's own custom
// properties: a picture follows the dark theme, and print, without being drawn anew.
"use strict";

(function () {
  const still = { ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true } };
  const ink = "var(--ink)", quiet = "var(--quiet)", line = "var(--line)";

  function theme(width) {
    const narrow = width < 480;
    const text = { labelColor: quiet, titleColor: quiet, labelFontSize: 13, titleFontSize: 13, titleFontWeight: 400 };
    return {
      background: "transparent",
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, gridColor: line, domainColor: line, tickColor: line, labelLimit: narrow ? 110 : 260 },
      legend: { ...text, orient: "top", symbolSize: 90, labelLimit: narrow ? 170 : 420, columns: narrow ? 1 : undefined },
      rule: { color: quiet },
      mark: { color: "var(--series-1)" },
      text: { color: ink, fontSize: narrow ? 12 : 13 },
      range: {
        category: [1, 2, 3, 4, 5, 6].map((number) => `var(--series-${number})`),
        symbol: ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"],
      },
    };
  }

  document.querySelectorAll("[data-specification]").forEach((box) => {
    const specification = JSON.parse(document.getElementById(box.dataset.specification).textContent);
    window.vegaEmbed(box, specification, { ...still, config: theme(box.clientWidth) });
  });
})();
