// Counts how long each page is the one most in view, while the window is visible, in focus and used. What was counted
// waits in localStorage until an answer says that it is stored, and is stored once, by its UUID, however often it is sent.
"use strict";

(() => {
  const { visit, token, now, collector } = document.body.dataset;
  if (!visit) return;
  const IDLE = 60000; // counting stops so long after the last sign of life
  const FIRST = 2000; // the first slice of a page is short, so that it is told soon; each next is twice as long
  const LAST = 30000;
  const KEPT = "waymark:";
  const zero = performance.now();
  // The server's clock: the device's may be wrong. It never runs ahead, as the page needed time to come.
  const clock = () => Math.floor(Number(now) + performance.now() - zero);
  const inView = new Map(); // page → height in pixels
  let queue = []; // what no answer has confirmed
  let page = 0;
  let since = 0; // when the running slice began; 0: nothing is counted
  let slice = FIRST;
  let life = clock();
  let wait = 0; // nothing is sent before: an answer is awaited, or none came
  let told; // the last event that a beacon took along

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Some browsers forbid storage; then the queue lives as long as the page.
  function store(name, letter) {
    try {
      if (letter.events.length) localStorage.setItem(name, JSON.stringify(letter));
      else localStorage.removeItem(name);
    } catch { /* not kept */ }
  }
  const keep = () => store(KEPT + visit, { token, visit, events: queue });

  function end() {
    const at = Math.min(clock(), life + IDLE);
    if (since && at > since) {
      queue.push({ id: uuid(), kind: "page", page, dwell_ms: at - since, at });
      keep();
    }
    since = 0;
    return at;
  }

  function look() {
    let seen = page;
    for (const [number, height] of inView) if (height > (inView.get(seen) || 0)) seen = number;
    const isRead = inView.get(seen) && document.visibilityState === "visible" && document.hasFocus() && clock() - life < IDLE;
    if (since && (!isRead || seen !== page)) {
      end();
      send();
    }
    if (!isRead) return;
    if (!since) {
      [page, since, slice] = [seen, clock(), FIRST];
    } else if (clock() - since >= slice) {
      since = end();
      slice = Math.min(slice * 2, LAST);
      send();
    }
  }

  const post = (letter) => fetch(collector, { method: "POST", body: JSON.stringify(letter), keepalive: true, credentials: "omit" });
  // What was refused for good is not sent again; a server that is away or busy is asked later.
  const isSettled = (answer) => answer.status < 500 && answer.status !== 429;

  async function send() {
    if (!queue.length || clock() < wait || !navigator.onLine) return;
    wait = clock() + 10000;
    const events = queue.slice(0, 200);
    try {
      if (isSettled(await post({ token, visit, events }))) {
        queue = queue.filter((one) => !events.includes(one));
        keep();
        wait = 0;
      }
    } catch { /* no network: it waits */ }
  }

  // The page is left, and nobody waits for an answer any more: what a beacon took stays kept until one confirms it.
  function leave() {
    end();
    const events = queue.slice(-200);
    if (!events.length || events.at(-1) === told || !navigator.onLine) return;
    if (navigator.sendBeacon(collector, JSON.stringify({ token, visit, events }))) told = events.at(-1);
  }

  // What earlier visits left behind.
  async function sendKept() {
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(KEPT) || name === KEPT + visit) continue;
        if (isSettled(await post(JSON.parse(localStorage.getItem(name))))) localStorage.removeItem(name);
      }
    } catch { /* another time */ }
  }

  const watch = new IntersectionObserver((changes) => {
    for (const change of changes) inView.set(Number(change.target.dataset.page), change.intersectionRect.height);
    look();
  }, { threshold: Array.from({ length: 21 }, (_, step) => step / 20) });
  document.querySelectorAll("[data-page]").forEach((one) => watch.observe(one));

  for (const sign of ["pointermove", "pointerdown", "touchstart", "keydown", "wheel", "scroll", "focus"]) {
    addEventListener(sign, () => { life = clock(); look(); }, { passive: true });
  }
  addEventListener("blur", look);
  addEventListener("pagehide", leave);
  addEventListener("online", () => { wait = 0; send(); sendKept(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else { life = clock(); look(); send(); }
  });
  setInterval(() => { look(); send(); }, 1000);
  sendKept();
})();
