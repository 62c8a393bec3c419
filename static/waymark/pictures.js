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

  // Names of months and days as the page's language has them. The pattern of whole dates is not used by our axes.
  function names() {
    const say = (number, unit, length, parts) =>
      new Intl.DateTimeFormat(document.documentElement.lang, { [unit]: length, timeZone: "UTC" }).format(new Date(Date.UTC(...parts(number))));
    const many = (count, unit, length, parts) => [...Array(count).keys()].map((number) => say(number, unit, length, parts));
    const month = (number) => [2026, number, 1], day = (number) => [2026, 1, 1 + number]; // 1 February 2026 is a Sunday
    return {
      dateTime: "%x, %X", date: "%Y-%m-%d", time: "%H:%M", periods: ["AM", "PM"],
      days: many(7, "weekday", "long", day), shortDays: many(7, "weekday", "short", day),
      months: many(12, "month", "long", month), shortMonths: many(12, "month", "short", month),
    };
  }

  // Numbers as the reader writes them: the page says one (1,234.5).
  function numbers(sample) {
    const [, thousands, decimal] = sample.match(/^1(.)234(.)5$/);
    return { thousands, decimal, grouping: [3], currency: ["$", ""] };
  }

  const ofReader = { formatLocale: numbers(document.currentScript.dataset.number) };
  if (document.documentElement.lang !== "en") ofReader.timeFormatLocale = names();

  document.querySelectorAll("[data-specification]").forEach((box) => {
    const specification = JSON.parse(document.getElementById(box.dataset.specification).textContent);
    window.vegaEmbed(box, specification, { ...still, ...ofReader, config: theme(box.clientWidth) });
  });
})();
