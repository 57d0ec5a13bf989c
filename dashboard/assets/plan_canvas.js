/* The plan on one canvas.
 *
 *   const plan = window.mallPlan.attach(element, options)      made by furniture.plan_view
 *   const plan = window.mallPlan.get("element id")             from a clientside callback (undefined until loaded)
 *   await window.mallPlan.ready("element id")
 *   plan.set({...}) with any of
 *     level      index (0 = lowest) or level id          time, playing, speed     playback, seconds
 *     frames     URL of a recording (MTF1) or null       layers, fill             what is drawn
 *     values     {space id: {v, stale, text}}            scale    {bounds, colours, ink, labels, title, unit}
 *     alerts     [alert documents]                       silent   Set or array of device ids
 *     avoid      [exit ids]                              selected {kind, id}
 *     maps       {url, layers, first} or null            rasters under the lines: see plan_maps.js
 *     jams       [{level, x, y, label}] in local metres  marks    [{kind: fire|blocked|stopped|edit, of, id, label}]
 *   plan.on("select" | "level" | "time" | "ended", listener)
 *   plan.fit()   plan.show({kind, id})   plan.stats()
 * With options.store, options.timeStore (ids of dcc.Store) the same goes to Dash. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const plans = new Map();
  const waiting = new Map();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const PAD = { left: 104, right: 20, top: 20, bottom: 60 };
  const MARKS = { fire: ["▲", "p1"], blocked: ["✕", "p1"], stopped: ["■", "p3"], edit: ["✎", "accent"] };

  class View {
    constructor() { this.scale = 1; this.ox = 0; this.oy = 0; this.width = 1; this.height = 1; this.dpr = 1; }
    px(x, y) { return [this.ox + x * this.scale, this.oy - y * this.scale]; }
    cm(px, py) { return [(px - this.ox) / this.scale, (this.oy - py) / this.scale]; }
    sees(px, py) { return px > -60 && py > -60 && px < this.width + 60 && py < this.height + 60; }
    matrix() { return new DOMMatrix([this.scale, 0, 0, -this.scale, this.ox, this.oy]); }
  }

  class PlanCanvas {
    constructor(element, options, drawing) {
      this.element = element;
      this.options = options;
      this.drawing = drawing;
      this.view = new View();
      this.listeners = {};
      this.state = {
        level: 0, layers: new Set(options.layers || ["names"]), fill: options.fill || "none", values: null, scale: null,
        alerts: [], silent: new Set(), avoid: new Set(), selected: null, jams: [], marks: [], maps: null, time: 0, playing: false, speed: 1,
      };
      const ground = drawing.levels.findIndex((level) => level.ordinal === 0);
      this.state.level = Math.max(0, ground);
      this.canvas = mall.el("canvas.plan-canvas", { tabindex: "0", role: "img", "aria-label": mall.t("Floor plan") });
      this.base = document.createElement("canvas");
      this.tip = mall.el("div.plan-tip", { hidden: true });
      element.replaceChildren(this.canvas, this.tip);
      this.frames = null;
      this.timing = { frames: 0, ms: 0 };
      this.baseDirty = true;
      mall.planControls(this);
      mall.planPointer(this, PAD);
      new ResizeObserver(() => this.resize()).observe(element);
      document.addEventListener("visibilitychange", () => this.wake());
      this.resize();
    }

    get level() { return this.drawing.levels[this.state.level]; }

    resize() {
      const { clientWidth: w, clientHeight: h } = this.element;
      if (!w || !h) return;
      const view = this.view;
      const first = view.width <= 1;
      const centre = first ? null : view.cm(view.width / 2, view.height / 2);
      view.width = w; view.height = h; view.dpr = window.devicePixelRatio || 1;
      for (const canvas of [this.canvas, this.base]) { canvas.width = w * view.dpr; canvas.height = h * view.dpr; }
      if (first || !this.touched) this.fit();
      else { view.ox = w / 2 - centre[0] * view.scale; view.oy = h / 2 + centre[1] * view.scale; }
      this.dirty(true);
    }

    fit() {
      const { view, drawing } = this;
      const w = view.width - PAD.left - PAD.right, h = view.height - PAD.top - PAD.bottom;
      view.scale = Math.max(1e-4, Math.min(w / drawing.size[0], h / drawing.size[1]));
      view.ox = PAD.left + (w - drawing.size[0] * view.scale) / 2;
      view.oy = view.height - PAD.bottom - (h - drawing.size[1] * view.scale) / 2;
      this.touched = false;
      this.dirty(true);
    }

    zoom(factor, px, py) {
      const { view } = this;
      const [x, y] = view.cm(px, py);
      view.scale = Math.max(0.01, Math.min(2, view.scale * factor));
      view.ox = px - x * view.scale;
      view.oy = py + y * view.scale;
      this.touched = true;
      this.dirty(true);
    }

    set(changes) {
      const state = this.state;
      for (const [key, value] of Object.entries(changes)) {
        if (key === "level") this.setLevel(typeof value === "string" ? this.drawing.levelIndex.get(value) : value);
        else if (key === "layers") state.layers = new Set(value);
        else if (key === "silent" || key === "avoid") state[key] = new Set(value || []);
        else if (key === "frames") this.load(value);
        else if (key === "maps") this.setMaps(value);
        else state[key] = value;
      }
      if ("alerts" in changes || "values" in changes || "scale" in changes || "maps" in changes || "level" in changes) this.controls.update();
      this.dirty("playing" in changes || "time" in changes ? Object.keys(changes).some((k) => !["time", "playing", "speed"].includes(k)) : true);
      return this;
    }

    setLevel(index) {
      if (index === undefined || index === null || index < 0 || index >= this.drawing.levels.length) return;
      if (index === this.state.level) return;
      this.state.level = index;
      this.emit("level", { index, id: this.level.id });
      this.controls.update();
      this.dirty(true);
    }

    /** Go to what is named, select it, change the level if need be. */
    show(what) {
      const place = this.drawing.placeOf(what.kind, what.id);
      if (!place) return;
      this.setLevel(place.level);
      const [px, py] = this.view.px(place.x, place.y);
      const { width, height } = this.view;
      if (px < PAD.left || py < PAD.top || px > width - PAD.right || py > height - PAD.bottom) {
        this.view.ox += width / 2 - px;
        this.view.oy += height / 2 - py;
      }
      this.select(what);
    }

    select(what) {
      this.state.selected = what;
      this.emit("select", what);
      if (this.options.store) window.dash_clientside.set_props(this.options.store, { data: what });
      this.dirty(false);
    }

    async load(url) {
      this.frames = null;
      if (!url) { this.dirty(false); return; }
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`the recording cannot be loaded (${answer.status})`);
      this.frames = new mall.Frames(await answer.arrayBuffer(), this.drawing);
      this.emit("frames", { duration: this.frames.duration, people: this.frames.people });
      this.dirty(false);
    }

    setMaps(maps) {
      this.state.maps = maps;
      if (maps) mall.loadMaps(this, maps);
    }

    /** Show the layer of the maps that is named, or none. */
    showMap(id) {
      const { maps } = this.state;
      maps.shown = maps.layers.find((layer) => layer.id === id) || null;
      this.controls.update();
      this.dirty(true);
    }

    on(name, listener) { (this.listeners[name] = this.listeners[name] || []).push(listener); return this; }
    emit(name, detail) { for (const listener of this.listeners[name] || []) listener(detail, this); }

    dirty(base) { this.baseDirty = this.baseDirty || base; this.wake(); }

    wake() {
      if (this.asked || document.hidden || !this.element.isConnected) return;
      this.asked = true;
      requestAnimationFrame((now) => this.frame(now));
    }

    frame(now) {
      this.asked = false;
      const begun = performance.now();
      const { state } = this;
      if (state.playing && this.frames) this.advance(now);
      this.last = now;
      if (this.baseDirty) {
        mall.paintLevel(this.base.getContext("2d"), this.level, this.view, state);
        this.baseDirty = false;
      }
      this.paint();
      this.timing.frames += 1;
      this.timing.ms += performance.now() - begun;
      if (state.playing && this.frames) this.wake();
    }

    advance(now) {
      const { state } = this;
      const passed = Math.min(0.1, (now - (this.last || now)) / 1000);
      state.time = Math.min(this.frames.duration, state.time + passed * state.speed);
      if (!this.told || now - this.told > 200) {
        this.told = now;
        this.emit("time", state.time);
        if (this.options.timeStore) window.dash_clientside.set_props(this.options.timeStore, { data: state.time });
      }
      if (state.time >= this.frames.duration) { state.playing = false; this.emit("ended", state.time); }
    }

    paint() {
      const g = this.canvas.getContext("2d");
      const { view, state } = this;
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.drawImage(this.base, 0, 0);
      g.setTransform(view.dpr, 0, 0, view.dpr, 0, 0);
      if (this.frames) mall.paintPeople(g, this, still.matches ? Math.round(state.time / this.frames.step) * this.frames.step : state.time);
      if (state.layers.has("devices")) this.paintDevices(g);
      this.paintMarks(g);
      this.paintSelection(g);
      if (state.layers.has("alerts")) this.paintAlerts(g);
      mall.paintScale(g, view, this.drawing);
    }

    paintDevices(g) {
      const chosen = this.state.selected;
      for (const device of this.level.devices) {
        const [x, y] = this.view.px(...device.at);
        const silent = this.state.silent.has(device.id);
        if (!this.view.sees(x, y) || (this.view.scale < 0.06 && !silent && device.kind !== "counter" && device.kind !== "fire_panel")) continue;
        mall.drawDevice(g, x, y, device, silent, chosen && chosen.kind === "device" && chosen.id === device.id);
      }
    }

    paintMarks(g) {
      for (const jam of this.state.jams) {
        const level = typeof jam.level === "string" ? this.drawing.levelIndex.get(jam.level) : jam.level;
        if (level !== this.state.level) continue;
        const [x, y] = this.view.px(...this.drawing.cm(jam.x, jam.y));
        mall.paintBadge(g, x, y, String(jam.label), mall.colour("p2"));
      }
      for (const mark of this.state.marks) {
        const place = this.drawing.placeOf(mark.of || "space", mark.id);
        if (!place || place.level !== this.state.level) continue;
        const [shape, token] = MARKS[mark.kind] || MARKS.edit;
        const [x, y] = this.view.px(place.x, place.y);
        mall.paintBadge(g, x, y, mark.label || shape, mall.colour(token));
      }
    }

    paintSelection(g) {
      const chosen = this.state.selected;
      if (!chosen) return;
      g.strokeStyle = mall.colour("accent");
      g.lineWidth = 2;
      const space = chosen.kind === "space" && this.drawing.space.get(chosen.id);
      if (space && space.level === this.state.level) {
        const moved = new Path2D();
        moved.addPath(space.path, this.view.matrix());
        g.stroke(moved);
        return;
      }
      const place = this.drawing.placeOf(chosen.kind, chosen.id);
      if (chosen.kind === "device" || !place || place.level !== this.state.level) return;
      g.beginPath();
      g.arc(...this.view.px(place.x, place.y), 14, 0, 7);
      g.stroke();
    }

    /** Alerts where they are; those of one space stand side by side. */
    alertPlaces() {
      const taken = new Map();
      const found = [];
      this.state.alerts.forEach((alert) => {
        if (alert.state === "cleared") return;
        const place = this.drawing.placeOf("space", alert.space_id) || this.drawing.placeOf("device", alert.device);
        if (!place || place.level !== this.state.level) return;
        const key = alert.space_id || alert.device;
        const nth = taken.get(key) || 0;
        taken.set(key, nth + 1);
        const [x, y] = this.view.px(place.x, place.y);
        found.push({ alert, x: x + nth * 26, y: y - (place.kind === "device" ? 0 : 20) });
      });
      return found;
    }

    paintAlerts(g) {
      const chosen = this.state.selected;
      for (const { alert, x, y } of this.alertPlaces()) {
        mall.drawAlert(g, x, y, alert, chosen && chosen.kind === "alert" && chosen.id === alert.id);
      }
    }

    /** Frames painted and mean milliseconds of the main thread for each, since the last call. */
    stats() {
      const { frames, ms } = this.timing;
      this.timing = { frames: 0, ms: 0 };
      return { frames, ms: frames ? ms / frames : 0, playing: this.state.playing, people: this.frames ? this.frames.people : 0 };
    }
  }

  function settle(id, plan) {
    plans.set(id, plan);
    for (const done of waiting.get(id) || []) done(plan);
    waiting.delete(id);
  }

  window.mallPlan = {
    async attach(element, options) {
      element.append(mall.el("div.loading", {}, mall.t("Loading the plan …")));
      const url = options.url || `/api/plan/${options.version}/drawing`;
      try {
        const plan = new PlanCanvas(element, options, await mall.drawing(url));
        settle(element.id, plan);
        if (options.live) mall.planLive(plan);
        return plan;
      } catch (error) {
        element.replaceChildren(mall.el("div.loading.failed", { role: "alert" }, `${mall.t("The plan cannot be shown.")} ${error.message}`));
        throw error;
      }
    },
    get(id) {
      const plan = plans.get(id);
      return plan && plan.element.isConnected ? plan : undefined;
    },
    ready(id) {
      const plan = this.get(id);
      if (plan) return Promise.resolve(plan);
      return new Promise((done) => waiting.set(id, [...(waiting.get(id) || []), done]));
    },
  };
  mall.whenPresent("[data-plan]", (element) => window.mallPlan.attach(element, JSON.parse(element.dataset.plan)));
})();
