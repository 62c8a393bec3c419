// A form is sent once: a second click, before the answer has come, would write the same thing down twice. What was changed
// meanwhile is sent. A form whose answer is a file may be sent again (`data-again`): its page stays where it is.
"use strict";

(() => {
  const PAUSE = 10_000; // ms; whoever stopped the page from loading can send it again after that
  let sent = new WeakMap();

  // Behind whatever else listens: what sends a form by itself has prevented this.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    const says = new URLSearchParams(new FormData(form, event.submitter)).toString();
    const before = sent.get(form);
    if (before && before.says === says && Date.now() - before.at < PAUSE) {
      event.preventDefault();
    } else {
      sent.set(form, { says, at: Date.now() });
    }
  });
  // The back button may show the page as it was left.
  addEventListener("pageshow", () => { sent = new WeakMap(); });
})();
