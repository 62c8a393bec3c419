// Shows how much of a file is sent. Without it the form is sent as any form is.
"use strict";

function showProgress(form) {
  const line = form.querySelector(".upload-progress");
  const bar = line.querySelector("progress");
  const told = line.querySelector("[role=status]");
  return (event) => {
    line.hidden = false;
    bar.value = Math.floor((event.loaded / event.total) * 100);
    told.textContent = bar.value < 100 ? `${bar.value} %` : "Sent. It is being kept …";
  };
}

function send(form) {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", showProgress(form));
  request.addEventListener("load", () => {
    if (request.responseURL !== location.href) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    document.getElementById("main").replaceWith(answer.getElementById("main"));
    watch();
  });
  request.addEventListener("error", () => {
    form.querySelector("[role=status]").textContent = "The connection broke off. Nothing was kept: send it again.";
    form.querySelector("button[type=submit]").disabled = false;
  });
  request.open("POST", location.href);
  request.send(new FormData(form));
  form.querySelector("button[type=submit]").disabled = true;
}

function watch() {
  const form = document.querySelector("form[data-upload]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

watch();
