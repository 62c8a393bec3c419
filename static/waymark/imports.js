// Sends a file with a progress bar, and renews the line that tells how far an import is. Without it forms are sent as any
// form is, and the page says where to look again.
"use strict";

(function () {
  const SECOND = 1000;

  function tooLarge(form) {
    const input = form.querySelector("[data-max-bytes]");
    const file = input && input.files[0];
    return file && file.size > Number(input.dataset.maxBytes) ? `${file.name} is too large: ${input.dataset.maxBytes} bytes are the most.` : "";
  }

  function send(form) {
    const told = form.querySelector("[data-upload-status]");
    const button = form.querySelector("button[type=submit]");
    const refused = tooLarge(form);
    if (refused) {
      told.textContent = refused;
      return;
    }
    const bar = form.querySelector("progress");
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      bar.parentElement.hidden = false;
      bar.value = Math.floor((event.loaded / event.total) * 100);
      told.textContent = bar.value < 100 ? "" : "Sent. It is being looked at …";
    });
    request.addEventListener("load", () => {
      if (request.responseURL !== location.href) {
        location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      document.getElementById("main").replaceWith(answer.getElementById("main"));
      watchForm();
    });
    request.addEventListener("error", () => {
      told.textContent = "The connection broke off. Nothing was kept: send it again.";
      button.disabled = false;
    });
    request.open("POST", location.href);
    request.send(new FormData(form));
    button.disabled = true;
  }

  function watchForm() {
    const form = document.querySelector("form[data-upload]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }

  async function renew(box) {
    try {
      const answer = await fetch(box.dataset.watch, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        if (!state.is_under_way) {
          location.reload();
          return;
        }
        const text = box.querySelector("[data-watch-text]");
        if (text.textContent !== state.text) {
          text.textContent = state.text;
        }
        box.querySelector("progress").value = state.percent;
      }
    } catch {
      // The next second may reach it.
    }
    setTimeout(renew, SECOND, box);
  }

  watchForm();
  const box = document.querySelector("[data-watch]");
  if (box) {
    setTimeout(renew, SECOND, box);
  }
})();
