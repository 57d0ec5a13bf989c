/* The small things that every other script uses: facts of the page, words, colours, numbers, times.
 * Each script hangs its part on window.mall and reaches for the others only when it is called, so that
 * the order in which Dash loads them does not matter. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  let facts = null;

  mall.facts = function () {
    if (!facts) facts = JSON.parse(document.getElementById("mall-facts").textContent);
    return facts;
  };

  /** English text in the viewer's language; {names} are filled from values. */
  mall.t = function (text, values) {
    const words = mall.facts().words[text] || text;
    return values ? words.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)) : words;
  };

  /** One of two languages of a name {en, zh}. */
  mall.name = function (label) {
    if (!label) return "";
    return (mall.facts().language === "zh" && label.zh) || label.en || "";
  };

  let colours = null;
  mall.colour = function (token) {
    if (!colours) colours = {};
    if (!(token in colours)) {
      colours[token] = getComputedStyle(document.documentElement).getPropertyValue("--" + token).trim();
    }
    return colours[token];
  };

  const NARROW = "\u202f";
  /** Thin-spaced whole number or n digits after the point. */
  mall.number = function (value, digits) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const [whole, rest] = Number(value).toFixed(digits || 0).split(".");
    const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW) : whole;
    return grouped.replace("-", "−") + (rest ? "." + rest : "");
  };

  /** Seconds as people say them: 45 s, 7 min 20 s, 2 h 05 min. */
  mall.duration = function (seconds) {
    if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
    const s = Math.round(seconds);
    if (s < 60) return s + NARROW + "s";
    if (s < 3600) {
      return Math.floor(s / 60) + NARROW + "min" + (s % 60 ? " " + String(s % 60).padStart(2, "0") + NARROW + "s" : "");
    }
    const minutes = Math.floor(s / 60);
    return Math.floor(minutes / 60) + NARROW + "h " + String(minutes % 60).padStart(2, "0") + NARROW + "min";
  };

  const clocks = {};
  /** An ISO time on the mall's wall; withSeconds for the main clock. */
  mall.clock = function (iso, withSeconds) {
    const key = withSeconds ? "s" : "m";
    if (!clocks[key]) {
      const parts = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: mall.facts().timezone };
      if (withSeconds) parts.second = "2-digit";
      clocks[key] = new Intl.DateTimeFormat("en-GB", parts);
    }
    return clocks[key].format(new Date(iso));
  };

  mall.date = function (iso) {
    const parts = { weekday: "short", day: "numeric", month: "short", timeZone: mall.facts().timezone };
    const locale = mall.facts().language === "zh" ? "zh-CN" : "en-GB";
    return new Intl.DateTimeFormat(locale, parts).format(new Date(iso));
  };

  /** Make an element: mall.el("div.name", {title}, [children or text]). Text is never read as HTML. */
  mall.el = function (what, attributes, children) {
    const [tag, ...classes] = what.split(".");
    const element = document.createElement(tag || "div");
    if (classes.length) element.className = classes.join(" ");
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "style") element.style.cssText = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of [].concat(children === undefined || children === null ? [] : children)) {
      if (child === null || child === undefined) continue;
      element.append(child);
    }
    return element;
  };

  mall.icon = function (name) {
    return mall.el("span.icon", { style: `--icon:url(/assets/icons/${name}.svg)`, "aria-hidden": "true" });
  };

  /** The sign of a priority: shape, number, colour; its word is its title. With how many there are of it. */
  mall.sign = function (priority, count) {
    const word = mall.priorityWord(priority);
    const many = count > 1 ? [mall.el("span.many", {}, "×" + count)] : [];
    return mall.el("span.sign.p" + priority, { title: word, "aria-label": word }, [
      mall.el("i", {}, mall.facts().shapes[priority]), mall.el("b", {}, String(priority)), ...many,
    ]);
  };

  /** Call start(element) for each element that matches, now and whenever Dash puts one in. */
  const watched = [];
  mall.whenPresent = function (selector, start) {
    watched.push([selector, start]);
    if (document.body) sweep(document.body);
  };
  function sweep(root) {
    for (const [selector, start] of watched) {
      const found = root.matches && root.matches(selector) ? [root] : [];
      for (const element of [...found, ...root.querySelectorAll(selector)]) {
        const marks = (element.mallStarted = element.mallStarted || new Set());
        if (!marks.has(start)) {
          marks.add(start);
          start(element);
        }
      }
    }
  }
  function observe() {
    sweep(document.body);
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) sweep(node);
    }).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) observe();
  else document.addEventListener("DOMContentLoaded", observe);
})();
