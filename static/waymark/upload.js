// Shows how much of a file is sent, and refuses one that is too large before it is. Without it forms are sent as any form is.
"use strict";

(function () {
  // The name of the file, if it is larger than the form takes.
  function tooLarge(form) {
    const input = form.querySelector("[data-max-bytes]");
    const file = input && input.files[0];
    return file && file.size > Number(input.dataset.maxBytes) ? file.name : "";
  }

  function send(form) {
    const told = form.querySelector("[data-upload-status]");
    const button = form.querySelector("button[type=submit]");
    const refused = tooLarge(form);
    if (refused) {
      const most = form.querySelector("[data-max-bytes]").dataset.maxBytes;
      told.textContent = told.dataset.large.replace("{name}", refused).replace("{most}", most);
      return;
    }
    const bar = form.querySelector("progress");
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      bar.parentElement.hidden = false;
      bar.value = Math.floor((event.loaded / event.total) * 100);
      told.textContent = bar.value < 100 ? "" : told.dataset.sent;
    });
    request.addEventListener("load", () => {
      // Led elsewhere: the page there was not made for this script, but is for whoever sees it, with what it has to say.
      if (request.status === 204 || request.responseURL !== location.href) {
        location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      document.getElementById("main").replaceWith(answer.getElementById("main"));
      watchForm();
    });
    request.addEventListener("error", () => {
      told.textContent = told.dataset.broken;
      button.disabled = false;
    });
    request.open("POST", location.href);
    request.setRequestHeader("X-Sent-By-Script", "1");
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

  watchForm();
})();
