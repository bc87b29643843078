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

  // Highlights changed rows for a moment.
  const markChanges = (before, after) => {
    const known = new Map();
    before.querySelectorAll("[data-key]").forEach((row) => known.set(row.dataset.key, row.textContent.replace(/\d+ (s|min) ago/g, "")));
    if (known.size === 0) return;
    after.querySelectorAll("[data-key]").forEach((row) => {
      const text = row.textContent.replace(/\d+ (s|min) ago/g, "");
      if (known.get(row.dataset.key) !== text) row.classList.add("changed");
    });
  };

  const replaceLiveParts = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-live]").forEach((region) => {
      const next = fresh.getElementById(region.id);
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
