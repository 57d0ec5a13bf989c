/* The live stream: one web socket for the document, handed on as the event "mall:snapshot"; writes the top line.
 * A link that is down is said in a banner, and every value on the screen is old from then on. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const STALE_MS = 5000; // five missed snapshots
  let socket = null, last = 0, retry = 500;
  mall.snapshot = null;

  const STANDING = new Set(["unacknowledged", "acknowledged", "returned", "latched"]);
  mall.standing = (alert) => STANDING.has(alert.state);

  const UNSEEN = new Set(["unacknowledged", "returned"]);
  /** Nobody has taken note of it yet, whether its condition is still on or not. */
  mall.unseen = (alert) => UNSEEN.has(alert.state) || (alert.state === "latched" && !alert.acknowledged_by);
  /** Held after its condition went off, and seen: a person gives it free. */
  mall.resettable = (alert) => alert.state === "latched" && Boolean(alert.acknowledged_by);

  function receive(text) {
    const document_ = JSON.parse(text);
    last = Date.now();
    retry = 500;
    mall.snapshot = document_;
    render();
    document.dispatchEvent(new CustomEvent("mall:snapshot", { detail: document_ }));
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/live/stream`);
    socket.onmessage = (event) => receive(event.data);
    socket.onclose = () => {
      setTimeout(connect, retry);
      retry = Math.min(10000, retry * 2);
    };
  }

  mall.isStale = () => Date.now() - last > STALE_MS;

  function slot(name, children) {
    for (const element of document.querySelectorAll(`[data-live="${name}"]`)) element.replaceChildren(...children);
  }

  function clock(doc) {
    const parts = [mall.el("span.clock", {}, mall.clock(doc.clock, true)), mall.el("span.date", {}, mall.date(doc.clock))];
    if (doc.speed && doc.speed !== 1) parts.push(mall.el("span.speed", {}, `×${mall.number(doc.speed, doc.speed % 1 ? 1 : 0)}`));
    return parts;
  }

  function feed(doc) {
    const { feeds, devices } = doc;
    const lost = feeds.broker !== "connected";
    const parts = [mall.el("i.dot" + (lost ? ".bad" : devices.silent ? ".warn" : ".good")), mall.el("span", {}, lost ? mall.t("Feeds lost") : mall.t("Feeds connected"))];
    if (devices.silent) parts.push(mall.el("span.warn", {}, mall.t("{count} silent", { count: devices.silent })));
    if (feeds.dead_letters) parts.push(mall.el("span.quiet", {}, mall.t("{count} unread", { count: feeds.dead_letters })));
    return [mall.el("a.feed", { href: "/devices", title: mall.t("Messages {received}, unreadable {dead}, late {late}, repeated {twice}, gaps {gaps}", {
      received: feeds.received, dead: feeds.dead_letters, late: feeds.late, twice: feeds.duplicates, gaps: feeds.gaps }) }, parts)];
  }

  function alerts(doc) {
    const open = doc.alerts.filter(mall.standing);
    const found = [1, 2, 3, 4].map((priority) => [priority, open.filter((alert) => alert.priority === priority).length]);
    const shown = found.filter(([, count]) => count);
    const parts = shown.length ? shown.map(([priority, count]) => mall.sign(priority, count)) : [mall.el("span.quiet", {}, mall.t("No open alert"))];
    return [mall.el("a.alert-counts", { href: "/alerts", title: mall.t("Open alerts by priority") }, parts)];
  }

  function inside(doc) {
    const { mean, low, high, quality } = doc.inside;
    const half = Math.max(high - mean, mean - low);
    return [
      mall.el("span.slot-label", {}, mall.t("Inside")),
      mall.el("span.big" + (quality === "good" ? "" : ".stale"), {}, quality === "unknown" ? "–" : mall.number(mean)),
      mall.el("span.band", { title: mall.t("95 % of the time between {low} and {high}", { low: mall.number(low), high: mall.number(high) }) },
        quality === "unknown" ? mall.t("unknown") : "±\u202f" + mall.number(half)),
    ];
  }

  function banner() {
    if (!mall.snapshot && Date.now() - began < STALE_MS) return [];
    if (!mall.isStale()) return [];
    const since = mall.snapshot ? mall.duration((Date.now() - last) / 1000) : "";
    const words = mall.snapshot ? mall.t("No connection for {since}. Everything on this screen is old.", { since }) : mall.t("No connection to the twin yet.");
    return [mall.el("div.stale-banner", {}, words)];
  }

  function render() {
    const doc = mall.snapshot;
    document.body.classList.toggle("link-down", Boolean(banner().length));
    slot("banner", banner());
    if (!doc) return;
    slot("clock", clock(doc));
    slot("feed", feed(doc));
    slot("alerts", alerts(doc));
    slot("inside", inside(doc));
  }

  const began = Date.now();
  document.addEventListener("DOMContentLoaded", () => {
    if (!mall.facts().live) return;
    connect();
    setInterval(() => { if (mall.isStale()) render(); }, 1000);
    mall.whenPresent("[data-live]", render);
  });

  /** Values of the spaces for the plan: density by space with the words of the tooltip. */
  mall.liveValues = function (doc) {
    const values = {};
    const old = mall.isStale();
    for (const [id, one] of Object.entries(doc.spaces)) {
      if (one.quality === "unknown") continue;
      values[id] = { v: one.density, stale: old || one.quality === "stale", text: mall.peopleText(one) };
    }
    return values;
  };

  mall.peopleText = function (one) {
    if (!one || one.quality === "unknown") return mall.t("Nobody counts here");
    const half = Math.max(one.high - one.mean, one.mean - one.low);
    const age = one.quality === "stale" && one.age_s !== null ? ` · ${mall.t("{age} old", { age: mall.duration(one.age_s) })}` : "";
    return `${mall.t("{count} people", { count: mall.number(one.mean) })} ±\u202f${mall.number(half)}${age}`;
  };

  function levelCounts(plan, doc) {
    const counts = plan.drawing.levels.map(() => 0);
    for (const [id, one] of Object.entries(doc.spaces)) {
      const space = plan.drawing.space.get(id);
      if (space && one.quality !== "unknown") counts[space.level] += one.mean;
    }
    return counts;
  }

  /** Keep a plan canvas at the live state. */
  mall.planLive = function (plan) {
    const follow = () => {
      if (!plan.element.isConnected) { document.removeEventListener("mall:snapshot", follow); return; }
      const doc = mall.snapshot;
      if (!doc) return;
      plan.set({ values: mall.liveValues(doc), alerts: doc.alerts.filter(mall.standing), silent: doc.devices.silent_ids });
      plan.controls.setCounts(levelCounts(plan, doc));
    };
    document.addEventListener("mall:snapshot", follow);
    follow();
  };
})();
