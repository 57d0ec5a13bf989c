/* Live: the sentence on top, the drawer, the strip of the day. Redrawn from each snapshot; what is selected on
 * the plan decides what the drawer holds. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const PLAN = "live-plan";
  let plan = null, selected = null, trend = { id: null, data: null, at: 0 };

  const part = (name) => document.querySelector(`[data-live-part="${name}"]`);
  const open = (doc) => doc.alerts.filter(mall.standing).sort((a, b) => a.priority - b.priority || (a.raised < b.raised ? 1 : -1));

  mall.section = function (title, children, kind) {
    return mall.el("section.panel" + (kind ? "." + kind : ""), {}, [mall.el("h2", {}, title), mall.el("div.panel-body", {}, children)]);
  };
  mall.factList = (rows) => mall.el("dl.facts", {}, rows.filter(Boolean).flatMap(([name, value]) => [mall.el("dt", {}, name), mall.el("dd", {}, value)]));

  function head(doc) {
    const fresh = open(doc).filter((alert) => mall.unseen(alert) && alert.priority < 4);
    const standing = open(doc);
    if (!standing.length) return [mall.el("span.calm-mark", {}, [mall.icon("calm")]), mall.el("span.headline-words", {}, mall.t("Nothing needs you."))];
    const first = fresh[0] || standing[0];
    const button = mall.el("button.link", { type: "button" }, [mall.el("b", {}, mall.name(first.what)), mall.el("span.quiet", {}, mall.placeText(plan.drawing, first))]);
    button.addEventListener("click", () => plan.show({ kind: "alert", id: first.id, ...alertPlace(first) }));
    const words = fresh.length ? mall.t("Needs you: {count}", { count: fresh.length }) : mall.t("All seen, {count} still standing", { count: standing.length });
    return [mall.sign(first.priority), mall.el("span.headline-words", {}, words), button];
  }

  /** The plan shows alerts by their space or device. */
  function alertPlace(alert) {
    const kind = plan.drawing.space.has(alert.space_id) ? "space" : "device";
    return { alert: alert.id, kind, id: kind === "space" ? alert.space_id : alert.device };
  }

  function alertRow(alert) {
    const row = mall.el("button.alert-row", { type: "button", "data-state": alert.state }, [
      mall.sign(alert.priority),
      mall.el("span.alert-what", {}, [mall.el("b", {}, mall.name(alert.what)), mall.el("span.quiet", {}, `${mall.placeText(plan.drawing, alert)} · ${mall.clock(alert.raised)}`)]),
    ]);
    row.addEventListener("click", () => plan.show(alertPlace(alert)));
    return row;
  }

  function needs(doc) {
    const standing = open(doc);
    if (!standing.length) return mall.section(mall.t("Alerts"), mall.el("p.quiet", {}, mall.t("No alert is open. Choose a space on the plan to see who is in it.")));
    const more = standing.length > 5 ? [mall.el("a.more", { href: "/alerts", class: "alert-counts more" }, mall.t("All {count} alerts", { count: standing.length }))] : [];
    return mall.section(mall.t("Alerts"), [...standing.slice(0, 5).map(alertRow), ...more]);
  }

  const HELD = new Set(["stairs", "escalator", "lift", "ramp"]);
  function fullest(doc) {
    const rows = Object.entries(doc.spaces)
      .filter(([id, one]) => one.quality !== "unknown" && plan.drawing.space.has(id) && !HELD.has(plan.drawing.space.get(id).kind) && one.mean >= 1)
      .sort((a, b) => b[1].density - a[1].density).slice(0, 6)
      .map(([id, one]) => {
        const space = plan.drawing.space.get(id);
        const scale = mall.scales().people;
        const step = mall.stepOf(one.density, scale);
        const row = mall.el("button.rank", { type: "button" }, [
          mall.el("i", { style: `background:${step >= 0 ? scale.colours[step] : "transparent"}` }),
          mall.el("span.rank-name", {}, [plan.drawing.nameOf(space), mall.el("span.quiet", {}, " " + plan.drawing.levels[space.level].short)]),
          mall.el("span.num", {}, mall.number(one.mean)),
          mall.el("span.num.quiet", {}, mall.number(one.density * 100, one.density < 0.1 ? 1 : 0)),
        ]);
        row.addEventListener("click", () => plan.show({ kind: "space", id }));
        return row;
      });
    const heads = mall.el("div.rank.heads", {}, [mall.el("i"), mall.el("span.rank-name"), mall.el("span.num", {}, mall.t("people")), mall.el("span.num", {}, mall.t("per 100 m²"))]);
    return mall.section(mall.t("Fullest places"), rows.length ? [heads, ...rows] : mall.el("p.quiet", {}, mall.t("Nobody is counted inside.")));
  }

  function truth(doc) {
    const error = doc.error_vs_truth;
    if (!error) return null;
    const sign = error.inside_error > 0 ? "+" : "";
    return mall.section(mall.t("The twin against the truth of the simulation"), mall.factList([
      [mall.t("Believed inside"), mall.number(error.inside_believed)],
      [mall.t("Truly inside"), mall.number(error.inside_true)],
      [mall.t("Error"), sign + mall.number(error.inside_error) + (error.inside_error_share === null ? "" : ` (${sign}${mall.number(error.inside_error_share * 100, 1)}\u202f%)`)],
    ]));
  }

  function energyOf(doc, space) {
    const meters = [...plan.drawing.device.values()].filter((d) => d.kind === "electricity_meter" && (d.watches === space.id || (space.tenant && d.watches === space.tenant.id)));
    const states = meters.map((d) => doc.energy.by_meter[d.id]).filter(Boolean);
    if (!states.length) return null;
    const today = states.reduce((sum, one) => sum + one.today, 0);
    const now = states.every((one) => one.power_kw !== null) ? mall.number(states.reduce((s, o) => s + o.power_kw, 0), 1) + "\u202fkW, " : "";
    return [mall.t("Electricity"), `${now}${mall.number(today, today < 100 ? 1 : 0)}\u202fkWh ${mall.t("today")}`];
  }

  async function ask(id) {
    if (trend.id === id && Date.now() - trend.at < 5000) return;
    const keep = trend.id === id ? trend.data : null;
    trend = { id, data: keep, at: Date.now() };
    const answer = await fetch("/api/live/history" + (id ? "?space=" + encodeURIComponent(id) : ""));
    if (answer.ok && trend.id === id) trend.data = await answer.json();
  }

  function spaceDrawer(doc, space) {
    const one = doc.spaces[space.id];
    ask(space.id);
    const known = one && one.quality !== "unknown";
    const half = known ? Math.max(one.high - one.mean, one.mean - one.low) : 0;
    const los = known ? "ABCDEF"[Math.max(0, mall.stepOf(one.density, mall.scales().los))] : "–";
    const figure = mall.el("div.figure", {}, [
      mall.el("div.figure-line", {}, [mall.el("span.big" + (known && one.quality === "good" ? "" : ".stale"), {}, known ? mall.number(one.mean) : "–"), mall.el("span.band", {}, known ? "±\u202f" + mall.number(half) : "")]),
      mall.el("div.figure-label", {}, known ? mall.t("people, 95 % band") : mall.t("Nobody counts here")),
    ]);
    const line = mall.el("canvas.trend", { role: "img", "aria-label": mall.t("People today") });
    const sections = [
      closer(plan.drawing.nameOf(space), `${plan.drawing.levels[space.level].short} · ${mall.spaceKind(space.kind)} · ${mall.number(space.area)}\u202fm²`),
      mall.section(mall.t("People"), [figure, line, mall.factList([
        known && [mall.t("Density"), `${mall.number(one.density, 2)}\u202f/m² · ${mall.t("level of service {los}", { los })}`],
        known && [mall.t("Newest reading"), one.age_s === null ? mall.t("never") : mall.t("{age} ago", { age: mall.duration(one.age_s) })],
        known && one.quality === "stale" && [mall.t("Quality"), mall.t("stale")],
      ])]),
    ];
    const alerts = open(doc).filter((alert) => alert.space_id === space.id);
    if (alerts.length) sections.splice(1, 0, mall.section(mall.t("Alerts"), alerts.map((alert) => alertCard(alert))));
    if (space.tenant) {
      sections.push(mall.section(mall.t("Tenant"), mall.factList([[mall.t("Name"), mall.name(space.tenant)], [mall.t("Category"), mall.name(space.tenant.category)], [mall.t("Unit"), mall.name(space.name) || space.id], energyOf(doc, space)])));
    }
    const devices = [...plan.drawing.device.values()].filter((device) => device.space === space.id);
    if (devices.length) sections.push(mall.section(mall.t("Devices"), devices.slice(0, 12).map((device) => deviceRow(doc, device))));
    requestAnimationFrame(() => mall.paintTrend(line, trend.id === space.id ? trend.data : null, doc));
    return sections;
  }

  function closer(title, words) {
    const button = mall.el("button.tool", { type: "button", "aria-label": mall.t("Close"), title: mall.t("Close") }, mall.icon("close"));
    button.addEventListener("click", () => plan.select(null));
    return mall.el("header.drawer-head", {}, [mall.el("div", {}, [mall.el("h1", {}, title), mall.el("div.quiet", {}, words)]), button]);
  }

  function deviceRow(doc, device) {
    const seen = doc.devices.last_seen[device.id];
    const silent = doc.devices.silent_ids.includes(device.id);
    const age = seen ? mall.t("{age} ago", { age: mall.duration(Math.max(0, (new Date(doc.clock) - new Date(seen)) / 1000)) }) : mall.t("never heard");
    return mall.el("div.device-row" + (silent ? ".silent" : ""), {}, [
      mall.el("i.dot" + (silent ? ".warn" : seen ? ".good" : "")), mall.el("span", {}, mall.name(device.name) || device.id),
      mall.el("span.num.quiet", {}, silent ? `${mall.t("silent")}, ${age}` : age),
    ]);
  }

  function alertCard(alert) {
    const button = mall.unseen(alert) ? mall.el("button.button.primary", { type: "button" }, [mall.t("Acknowledge"), mall.el("kbd", {}, "K")]) : null;
    if (button) button.addEventListener("click", () => mall.acknowledge(alert.id));
    return mall.el("div.alert-card", {}, [
      mall.el("div", {}, [mall.sign(alert.priority), mall.el("b", {}, " " + mall.name(alert.what))]),
      mall.el("p", {}, mall.name(alert.action)),
      mall.el("p.quiet", {}, `${mall.alertState(alert.state)}${alert.acknowledged_by ? " · " + alert.acknowledged_by : ""}`),
      button,
    ]);
  }

  function drawer(doc) {
    const forecast = doc.forecast ? [mall.forecastPanel(doc.forecast, plan, doc)] : [];
    if (selected && selected.kind === "space") return [...forecast, ...spaceDrawer(doc, plan.drawing.space.get(selected.id))];
    if (selected && selected.kind === "alert") {
      const alert = doc.alerts.find((one) => one.id === selected.id);
      const space = alert && plan.drawing.space.get(alert.space_id);
      if (space) return [...forecast, ...spaceDrawer(doc, space)];
      if (alert) return [...forecast, closer(mall.name(alert.what), mall.placeText(plan.drawing, alert)), mall.section(mall.t("Alert"), alertCard(alert))];
    }
    if (selected && selected.kind === "device") {
      const device = plan.drawing.device.get(selected.id);
      return [...forecast, closer(mall.name(device.name) || device.id, `${plan.drawing.levels[device.level].short} · ${mall.deviceKind(device.kind)}`), mall.section(mall.t("Device"), deviceRow(doc, device))];
    }
    if (selected && (selected.kind === "exit" || selected.kind === "connector")) {
      const one = plan.drawing[selected.kind].get(selected.id);
      return [...forecast, closer(mall.name(one.name) || one.id, mall.wayKind(selected.kind, one.kind)), mall.section(mall.t("Way"), mall.factList([
        one.width && [mall.t("Clear width"), `${mall.number(one.width, 2)}\u202fm`], [mall.t("State"), one.open ? mall.t("open") : mall.t("closed")],
        selected.kind === "exit" && [mall.t("Use"), one.emergency ? mall.t("emergency only") : mall.t("every day")]]))];
    }
    return [...forecast, needs(doc), fullest(doc), truth(doc)].filter(Boolean);
  }

  function day(doc) {
    const figure = (value, label, band) => mall.el("div.figure", {}, [mall.el("div.figure-line", {}, [mall.el("span.big", {}, value), band && mall.el("span.band", {}, band)]), mall.el("div.figure-label", {}, label)]);
    return [
      figure(mall.number(doc.footfall.today_in), mall.t("came in today")),
      figure(doc.energy.power_kw === null ? "–" : mall.number(doc.energy.power_kw), mall.t("kW now"), doc.energy.today_kwh === null ? "" : mall.number(doc.energy.today_kwh) + "\u202fkWh"),
    ];
  }

  let inside = { data: null, at: 0 };
  async function askInside() {
    if (Date.now() - inside.at < 5000) return;
    inside.at = Date.now();
    const answer = await fetch("/api/live/history");
    if (answer.ok) inside.data = await answer.json();
  }

  /** Replace children only when what they say has changed: keeps focus, scroll and the screen reader calm. */
  mall.put = function (element, children) {
    const next = mall.el("div", {}, children);
    if (element.mallSaid === next.innerHTML) return;
    element.mallSaid = next.innerHTML;
    const focus = element.contains(document.activeElement) ? [...element.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
    element.replaceChildren(...next.childNodes);
    if (focus >= 0) { const back = element.querySelectorAll("button, a")[focus]; if (back) back.focus(); }
  };

  function render() {
    const doc = mall.snapshot;
    if (!doc || !plan || !plan.element.isConnected) return;
    askInside();
    mall.put(part("head"), head(doc));
    mall.put(part("side"), drawer(doc));
    const strip = part("day");
    if (!strip.querySelector("canvas")) strip.replaceChildren(mall.el("div.day-figures"), mall.el("canvas.day-curve", { role: "img", "aria-label": mall.t("People inside today") }));
    mall.put(strip.querySelector(".day-figures"), day(doc));
    mall.paintDay(strip.querySelector("canvas"), inside.data, doc);
    const line = part("side").querySelector("canvas.trend");
    if (line && trend.data) mall.paintTrend(line, trend.data, doc);
    const avoid = mall.exitsToAvoid(doc.forecast);
    if ([...plan.state.avoid].join() !== avoid.join()) plan.set({ avoid });
  }

  document.addEventListener("mall:snapshot", render);
  mall.whenPresent('[data-live-part="side"]', async () => {
    selected = null;
    plan = await window.mallPlan.ready(PLAN);
    plan.on("select", (what) => { selected = what; render(); });
    render();
  });
  document.addEventListener("keydown", (event) => {
    if (mall.typing(event) || event.key.toLowerCase() !== "k" || !plan || !plan.element.isConnected || !mall.snapshot) return;
    const fresh = open(mall.snapshot).filter(mall.unseen);
    const chosen = selected && fresh.find((alert) => alert.id === selected.alert || alert.id === selected.id || alert.space_id === selected.id);
    if (chosen) mall.acknowledge(chosen.id);
  });
})();
