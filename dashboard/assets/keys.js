/* Shortcuts that hold on every page, the help that lists them, and the language and theme switches. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});

  const LIST = [
    ["1 – 9", "storey"], ["+  −  0", "zoom"], ["A", "alerts"], ["L", "live"], ["↑ ↓", "choose"],
    ["K", "acknowledge"], ["␣", "play"], ["F", "full"], ["Esc", "close"], ["?", "help"],
  ];

  function help() {
    let dialog = document.querySelector("dialog.help");
    if (!dialog) {
      dialog = mall.el("dialog.help", { "aria-label": mall.t("Keys") }, [
        mall.el("h2", {}, mall.t("Keys")),
        mall.el("dl.facts", {}, LIST.flatMap(([key, what]) => [mall.el("dt", {}, [mall.el("kbd", {}, key)]), mall.el("dd", {}, mall.t(mall.KEYS[what]))])),
      ]);
      dialog.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  /** Go to another page without loading the document anew. */
  mall.go = function (path) {
    const link = document.querySelector(`.rail-link[href="${path}"]`);
    if (link) link.click();
    else location.assign(path);
  };

  document.addEventListener("keydown", (event) => {
    if (mall.typing(event)) return;
    if (event.key === "?") help();
    else if (event.key === "a" || event.key === "A") mall.go("/alerts");
    else if (event.key === "l" || event.key === "L") mall.go("/live");
    else if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    } else return;
    event.preventDefault();
  });

  // A switch keeps the page and all of its query, and changes one part of it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-switch]");
    if (link) {
      event.preventDefault();
      const query = new URLSearchParams(location.search);
      for (const [name, value] of new URLSearchParams(link.dataset.switch)) query.set(name, value);
      location.assign(`${location.pathname}?${query}`);
      return;
    }
    const page = event.target.closest && event.target.closest("a.feed, a.alert-counts");
    if (page && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      mall.go(new URL(page.href).pathname);
    }
  });

  function mark() {
    const links = [...document.querySelectorAll(".rail-link")];
    const here = links.find((link) => link.getAttribute("href") === location.pathname) || (location.pathname === "/" && links[0]);
    for (const link of links) link.setAttribute("aria-current", link === here ? "page" : "false");
  }
  document.addEventListener("DOMContentLoaded", () => {
    mall.whenPresent(".rail-link", mark);
    mall.whenPresent("#page > *", mark);
  });
})();
