// Copies links. Without it they are copied by hand.
"use strict";

(function () {
  const SAID_FOR = 2000;
  const told = document.querySelector("[data-copy-status]");

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
    button.textContent = button.dataset.copied;
    say(told?.dataset.said);
    setTimeout(() => { button.textContent = button.dataset.word; }, SAID_FOR);
  }

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.dataset.word = button.textContent;
    button.addEventListener("click", () => copy(button));
  });
})();
