/* Alerts: one row is one decision. Arrows choose, K acknowledges. While somebody's cursor or keyboard is in the
 * list, new alerts wait above it and are counted, so that the row under the cursor never moves. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  let list = null, plan = null, chosen = null, order = [], held = false, filter = "open";

  mall.acknowledge = async function (id) {
    const answer = await fetch(`/api/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    if (!answer.ok) mall.say(mall.t("The alert could not be acknowledged ({status}).", { status: answer.status }));
    return answer.ok;
  };

  /** Give a latched alert free, once its condition is off and somebody has taken note of it. */
  mall.reset = async function (id) {
    const answer = await fetch(`/api/alerts/${encodeURIComponent(id)}/reset`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    if (!answer.ok) mall.say(mall.t("The alert could not be reset ({status}).", { status: answer.status }));
    return answer.ok;
  };

  /** One sentence at the bottom of the screen for a few seconds. */
  mall.say = function (words) {
    const toast = mall.el("div.toast", { role: "status" }, words);
    document.body.append(toast);
    setTimeout(() => toast.remove(), 6000);
  };

  const RANK = { unacknowledged: 0, returned: 1, latched: 1, acknowledged: 2, cleared: 3 };
  const rank = (alert) => (mall.resettable(alert) ? RANK.acknowledged : RANK[alert.state] || 0);
  const sorted = (alerts) => [...alerts].sort((a, b) => rank(a) - rank(b) || a.priority - b.priority || (a.raised < b.raised ? 1 : -1));

  /** The order of the rows: kept while held, with what is gone taken out and what is new left waiting. */
  function arrange(alerts) {
    const ids = sorted(alerts).map((alert) => alert.id);
    if (!held) { order = ids; return 0; }
    const here = new Set(ids);
    order = order.filter((id) => here.has(id));
    return ids.length - order.length;
  }

  function shown(doc) {
    return doc.alerts.filter((alert) => (filter === "open" ? mall.standing(alert) : true));
  }

  function age(doc, alert) { return mall.duration(Math.max(0, (new Date(doc.clock) - new Date(alert.raised)) / 1000)); }

  function measure(alert) {
    if (["fire", "fire_unreadable", "fault"].includes(alert.rule) || (!alert.unit && !alert.limit)) return "";
    const digits = Math.abs(alert.limit) < 10 ? 1 : 0;
    return `${mall.number(alert.value, digits)} / ${mall.number(alert.limit, digits)}\u202f${alert.unit === "1/m²" ? "/m²" : alert.unit}`;
  }

  function row(doc, alert) {
    const tr = mall.el("tr.alert", { role: "row", "data-id": alert.id, "data-state": alert.state, "aria-selected": String(alert.id === chosen) }, [
      mall.el("td", {}, [mall.sign(alert.priority), mall.el("span.priority-word", {}, mall.priorityWord(alert.priority))]),
      mall.el("td.wraps", {}, mall.el("span.state", { "data-state": alert.state }, mall.alertState(alert.state))),
      mall.el("td.wraps", {}, plan ? mall.placeText(plan.drawing, alert) : ""),
      mall.el("td.alert-words", {}, [mall.el("b", {}, mall.name(alert.what)), mall.el("span.quiet", {}, mall.name(alert.action))]),
      mall.el("td.num", {}, measure(alert)),
      mall.el("td.num", {}, mall.clock(alert.raised)),
      mall.el("td.num", {}, age(doc, alert)),
      mall.el("td", {}, alert.acknowledged_by || ""),
    ]);
    tr.addEventListener("click", () => choose(alert.id));
    return tr;
  }

  const NUMERIC = new Set(["value", "raised", "age"]);

  function build() {
    const tabs = ["open", "all"].map((name) => {
      const button = mall.el("button.layer", { type: "button", "data-filter": name }, name === "open" ? mall.t("Open") : mall.t("All of today"));
      button.addEventListener("click", () => { filter = name; render(); });
      return button;
    });
    list.replaceChildren(
      mall.el("div.stage-head", {}, [mall.el("h1.headline-words"), mall.el("div.layers", {}, tabs), mall.el("span.waiting", { role: "status" }), mall.el("div.grow"),
        mall.el("span.quiet.keys", {}, [mall.el("kbd", {}, "↑"), " ", mall.el("kbd", {}, "↓"), ` ${mall.t("choose")}  `, mall.el("kbd", {}, "K"), ` ${mall.t("acknowledge")}`])]),
      mall.el("div.alert-scroll", { tabindex: "0", "aria-label": mall.t("Alerts") }, [
        mall.el("table.table.alert-table", { role: "grid" }, [mall.el("thead", {}, mall.el("tr", {}, Object.entries(mall.COLUMN).map(([id, head]) => mall.el("th", { scope: "col", class: NUMERIC.has(id) ? "num" : null }, mall.t(head))))), mall.el("tbody")]),
        mall.el("div.alert-none"),
      ]),
    );
    const scroll = list.querySelector(".alert-scroll");
    const hold = (on) => () => { held = on || scroll.matches(":hover") && on; if (!on) render(); };
    scroll.addEventListener("pointerenter", hold(true));
    scroll.addEventListener("pointerleave", hold(false));
  }

  function none() {
    return [mall.icon("calm"), mall.el("div.empty-title", {}, filter === "open" ? mall.t("No alert is open") : mall.t("No alert today")),
      mall.el("div.empty-words", {}, mall.t("The twin watches density, silent devices, meters and the fire panel. It will call you here."))];
  }

  function detail(doc) {
    const box = document.querySelector("[data-alert-detail]");
    if (!box) return;
    const alert = doc.alerts.find((one) => one.id === chosen);
    if (!alert) { mall.put(box, [mall.el("div.empty", {}, [mall.el("div.empty-words", {}, mall.t("Choose an alert with the arrow keys to see where it is and what to do."))])]); return; }
    const button = mall.el("button.button.primary", { type: "button", disabled: !mall.unseen(alert) }, [mall.t("Acknowledge"), mall.el("kbd", {}, "K")]);
    const line = (name, value) => value && [name, value];
    const forecast = doc.forecast && doc.forecast.cause === alert.id && plan ? [mall.forecastPanel(doc.forecast, plan, doc)] : [];
    mall.put(box, [
      mall.section(`${mall.priorityWord(alert.priority)} · ${mall.alertState(alert.state)}`, [
        mall.el("h1.alert-title", {}, [mall.sign(alert.priority), " " + mall.name(alert.what)]),
        mall.el("p.action", {}, mall.name(alert.action)),
        mall.name(alert.cause) ? mall.el("p.quiet", {}, mall.name(alert.cause)) : null,
        mall.factList([line(mall.t("Place"), plan ? mall.placeText(plan.drawing, alert) : ""), line(mall.t("Value / limit"), measure(alert)), line(mall.t("Raised"), mall.clock(alert.raised, true)),
          line(mall.t("Came on"), alert.count > 1 ? mall.t("{count} times", { count: alert.count }) : ""), line(mall.t("Acknowledged by"), alert.acknowledged_by), line(mall.t("Back to normal"), alert.returned ? mall.clock(alert.returned, true) : "")]),
        mall.resettable(alert) ? mall.el("button.button.primary", { type: "button", "data-reset": "" }, mall.t("Reset")) : button,
      ]),
      ...forecast,
    ]);
    const put = box.querySelector(".button.primary");
    if (put && !put.mallOn) { put.mallOn = true; put.addEventListener("click", () => (put.hasAttribute("data-reset") ? mall.reset(chosen) : mall.acknowledge(chosen))); }
  }

  function render() {
    const doc = mall.snapshot;
    if (!doc || !list || !list.isConnected) return;
    const alerts = shown(doc);
    const waiting = arrange(alerts);
    const byId = new Map(alerts.map((alert) => [alert.id, alert]));
    if (chosen && !byId.has(chosen)) chosen = null;
    mall.put(list.querySelector("tbody"), order.map((id) => row(doc, byId.get(id))));
    list.querySelectorAll("tr.alert").forEach((tr) => { if (!tr.mallOn) { tr.mallOn = true; tr.addEventListener("click", () => choose(tr.dataset.id)); } });
    const fresh = alerts.filter(mall.unseen).length;
    mall.put(list.querySelector("h1"), [fresh ? mall.t("{count} to decide", { count: fresh }) : mall.t("Nothing to decide")]);
    mall.put(list.querySelector(".waiting"), waiting ? [mall.t("{count} new, shown when the cursor leaves the list", { count: waiting })] : []);
    list.querySelectorAll("[data-filter]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.filter === filter)));
    list.querySelector("table").hidden = !alerts.length;
    const empty = list.querySelector(".alert-none");
    empty.hidden = Boolean(alerts.length);
    if (!alerts.length) { empty.classList.add("empty"); mall.put(empty, none()); }
    detail(doc);
  }

  function choose(id) {
    chosen = id;
    render();
    const tr = list.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    if (tr) tr.scrollIntoView({ block: "nearest" });
    const alert = mall.snapshot.alerts.find((one) => one.id === id);
    if (plan && alert) plan.show(plan.drawing.space.has(alert.space_id) ? { kind: "space", id: alert.space_id } : { kind: "device", id: alert.device });
  }

  function step(by) {
    if (!order.length) return;
    const at = order.indexOf(chosen);
    choose(order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by))]);
  }

  document.addEventListener("keydown", (event) => {
    if (!list || !list.isConnected || mall.typing(event)) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Home" && order.length) choose(order[0]);
    else if (event.key === "End" && order.length) choose(order[order.length - 1]);
    else if (event.key.toLowerCase() === "k" && chosen) {
      const at = order.indexOf(chosen);
      mall.acknowledge(chosen).then((done) => { if (done && order[at + 1]) choose(order[at + 1]); });
    } else return;
    event.preventDefault();
  });
  document.addEventListener("mall:snapshot", render);
  mall.whenPresent("[data-alert-list]", async (element) => {
    list = element;
    chosen = null;
    held = false;
    build();
    render();
    plan = null;
    plan = await window.mallPlan.ready("alerts-plan");
    plan.on("select", (what) => {
      if (!what) return;
      const doc = mall.snapshot;
      const alert = what.kind === "alert" ? what.id : (doc.alerts.filter(mall.standing).find((one) => what.kind === "space" && one.space_id === what.id) || {}).id;
      if (alert && alert !== chosen) choose(alert);
    });
    render();
  });
})();
