// Keeps the codes that were read at an event's door in this browser until the server has them. Without it the form sends
// one code at a time. What is kept is random names of registrations and moments, never a person's name.
(() => {
  "use strict";
  const form = document.querySelector("[data-check-in]");
  const field = form.elements.code;
  const waiting = document.querySelector("[data-waiting][data-words]");
  const done = document.querySelector("[data-done]");
  const KEPT = `check-in ${form.dataset.checkIn}`;
  const AGAIN = 5000; // ms until the next try
  const AT_ONCE = 500;
  let isSending = false;
  let later = 0;

  const read = () => JSON.parse(localStorage.getItem(KEPT) || "[]");
  const keep = (codes) => localStorage.setItem(KEPT, JSON.stringify(codes));

  function tell(words) {
    const count = read().length;
    waiting.textContent = words || (count ? `${count} ${waiting.dataset.words}` : "");
  }

  function show(text, badge) {
    const line = document.createElement("li");
    if (badge) line.append(Object.assign(document.createElement("strong"), { textContent: badge }), ": ");
    line.append(text);
    done.prepend(line);
  }

  function take(text) {
    const code = text.trim().split("code=").pop();
    if (!code) return;
    const codes = read();
    if (!codes.some((one) => one.code === code)) keep([...codes, { code, at: new Date().toISOString() }]);
    send();
  }

  async function send() {
    clearTimeout(later);
    const codes = read().slice(0, AT_ONCE);
    tell();
    if (isSending || !codes.length) return;
    isSending = true;
    let pause = AGAIN;
    const data = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    for (const one of codes) {
      data.append("code", one.code);
      data.append("at", one.at);
    }
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.redirected || answer.status === 403) return tell(waiting.dataset.signedOut);
      if (!answer.ok) return;
      const told = await answer.json();
      const sent = new Set(codes.map((one) => one.code));
      keep(read().filter((one) => !sent.has(one.code)));
      for (const one of told.done) show(done.dataset[one.what], one.badge);
      for (const text of told.wrong) show(done.dataset.unknown, text);
      tell();
      pause = 0;
    } catch {
      tell();
    } finally {
      isSending = false;
      if (read().length) later = setTimeout(send, pause);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(field.value);
    field.value = "";
    field.focus();
  });
  addEventListener("online", send);
  addEventListener("pageshow", send);

  // The camera, where the browser reads codes by itself.
  async function look(video, detector) {
    if (video.hidden) return;
    for (const found of await detector.detect(video).catch(() => [])) take(found.rawValue);
    setTimeout(look, 400, video, detector);
  }
  const camera = form.querySelector("[data-camera]");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    camera.addEventListener("click", async () => {
      const video = form.querySelector("[data-video]");
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        camera.hidden = true;
        return;
      }
      video.hidden = false;
      await video.play();
      look(video, new BarcodeDetector({ formats: ["qr_code"] }));
    });
  }
})();
