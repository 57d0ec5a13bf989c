/* What lies over the plan: people, badges, scale bar and north arrow; storey stack, legend that is the switch. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const BODY_CM = 50;
  const CROWDED = 20000; // more dots than anybody reads
  const ROUND_PX = 5; // below, nobody sees whether a dot is round, and squares are painted five times as fast

  /** Everybody on the level at time t: dots of 0.5 m in the colour of the crowd around them. */
  mall.paintPeople = function (g, plan, t) {
    const { view, frames } = plan;
    if (frames.people > CROWDED && frames.counts(t, plan.drawing.levels.length)[plan.state.level] > CROWDED) return;
    const size = Math.max(3, BODY_CM * view.scale), half = size / 2;
    const places = [[], [], [], [], [], []];
    frames.each(t, plan.state.level, (x, y, step) => {
      const px = view.ox + x * view.scale, py = view.oy - y * view.scale;
      if (px > -9 && py > -9 && px < view.width + 9 && py < view.height + 9) places[step].push(px, py);
    });
    places.forEach((list, step) => {
      if (!list.length) return;
      // The darkest steps would vanish on the dark plan: they are painted in the colour of a name.
      g.fillStyle = step === 0 ? mall.colour("name") : mall.colour("los-" + (step < 2 ? 2 : step));
      if (size < ROUND_PX) for (let i = 0; i < list.length; i += 2) g.fillRect(list[i] - half, list[i + 1] - half, size, size);
      else {
        g.beginPath();
        for (let i = 0; i < list.length; i += 2) { g.moveTo(list[i] + half, list[i + 1]); g.arc(list[i], list[i + 1], half, 0, 6.2832); }
        g.fill();
      }
    });
  };

  mall.paintBadge = function (g, x, y, text, colour) {
    g.font = mall.fontOf(11, 700);
    const width = Math.max(18, g.measureText(text).width + 10);
    g.beginPath();
    g.roundRect(x - width / 2, y - 9, width, 18, 9);
    g.fillStyle = mall.colour("panel");
    g.fill();
    g.strokeStyle = colour;
    g.lineWidth = 2;
    g.stroke();
    g.fillStyle = colour;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(text, x, y + 0.5);
  };

  mall.paintScale = function (g, view, drawing) {
    const metres = [1, 2, 5, 10, 20, 50, 100, 200].find((m) => m * 100 * view.scale > 60) || 500;
    const width = metres * 100 * view.scale;
    const x = 112, y = view.height - 22;
    g.strokeStyle = mall.colour("quiet");
    g.fillStyle = mall.colour("quiet");
    g.lineWidth = 1.2;
    g.beginPath();
    g.moveTo(x, y - 4); g.lineTo(x, y); g.lineTo(x + width, y); g.lineTo(x + width, y - 4);
    g.stroke();
    g.font = mall.fontOf(11);
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    g.fillText(`${metres}\u202fm`, x + width + 6, y);
    g.save();
    g.translate(x - 16, y - 7);
    g.rotate((drawing.north * Math.PI) / 180);
    g.beginPath();
    g.moveTo(0, -10); g.lineTo(4, 5); g.lineTo(0, 2); g.lineTo(-4, 5);
    g.closePath();
    g.fill();
    g.restore();
    g.textAlign = "center";
    g.font = mall.fontOf(9, 600);
    g.fillText("N", x - 16, y + 9);
  };

  const ink = (colours) => colours.map((_, step) => (step < 3 ? "#FFFFFF" : "#14171A"));
  /** Scales of the fills that every plan knows. Values are people per m². */
  mall.scales = function () {
    const colours = [0, 1, 2, 3, 4, 5].map((step) => mall.colour("los-" + step));
    const some = (value) => value < 0.002;
    return {
      people: {
        title: mall.t("People per 100 m²"), bounds: [0.05, 0.1, 0.2, 0.4, 0.8], colours, ink: ink(colours), nothing: (value) => value < 0.02,
        labels: ["2", "5", "10", "20", "40", "80"],
      },
      los: {
        title: mall.t("Level of service"), bounds: [0.31, 0.43, 0.72, 1.08, 2.17], colours, ink: ink(colours), nothing: some,
        labels: ["A", "B", "C", "D", "E", "F"],
      },
    };
  };

  const FILLS = new Set(["people", "los", "difference", "none"]);

  class Controls {
    constructor(plan) {
      this.plan = plan;
      this.stack = mall.el("div.stack", { role: "tablist", "aria-label": mall.t("Storeys"), "aria-orientation": "vertical" });
      this.legend = mall.el("div.legend");
      this.tools = mall.el("div.plan-tools");
      plan.element.append(this.stack, this.legend, this.tools);
      this.buildStack();
      this.buildTools();
      this.update();
    }
    buildStack() {
      this.thumbs = this.plan.drawing.levels.map((level, index) => {
        const canvas = mall.el("canvas");
        const sign = mall.el("span.thumb-sign");
        const count = mall.el("span.thumb-count");
        const button = mall.el("button.thumb", { role: "tab", type: "button", title: `${mall.name(level.name)} (${index + 1})` }, [
          canvas, mall.el("span.thumb-name", {}, level.short), count, sign,
        ]);
        button.addEventListener("click", () => this.plan.setLevel(index));
        button.addEventListener("dblclick", () => this.plan.fit());
        return { button, canvas, sign, count, level };
      });
      this.stack.replaceChildren(...[...this.thumbs].reverse().map((one) => one.button));
    }
    buildTools() {
      const tool = (name, title, action) => {
        const button = mall.el("button.tool", { type: "button", title, "aria-label": title }, mall.icon(name));
        button.addEventListener("click", action);
        return button;
      };
      const { plan } = this;
      const middle = () => [plan.view.width / 2, plan.view.height / 2];
      this.tools.append(
        tool("plus", mall.t("Closer"), () => plan.zoom(1.4, ...middle())),
        tool("minus", mall.t("Farther"), () => plan.zoom(1 / 1.4, ...middle())),
        tool("fit", mall.t("Fit"), () => plan.fit()),
      );
    }
    update() {
      if (this.due) return;
      this.due = true;
      // A change of many things in one tick is drawn once.
      queueMicrotask(() => { this.due = false; this.draw(); });
    }
    draw() {
      const { plan } = this;
      const state = plan.state;
      for (const { button, canvas, sign, level } of this.thumbs) {
        const chosen = level.index === state.level;
        button.setAttribute("aria-selected", String(chosen));
        mall.paintThumb(canvas, level, plan.drawing, state);
        const here = state.alerts.filter((alert) => alert.state !== "cleared" && plan.alertLevel(alert) === level.index);
        const worst = here.length ? Math.min(...here.map((alert) => alert.priority)) : 0;
        sign.replaceChildren(...(worst ? [mall.sign(worst, here.length)] : []));
      }
      this.drawLegend();
    }
    setCounts(counts) {
      for (const { count, level } of this.thumbs) {
        count.textContent = counts && counts[level.index] !== undefined ? mall.number(counts[level.index]) : "";
      }
    }
    drawLegend() {
      const { plan } = this;
      const { state, options } = plan;
      const maps = state.maps && state.maps.data ? state.maps : null;
      const scale = maps ? maps.shown : state.fill !== "none" && state.scale;
      const key = [state.fill, [...state.layers].join(), scale && scale.title, maps && maps.url].join("|");
      if (key === this.legendKey) return;
      this.legendKey = key;
      const mapSwitches = maps ? maps.layers.map((layer) => this.mapSwitch(layer, maps.shown)) : [];
      const names = (options.switches || []).filter((name) => !maps || !FILLS.has(name)); // maps say more than fills
      const switches = names.map((name) => {
        const fill = FILLS.has(name);
        const on = fill ? state.fill === name : state.layers.has(name);
        const button = mall.el("button.layer", { type: "button", "aria-pressed": String(on) }, mall.t(mall.LAYER[name]));
        button.addEventListener("click", () => this.toggle(name, fill));
        return button;
      });
      const parts = [mall.el("div.layers", {}, [...mapSwitches, ...switches])];
      if (scale) {
        const steps = scale.colours.map((colour, i) =>
          mall.el("span.step", { style: `--step:${colour};--ink:${scale.ink ? scale.ink[i] : "inherit"}` }, scale.labels[i]));
        parts.push(mall.el("div.legend-title", {}, scale.title), mall.el("div.steps", {}, steps));
      }
      this.legend.replaceChildren(...parts);
    }
    mapSwitch(layer, shown) {
      const on = layer === shown;
      const button = mall.el("button.layer", { type: "button", "aria-pressed": String(on), title: layer.title }, layer.label);
      button.addEventListener("click", () => this.plan.showMap(on ? "" : layer.id));
      return button;
    }
    toggle(name, fill) {
      const { plan } = this;
      if (fill) {
        const next = plan.state.fill === name ? "none" : name;
        plan.set({ fill: next, scale: mall.scales()[next] || (next === "none" ? null : plan.state.scale) });
        plan.emit("fill", next);
      } else {
        const layers = new Set(plan.state.layers);
        if (!layers.delete(name)) layers.add(name);
        plan.set({ layers });
      }
      this.legendKey = "";
      this.update();
    }
  }

  mall.planControls = function (plan) {
    plan.alertLevel = (alert) => {
      const place = plan.drawing.placeOf("space", alert.space_id) || plan.drawing.placeOf("device", alert.device);
      return place ? place.level : plan.drawing.levelIndex.get(alert.level_id);
    };
    if (plan.state.fill !== "none" && !plan.state.scale) plan.state.scale = mall.scales()[plan.state.fill] || null;
    plan.controls = new Controls(plan);
  };
})();
