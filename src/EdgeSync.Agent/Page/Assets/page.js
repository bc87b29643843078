"use strict";
// The page without a framework: when the site says that something changed, the page loads itself again and replaces the parts marked data-live.
(() => {
  const source = document.body.dataset.events;
  if (!source) return;
  const indicator = document.getElementById("live");
  let fetching = false;
  let again = false;

  const show = (state, label) => {
    indicator.hidden = false;
    indicator.dataset.state = state;
    indicator.lastElementChild.textContent = label;
  };

  // Somebody is typing here: the part is replaced when that is over.
  const isInUse = (part) => part.contains(document.activeElement) && document.activeElement.matches("input")
    || [...part.querySelectorAll("input")].some((field) => field.value !== field.defaultValue);

  const replaceLiveParts = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === part.innerHTML || isInUse(part)) return;
      part.querySelectorAll("details[id]").forEach((details) => {
        const same = next.querySelector(`#${CSS.escape(details.id)}`);
        if (same) same.open = details.open;
      });
      const isAnswer = next.querySelector(".verdict") && !part.querySelector(".verdict");
      part.replaceWith(document.adoptNode(next));
      if (isAnswer) next.scrollIntoView({ block: "nearest" });
    });
  };

  const refresh = async () => {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const response = await fetch("/", { headers: { "X-Live": "1" }, cache: "no-store" });
      if (response.status === 401) { location.assign("/login"); return; }
      if (response.ok) replaceLiveParts(await response.text());
    } catch {
      show("lost", "No connection");
    } finally {
      fetching = false;
      if (again) { again = false; refresh(); }
    }
  };

  let lost = false;
  const open = () => {
    const events = new EventSource(source);
    events.addEventListener("hello", () => { show("on", "Live"); if (lost) refresh(); lost = false; });
    events.addEventListener("change", refresh);
    events.addEventListener("error", () => {
      lost = true;
      show("lost", "No connection");
      // A browser does not open a refused stream again. The page itself says whether the PIN is asked for.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); open(); }, 5000);
    });
  };
  open();
})();
