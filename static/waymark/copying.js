// Copies links, and says so beside the button and to screen readers. Without it they are copied by hand.
"use strict";

(function () {
  const SAID_FOR = 2000;

  async function copied(input) {
    try {
      await navigator.clipboard.writeText(input.value);
      return true;
    } catch {
      // No clipboard without TLS: the browser's own copying takes what is selected, which stays selected if it fails.
      input.select();
      return document.execCommand("copy");
    }
  }

  async function copy(button) {
    const box = button.closest("[data-copying]");
    const said = box.querySelector("[role=status]");
    const word = button.querySelector("[data-word]");
    const worked = await copied(box.querySelector("input"));
    said.textContent = "";
    said.textContent = worked ? box.dataset.said : box.dataset.failed;
    said.classList.toggle("usa-sr-only", worked);
    if (worked) {
      const before = button.dataset.before || (button.dataset.before = word.textContent);
      word.textContent = box.dataset.copied;
      setTimeout(() => { word.textContent = before; }, SAID_FOR);
    }
  }

  document.querySelectorAll("[data-copying] button").forEach((button) => {
    button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copying] button");
    if (button) {
      copy(button);
    }
  });
})();
