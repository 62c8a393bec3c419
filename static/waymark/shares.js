// Copies links, and renews the visits of a share while its page is looked at. Without it the page is as it was opened.
"use strict";

(function () {
  const RENEW_AFTER = 2000;
  const told = document.querySelector("[data-renew-status]");

  function say(words) {
    if (told) {
      told.textContent = words;
    }
  }

  async function copy(button) {
    const input = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // No clipboard without TLS: the browser's own copying takes what is selected.
      input.select();
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    say("The link is copied.");
    setTimeout(() => { button.textContent = "Copy"; }, RENEW_AFTER);
  }

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  });

  async function ask(box) {
    const headers = { Accept: "application/json", "X-Seen": box.dataset.seen, "X-By-Itself": "1" };
    return fetch(box.dataset.renew, { headers, redirect: "manual" });
  }

  function show(box, part) {
    const open = [...box.querySelectorAll("details")].map((one) => one.open);
    const before = box.querySelectorAll("tbody tr").length;
    box.innerHTML = part.html;
    box.dataset.version = part.version;
    const added = box.querySelectorAll("tbody tr").length - before;
    box.querySelectorAll("details").forEach((one, place) => { one.open = Boolean(open[place - added]); });
    say(added > 0 ? "A new visit." : "The visits have changed.");
  }

  // Answers whether it makes sense to ask again.
  async function renew(box) {
    try {
      const answer = await ask(box);
      // Where the session has ended it leads to the sign-in.
      if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
        return false;
      }
      if (answer.ok) {
        const part = await answer.json();
        if (part.version !== box.dataset.version) {
          show(box, part);
        }
      }
    } catch {
      // The server is away for a moment.
    }
    return true;
  }

  async function watch(box) {
    if (!document.hidden && !(await renew(box))) {
      document.querySelector("[data-renew-note]").textContent = "Open this page anew to see what is new.";
      return;
    }
    setTimeout(watch, RENEW_AFTER, box);
  }

  const box = document.querySelector("[data-renew]");
  if (box) {
    document.querySelector("[data-renew-note]").hidden = false;
    setTimeout(watch, RENEW_AFTER, box);
  }
})();
