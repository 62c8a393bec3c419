// A form is sent once: a second click, before the answer has come, would write the same thing down twice. What was changed
// meanwhile is sent. A form whose answer is a file may be sent again (`data-again`): its page stays where it is.
// By the way back a page comes anew from the server, and its forms with a new word (privacy.sent_once): they get the one that
// they had, so that what was made is known again.
"use strict";

(() => {
  const PAUSE = 10_000; // ms; whoever stopped the page from loading can send it again after that
  let sent = new WeakMap();

  // A file is told from another by what is known of it without reading it; of none the time is that of the asking.
  const said = (form, submitter) => [...new FormData(form, submitter)].map(([name, value]) =>
    value instanceof File ? [name, value.name, value.size, value.name && value.lastModified] : [name, value]);

  // Behind whatever else listens: what sends a form by itself has prevented this.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    const says = JSON.stringify([event.submitter?.formAction, ...said(form, event.submitter)]);
    const before = sent.get(form);
    if (before && before.says === says && Date.now() - before.at < PAUSE) {
      event.preventDefault();
    } else {
      sent.set(form, { says, at: Date.now() });
    }
  });
  const words = document.querySelectorAll("input[name=once]");
  const [came] = performance.getEntriesByType("navigation");
  if (words.length && history.state?.once && came?.type === "back_forward") {
    words.forEach((word) => { word.value = history.state.once; });
  } else if (words.length) {
    history.replaceState({ ...history.state, once: words[0].value }, "");
  }

  // What is shown only once is told of by the page that a reload, or the way back, leads to.
  const once = document.querySelector("[data-shown]");
  if (once) { history.replaceState(history.state, "", once.dataset.shown); }

  // The back button may show the page as it was left.
  addEventListener("pageshow", () => { sent = new WeakMap(); });
})();
