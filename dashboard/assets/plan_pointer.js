/* Mouse, touch and keys on the plan: wheel zoom, drag, hover value, click selects, 1-9 + - 0. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const NEAR = 11;

  function near(x, y, px, py) { return Math.hypot(x - px, y - py) <= NEAR; }

  /** What lies under a point of the canvas, topmost first. */
  function hit(plan, px, py) {
    const { view, state, level } = plan;
    if (state.layers.has("alerts")) {
      for (const { alert, x, y } of plan.alertPlaces().reverse()) if (near(x, y, px, py)) return { kind: "alert", id: alert.id };
    }
    if (state.layers.has("devices")) {
      for (const device of level.devices) if (near(...view.px(...device.at), px, py)) return { kind: "device", id: device.id };
    }
    for (const exit of level.exits) {
      const n = exit.line.length;
      const [mx, my] = view.px((exit.line[0] + exit.line[n - 2]) / 2, (exit.line[1] + exit.line[n - 1]) / 2);
      if (near(mx + exit.out[0] * 6, my - exit.out[1] * 6, px, py)) return { kind: "exit", id: exit.id };
    }
    for (const stop of level.stops) if (near(...view.px(...stop.at), px, py)) return { kind: "connector", id: stop.connector.id };
    const space = level.spaceAt(...view.cm(px, py));
    return space && space.kind !== "void" ? { kind: "space", id: space.id } : null;
  }

  function words(plan, what, px, py) {
    const { drawing, state } = plan;
    if (what.kind === "space") {
      const space = drawing.space.get(what.id);
      const value = state.values && state.values[what.id];
      return [drawing.nameOf(space), mall.mapWords(plan, ...plan.view.cm(px, py)) || (value && value.text)];
    }
    if (what.kind === "alert") {
      const alert = state.alerts.find((one) => one.id === what.id);
      return [alert ? mall.name(alert.what) : "", alert ? mall.priorityWord(alert.priority) : ""];
    }
    const one = drawing[what.kind].get(what.id);
    return [mall.name(one.name) || one.id, what.kind === "device" ? mall.deviceKind(one.kind) : mall.wayKind(what.kind, one.kind)];
  }

  function pointing(plan) {
    const { canvas, view } = plan;
    let drag = null;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      plan.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.offsetX, y: event.offsetY, ox: view.ox, oy: view.oy, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) { hover(plan, event.offsetX, event.offsetY); return; }
      const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      drag.moved = true;
      plan.touched = true;
      plan.tip.hidden = true;
      view.ox = drag.ox + dx;
      view.oy = drag.oy + dy;
      plan.dirty(true);
    });
    canvas.addEventListener("pointerup", (event) => {
      const clicked = drag && !drag.moved;
      drag = null;
      if (clicked) plan.select(hit(plan, event.offsetX, event.offsetY));
    });
    canvas.addEventListener("pointercancel", () => { drag = null; });
    canvas.addEventListener("pointerleave", () => { plan.tip.hidden = true; });
  }

  function hover(plan, px, py) {
    const what = hit(plan, px, py);
    plan.canvas.style.cursor = what ? "pointer" : "grab";
    plan.tip.hidden = !what;
    if (!what) return;
    const [title, line] = words(plan, what, px, py);
    plan.tip.replaceChildren(mall.el("b", {}, title), ...(line ? [mall.el("span", {}, line)] : []));
    const right = px > plan.view.width - 240;
    plan.tip.style.transform = `translate(${right ? px - 12 : px + 14}px, ${Math.max(4, py - 12)}px)${right ? " translateX(-100%)" : ""}`;
  }

  function typing(event) {
    const tag = event.target && event.target.tagName;
    return event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(tag || "") || (event.target && event.target.isContentEditable);
  }
  mall.typing = typing;

  function keys(plan) {
    const listener = (event) => {
      if (!plan.element.isConnected) { document.removeEventListener("keydown", listener); return; }
      if (typing(event)) return;
      const middle = [plan.view.width / 2, plan.view.height / 2];
      if (/^[1-9]$/.test(event.key)) plan.setLevel(Number(event.key) - 1);
      else if (event.key === "+" || event.key === "=") plan.zoom(1.4, ...middle);
      else if (event.key === "-") plan.zoom(1 / 1.4, ...middle);
      else if (event.key === "0") plan.fit();
      else if (event.key === "Escape") plan.select(null);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", listener);
  }

  mall.planPointer = function (plan) { pointing(plan); keys(plan); };
})();
