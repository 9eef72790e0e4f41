// The only script, and nothing needs it: the remembered theme, "/" for the search,
// and live pages that fetch themselves again and swap <main>.
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

  addEventListener("DOMContentLoaded", () => {
    wireTheme();
    wireSearch();
    setTimeout(refresh, wait);
  });
})();
