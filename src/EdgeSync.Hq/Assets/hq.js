"use strict";
// Live pages without a framework: when the server sends an event, the page fetches itself and replaces the parts marked data-live.
(() => {
  const indicator = document.getElementById("live");
  let fetching = false;
  let again = false;

  const show = (state, label) => {
    if (!indicator) return;
    indicator.hidden = false;
    indicator.dataset.state = state;
    indicator.lastElementChild.textContent = label;
  };

  // Highlights changed rows for a moment. A row may say itself what counts as a change.
  const contentOf = (row) => row.dataset.mark ?? row.textContent.replace(/\d+ (s|min) ago/g, "");
  const markChanges = (before, after) => {
    const known = new Map();
    before.querySelectorAll("[data-key]").forEach((row) => known.set(row.dataset.key, contentOf(row)));
    if (known.size === 0) return;
    after.querySelectorAll("[data-key]").forEach((row) => {
      if (known.get(row.dataset.key) !== contentOf(row)) row.classList.add("changed");
    });
  };

  // Counts on by HQ's clock, which the page was made by: that of the browser may be wrong.
  let ahead = 0;
  const readClock = (page) => {
    const made = page.querySelector("[data-now]");
    if (made) ahead = Number(made.dataset.now) - Date.now();
  };
  const two = (number) => String(number).padStart(2, "0");
  const countDown = () => {
    document.querySelectorAll("[data-countdown]").forEach((time) => {
      const left = Number(time.dataset.countdown) - Date.now() - ahead;
      const seconds = Math.floor(Math.abs(left) / 1000);
      const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
      time.textContent = (left < 0 ? "+" : "")
        + (days > 0 ? `${days} d ${two(hours)}:${two(minutes)}` : hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`);
      time.classList.toggle("over", left < 0);
    });
  };

  const replaceLiveParts = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    readClock(fresh);
    document.querySelectorAll("[data-live]").forEach((region) => {
      const next = fresh.getElementById(region.id);
      region.querySelectorAll("details[open][id]").forEach((open) => next?.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", ""));
      if (!next || next.innerHTML === region.innerHTML) return;
      const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      markChanges(region, next);
      region.replaceWith(document.adoptNode(next));
      if (focused) document.querySelector(`#${CSS.escape(next.id)} a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    });
  };

  const refresh = async () => {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const response = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "manual", cache: "no-store" });
      if (response.type === "opaqueredirect" || response.status === 401) { location.reload(); return; }
      if (response.ok) replaceLiveParts(await response.text());
    } catch {
      show("lost", "Reconnecting…");
    } finally {
      fetching = false;
      if (again) { again = false; refresh(); }
    }
  };

  readClock(document);
  if (document.querySelector("[data-countdown]") || document.querySelector(".board")) setInterval(countDown, 1000);

  const source = document.body.dataset.events;
  if (source && document.querySelector("[data-live]")) {
    let events;
    let lost = false;
    const open = () => {
      events = new EventSource(source);
      events.addEventListener("hello", () => { show("on", "Live"); if (lost) refresh(); lost = false; });
      events.addEventListener("change", refresh);
      events.addEventListener("error", () => {
        lost = true;
        show("lost", "Reconnecting…");
        // The browser does not reopen a refused stream. Check whether the login is still valid, then open a new one.
        if (events.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); open(); }, 5000);
      });
    };
    open();
  }

  document.querySelectorAll("form.filters select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
  document.querySelectorAll("form.filters").forEach((form) => form.addEventListener("submit", () => {
    form.querySelectorAll("input, select").forEach((field) => { if (field.value === "") field.disabled = true; });
  }));
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = "Copied";
    });
  });
})();
