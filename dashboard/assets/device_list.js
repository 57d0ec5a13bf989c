/* Devices: what is silent stands first, with what is not known because of it. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const MOST = 250;
  let list = null, plan = null, chosen = null;

  function stateOf(doc, device) {
    const seen = doc ? doc.devices.last_seen[device.id] : null;
    if (doc && doc.devices.silent_ids.includes(device.id)) return { rank: 0, word: mall.t("silent"), dot: "warn", seen };
    if (!seen) return { rank: 2, word: mall.t("never heard"), dot: "", seen };
    return { rank: 1, word: mall.t("speaking"), dot: "good", seen };
  }

  function watched(device) {
    const { drawing } = plan;
    const way = drawing.exit.get(device.watches) || drawing.connector.get(device.watches) || drawing.opening.get(device.watches);
    if (way) return mall.name(way.name) || way.id;
    const space = drawing.space.get(device.watches) || [...drawing.space.values()].find((one) => one.tenant && one.tenant.id === device.watches) || drawing.space.get(device.space);
    return space ? drawing.nameOf(space) : device.watches;
  }

  function row(doc, device, state) {
    const age = state.seen ? mall.duration(Math.max(0, (new Date(doc.clock) - new Date(state.seen)) / 1000)) : "–";
    return mall.el("tr.alert", { "data-id": device.id, "aria-selected": String(device.id === chosen) }, [
      mall.el("td", {}, mall.el("span.device-state", {}, [mall.el("i.dot" + (state.dot ? "." + state.dot : "")), ` ${state.word}`])),
      mall.el("td", {}, mall.name(device.name) || device.id), mall.el("td.quiet", {}, mall.deviceKind(device.kind)),
      mall.el("td", {}, plan.drawing.levels[device.level].short), mall.el("td", {}, watched(device)), mall.el("td.num", {}, age),
    ]);
  }

  function render() {
    const doc = mall.snapshot;
    if (!list || !list.isConnected || !plan) return;
    const all = [...plan.drawing.device.values()].map((device) => [device, stateOf(doc, device)]);
    all.sort(([a, one], [b, other]) => one.rank - other.rank || a.kind.localeCompare(b.kind) || a.level - b.level || a.id.localeCompare(b.id));
    const count = (rank) => all.filter(([, state]) => state.rank === rank).length;
    if (!list.querySelector("table")) {
      const heads = [mall.t("State"), mall.t("Device"), mall.t("Kind"), mall.t("Storey"), mall.t("Watches"), mall.t("Last heard")];
      list.replaceChildren(
        mall.el("div.stage-head", {}, [mall.el("h1.headline-words"), mall.el("span.quiet.device-counts")]),
        mall.el("div.alert-scroll", { tabindex: "0", "aria-label": mall.t("Devices") }, mall.el("table.table.alert-table", {}, [
          mall.el("thead", {}, mall.el("tr", {}, heads.map((head, i) => mall.el("th", { scope: "col", class: i === 5 ? "num" : null }, head)))), mall.el("tbody")])));
      list.addEventListener("click", (event) => { const tr = event.target.closest("tr[data-id]"); if (tr) choose(tr.dataset.id); });
    }
    mall.put(list.querySelector("h1"), [count(0) ? mall.t("{count} devices are silent", { count: count(0) }) : mall.t("No device is silent")]);
    mall.put(list.querySelector(".device-counts"), [mall.t("{speaking} speaking, {never} never heard, {total} in the plan", { speaking: count(1), never: count(2), total: all.length })]);
    // Silent ones are all shown; of the many that are well, as many as a person reads.
    mall.put(list.querySelector("tbody"), all.slice(0, Math.max(MOST, count(0))).map(([device, state]) => row(doc, device, state)));
  }

  function choose(id) {
    chosen = id;
    plan.show({ kind: "device", id });
    render();
  }

  document.addEventListener("mall:snapshot", render);
  mall.whenPresent("[data-device-list]", async (element) => {
    list = element;
    chosen = null;
    plan = null;
    plan = await window.mallPlan.ready("devices-plan");
    plan.on("select", (what) => {
      if (!what || what.kind !== "device" || what.id === chosen) return;
      chosen = what.id;
      render();
      const tr = list.querySelector(`tr[data-id="${CSS.escape(what.id)}"]`);
      if (tr) tr.scrollIntoView({ block: "center" });
    });
    render();
  });
})();
