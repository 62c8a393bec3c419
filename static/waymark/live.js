// Renews what a page shows while somebody looks at it: asks whether anything was touched, and where it was changes the
// live parts in place, so that focus, scrolling and what is open stay. Without it the page is as it was opened.
"use strict";

(function () {
  const SECOND = 1000;
  const PAUSED = "waymark-renewing-paused";
  const MOST_PATIENCE = 8;  // times the usual pause, while the server is away

  // Changing in place -------------------------------------------------------------------------------------------------

  function key(node) {
    return node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.key || node.getAttribute("href") || "" : "";
  }

  function isSame(old, fresh) {
    return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && key(old) === key(fresh);
  }

  function takeAttributes(old, fresh) {
    [...old.attributes].filter(({ name }) => name !== "open" && !fresh.hasAttribute(name)).forEach(({ name }) => old.removeAttribute(name));
    [...fresh.attributes].filter(({ name }) => name !== "open").forEach(({ name, value }) => {
      if (old.getAttribute(name) !== value) { old.setAttribute(name, value); }
    });
  }

  // From this node on the first that a script did not add.
  function own(node) {
    while (node && node.nodeType === Node.ELEMENT_NODE && "drawn" in node.dataset) { node = node.nextSibling; }
    return node;
  }

  // The old node is left where it is and made like the fresh one. What a script drew, and what is typed in, stays.
  function become(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) { old.data = fresh.data; }
      return;
    }
    takeAttributes(old, fresh);
    if (old.hasAttribute("data-specification")) { return; }
    let place = own(old.firstChild);
    [...fresh.childNodes].forEach((child) => {
      let match = place;
      while (match && !isSame(match, child)) { match = own(match.nextSibling); }
      if (!match) { old.insertBefore(child, place); return; }
      while (place !== match) { const gone = place; place = own(place.nextSibling); gone.remove(); }
      become(match, child);
      place = own(match.nextSibling);
    });
    while (place) { const gone = place; place = own(place.nextSibling); gone.remove(); }
  }

  function words(node) {
    const copy = node.cloneNode(true);
    copy.querySelectorAll("[data-drawn]").forEach((drawn) => drawn.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // Answers what to say of it: nothing where only something unseen has changed.
  function show(html) {
    const said = [];
    new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-live]").forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (!old) { return; }
      const before = words(old);
      become(old, fresh);
      if (before !== words(old)) {
        mark(old);
        if (old.dataset.live) { said.push(old.dataset.live); }
      }
    });
    document.dispatchEvent(new CustomEvent("waymark:renewed"));
    return [...new Set(said)].join(" ");
  }

  function mark(part) {
    part.classList.remove("is-renewed");
    void part.offsetWidth;  // so that the style begins anew
    part.classList.add("is-renewed");
  }

  // Asking --------------------------------------------------------------------------------------------------------------

  // One box a source of live parts: the page itself, and the bell in its head.
  function watch(box) {
    const note = box.querySelector("[data-renewal-note]");
    const told = box.querySelector("[data-renewal-told]");
    const pause = box.querySelector("[data-renewal-pause]");
    let timer, patience = 1, isAsking = false, isOver = false;
    const isPaused = () => Boolean(pause) && sessionStorage.getItem(PAUSED) === "yes";

    function later(seconds) {
      clearTimeout(timer);
      if (!isOver && !isPaused() && !document.hidden) { timer = setTimeout(ask, seconds * SECOND); }
    }

    function ask() {
      if (isAsking || isOver || isPaused() || document.hidden) { return; }
      isAsking = true;
      window.htmx.trigger(box, "renew");
    }

    function end() {
      isOver = true;
      if (note) { note.textContent = note.dataset.over; }
      if (pause) { pause.remove(); }
    }

    box.addEventListener("htmx:configRequest", (event) => {
      if (event.detail.elt !== box) { return; }
      Object.assign(event.detail.headers, { "X-Renew": box.dataset.mark, "X-By-Itself": "1", "If-None-Match": box.dataset.version });
    });
    box.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.elt !== box) { return; }
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      const answer = event.detail.xhr;
      patience = answer.status >= 500 ? Math.min(patience * 2, MOST_PATIENCE) : 1;
      if (answer.status === 200 && answer.getResponseHeader("X-Renew")) {
        const said = show(answer.responseText);
        if (told && said && box.dataset.version) { told.textContent = said; }
        box.dataset.mark = answer.getResponseHeader("X-Renew");
        box.dataset.version = answer.getResponseHeader("ETag");
      } else if (answer.status !== 304 && answer.status < 500) {
        end();
      } else if (told) {
        told.textContent = "";
      }
    });
    box.addEventListener("htmx:sendError", () => { patience = Math.min(patience * 2, MOST_PATIENCE); });
    box.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== box) { return; }
      isAsking = false;
      later(Number(box.dataset.every) * patience);
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { later(0); } });

    function tell() {
      pause.textContent = isPaused() ? pause.dataset.on : pause.dataset.pause;
      note.textContent = isPaused() ? note.dataset.paused : note.dataset.on;
    }
    if (pause) {
      box.hidden = false;
      tell();
      pause.addEventListener("click", () => {
        sessionStorage.setItem(PAUSED, isPaused() ? "no" : "yes");
        tell();
        later(0);
      });
    }
    later(box.dataset.version ? Number(box.dataset.every) : 0);
  }

  // htmx takes up its elements at this very event, and before: its script comes first.
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-renewal]").forEach(watch));
})();
