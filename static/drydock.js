// The only script, and nothing needs it: the remembered theme, "/" for the search,
// and live pages that hear what changes or fetch themselves again and swap <main>.
(() => {
  "use strict";
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* private window */ } };
  if (stored() === "dark" || stored() === "light") root.dataset.theme = stored();

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  const wireTheme = () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const say = () => button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      say();
    });
  };

  const wireSearch = () => addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
    const search = document.querySelector("input[type=search]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // A page that says data-live is fetched again until it no longer says so.
  const wait = 2000;
  const refresh = async () => {
    const main = document.querySelector("main[data-live]");
    if (!main) return;
    const busy = document.hidden || main.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    if (!busy) {
      try {
        const response = await fetch(location.href, { headers: { accept: "text/html" } });
        if (response.redirected && new URL(response.url).pathname !== location.pathname) {
          location.assign(response.url);
          return;
        }
        const next = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const place of ["main", "[data-freshness]"]) {
          const [now, then] = [document.querySelector(place), next.querySelector(place)];
          if (response.ok && now && then && !now.isEqualNode(then)) now.replaceWith(document.adoptNode(then));
        }
      } catch { /* the server restarts: try again */ }
    }
    setTimeout(refresh, wait);
  };

  // A page with data-events is told what changes, and fetched once more at the end. Where
  // that fails it is fetched again and again like the others. Tabs that nobody looks at
  // take no connection: a browser has only a few.
  const listen = () => {
    const live = document.querySelector("main[data-live] [data-events]");
    if (!live || document.hidden) {
      if (live) document.addEventListener("visibilitychange", listen, { once: true });
      else setTimeout(refresh, wait);
      return;
    }
    const events = new EventSource(live.dataset.events);
    const leave = (then) => {
      events.close();
      document.removeEventListener("visibilitychange", hide);
      then();
    };
    const hide = () => leave(listen);
    document.addEventListener("visibilitychange", hide);
    events.addEventListener("live", (event) => { live.innerHTML = event.data; });
    events.addEventListener("ended", () => leave(refresh));
    events.addEventListener("error", () => leave(() => setTimeout(refresh, wait)));
  };

  addEventListener("DOMContentLoaded", () => {
    wireTheme();
    wireSearch();
    listen();
  });
})();
