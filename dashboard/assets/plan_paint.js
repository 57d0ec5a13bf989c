/* Paints one level: ground, spaces with their values, walls, voids, openings, symbols, names. Only what
 * changes with the view or the values is here; people and selection are drawn on top by plan_canvas.js. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const SHADE = {
    walkway: "walk", lobby: "walk", seating: "walk", platform: "walk", terrace: "walk", ramp: "walk",
    service: "service", storage: "service", office: "service", room: "service", restroom: "service", parking: "service",
    stairs: "service", escalator: "service", lift: "service", structure: "solid", void: "plan-ground", closed: "solid",
  };

  mall.fontOf = (size, weight) => `${weight || 500} ${size}px ${mall.colour("font")}`;

  let hatch = null;
  function hatching(g) {
    if (hatch) return hatch;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const t = tile.getContext("2d");
    t.strokeStyle = mall.colour("stale");
    t.lineWidth = 1.3;
    t.beginPath();
    for (const o of [-8, 0, 8]) { t.moveTo(o, 8); t.lineTo(o + 8, 0); }
    t.stroke();
    hatch = g.createPattern(tile, "repeat");
    return hatch;
  }

  function cross(g, space, view) {
    const [x0, y0, x1, y1] = space.box;
    g.save();
    g.clip(space.path, "evenodd");
    g.beginPath();
    g.moveTo(x0, y0); g.lineTo(x1, y1);
    g.moveTo(x0, y1); g.lineTo(x1, y0);
    g.strokeStyle = mall.colour("space-line");
    g.lineWidth = 0.8 / view.scale;
    g.setLineDash([6 / view.scale, 4 / view.scale]);
    g.stroke();
    g.restore();
  }

  /** The step of a value on a scale, or -1 where there is nothing to paint. */
  mall.stepOf = function (value, scale) {
    if (value === null || value === undefined || Number.isNaN(value) || (scale.nothing && scale.nothing(value))) return -1;
    let step = 0;
    while (step < scale.bounds.length && value >= scale.bounds[step]) step += 1;
    return step;
  };

  function fills(g, level, view, state) {
    for (const space of level.spaces) {
      g.fillStyle = mall.colour(SHADE[space.kind] || "space");
      g.fill(space.path, "evenodd");
      const value = state.values && state.values[space.id];
      space.step = -1;
      if (value && state.scale) {
        space.step = mall.stepOf(value.v, state.scale);
        if (space.step >= 0) {
          g.fillStyle = state.scale.colours[space.step];
          g.fill(space.path, "evenodd");
        }
      }
      if (space.kind === "void") cross(g, space, view);
    }
    if (!state.values) return;
    g.save();
    g.setTransform(view.dpr, 0, 0, view.dpr, 0, 0);
    for (const space of level.spaces) {
      const value = state.values[space.id];
      if (!value || !value.stale) continue;
      const moved = new Path2D();
      moved.addPath(space.path, view.matrix());
      g.globalAlpha = 0.7;
      g.fillStyle = hatching(g);
      g.fill(moved, "evenodd");
      g.globalAlpha = 1;
    }
    g.restore();
  }

  function lines(g, level, view) {
    g.lineWidth = 1 / view.scale;
    g.strokeStyle = mall.colour("space-line");
    for (const space of level.spaces) g.stroke(space.path);
    g.strokeStyle = mall.colour("wall");
    g.lineWidth = 1.5 / view.scale;
    g.stroke(level.outlinePath);
  }

  /** Openings are gaps in the line: painted in the colour of what one walks on. */
  function openings(g, level, view) {
    if (view.scale < 0.03) return;
    for (const opening of level.openings) {
      const line = opening.line;
      g.beginPath();
      g.moveTo(line[0], line[1]);
      for (let i = 2; i < line.length; i += 2) g.lineTo(line[i], line[i + 1]);
      const front = opening.kind === "open_front";
      g.lineWidth = (front ? 1.6 : 2.6) / view.scale;
      g.strokeStyle = opening.open ? mall.colour(front ? "walk" : "name") : mall.colour("p1");
      g.stroke();
      if (opening.kind === "fire_door" && opening.open) {
        g.lineWidth = 1.2 / view.scale;
        g.strokeStyle = mall.colour("exit");
        g.stroke();
      }
    }
  }

  const CHINESE = /[\u3400-\u9fff]/;
  const widths = new Map();
  function widthOf(g, text) {
    const key = g.font + text;
    let width = widths.get(key);
    if (width === undefined) { width = g.measureText(text).width; widths.set(key, width); }
    return width;
  }

  function wrapped(g, text, limit) {
    const chinese = CHINESE.test(text);
    const parts = chinese ? Array.from(text) : text.split(/\s+/);
    const joint = chinese ? "" : " ";
    const rows = [];
    let row = "";
    for (const part of parts) {
      if (widthOf(g, part) > limit) return null;
      const longer = row ? row + joint + part : part;
      if (row && widthOf(g, longer) > limit) { rows.push(row); row = part; } else row = longer;
      if (rows.length > 2) return null;
    }
    rows.push(row);
    return rows.length > 3 ? null : rows;
  }

  /** On a map the ground of a name has many colours: a rim keeps it legible on all of them. */
  function write(g, text, x, y) {
    if (g.rimmed) g.strokeText(text, x, y);
    g.fillText(text, x, y);
  }

  /** Chinese is not turned on its side: its characters stand one below the other. */
  function upright(g, row, x, y, height) {
    const characters = Array.from(row);
    characters.forEach((one, i) => write(g, one, x, y + (i - (characters.length - 1) / 2) * height));
  }

  function rowsAt(g, rows, x, y, turned, height) {
    if (turned && CHINESE.test(rows.join(""))) {
      rows.forEach((row, i) => upright(g, row, x - (i - (rows.length - 1) / 2) * height, y, height));
      return;
    }
    g.save();
    g.translate(x, y);
    if (turned) g.rotate(-Math.PI / 2);
    rows.forEach((row, i) => write(g, row, 0, (i - (rows.length - 1) / 2) * height));
    g.restore();
  }

  function nameColour(space, state) {
    if (space.step < 0 || !state.scale || !state.scale.ink) return mall.colour("name");
    const ink = state.scale.ink[space.step];
    return ink === "inherit" ? mall.colour("name") : ink;  // a step that is not painted: the plan's own colour
  }

  const QUIET = new Set(["structure", "void", "closed", "stairs", "escalator", "lift", "ramp", "service", "storage"]);
  function names(g, level, view, state) {
    const size = Math.max(10, Math.min(13, 7 + view.scale * 60));
    g.font = mall.fontOf(size);
    g.textAlign = "center";
    g.textBaseline = "middle";
    const height = size * 1.15;
    g.rimmed = Boolean(state.maps && state.maps.shown);
    g.lineJoin = "round";
    g.lineWidth = 3;
    g.strokeStyle = mall.colour("plan-ground");
    for (const space of level.spaces) {
      if (QUIET.has(space.kind)) continue;
      const [x, y] = view.px(space.label[0], space.label[1]);
      if (!view.sees(x, y)) continue;
      const w = space.label[2] * view.scale - 6, h = space.label[3] * view.scale - 4;
      const text = mall.name(space.tenant) || mall.name(space.name);
      g.fillStyle = nameColour(space, state);
      let rows = text && h >= height ? wrapped(g, text, w) : null;
      if (rows && rows.length * height <= h) { rowsAt(g, rows, x, y, false, height); continue; }
      rows = text && h > w && w >= height - 3 ? wrapped(g, text, CHINESE.test(text) ? h / 1.2 : h) : null;
      if (rows && rows.length * height <= w + 3) { rowsAt(g, rows, x, y, true, height); continue; }
      if (Math.min(w, h) > 9) mall.drawSign(g, x, y, space.kind, g.fillStyle);
    }
  }

  /** Paint the level on g. state: {values, scale, layers, avoid}. */
  mall.paintLevel = function (g, level, view, state) {
    const dpr = view.dpr;
    g.setTransform(dpr, 0, 0, dpr, 0, 0);
    g.fillStyle = mall.colour("plan-ground");
    g.fillRect(0, 0, view.width, view.height);
    g.setTransform(dpr * view.scale, 0, 0, -dpr * view.scale, dpr * view.ox, dpr * view.oy);
    fills(g, level, view, state);
    mall.paintMap(g, level, state);
    lines(g, level, view);
    openings(g, level, view);
    g.setTransform(dpr, 0, 0, dpr, 0, 0);
    for (const stop of level.stops) mall.drawStop(g, view, stop);
    for (const exit of level.exits) mall.drawExit(g, view, exit, state.avoid && state.avoid.has(exit.id));
    if (state.layers.has("names")) names(g, level, view, state);
  };

  /** A small picture of a level: only ground and values. */
  mall.paintThumb = function (canvas, level, drawing, state) {
    const dpr = window.devicePixelRatio || 1;
    const w = canvas.clientWidth || 64, h = canvas.clientHeight || 38;
    canvas.width = w * dpr;
    canvas.height = h * dpr;
    const g = canvas.getContext("2d");
    const scale = Math.min((w - 4) / drawing.size[0], (h - 4) / drawing.size[1]);
    const ox = (w - drawing.size[0] * scale) / 2, oy = h - (h - drawing.size[1] * scale) / 2;
    g.setTransform(dpr * scale, 0, 0, -dpr * scale, dpr * ox, dpr * oy);
    g.fillStyle = mall.colour("walk");
    g.fill(level.outlinePath);
    for (const space of level.spaces) {
      const value = state.values && state.values[space.id];
      const step = value && state.scale ? mall.stepOf(value.v, state.scale) : -1;
      g.fillStyle = step >= 0 ? state.scale.colours[step] : mall.colour(SHADE[space.kind] || "space");
      g.fill(space.path, "evenodd");
    }
    mall.paintMap(g, level, state);
    g.lineWidth = 1 / scale;
    g.strokeStyle = mall.colour("edge");
    g.stroke(level.outlinePath);
  };
})();
