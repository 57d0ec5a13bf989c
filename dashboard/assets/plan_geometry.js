/* The drawing of a plan as paths by level, and what lies under a point. Coordinates: whole centimetres,
 * x east and y north from the south-west corner (dashboard/drawing.py). */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const CELL = 400; // cm; a few spaces fall into each cell of the hit grid
  const loads = new Map();

  function pathOf(rings) {
    const path = new Path2D();
    for (const ring of rings) {
      path.moveTo(ring[0], ring[1]);
      for (let i = 2; i < ring.length; i += 2) path.lineTo(ring[i], ring[i + 1]);
      path.closePath();
    }
    return path;
  }

  function boxOf(ring) {
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    for (let i = 0; i < ring.length; i += 2) {
      x0 = Math.min(x0, ring[i]); x1 = Math.max(x1, ring[i]);
      y0 = Math.min(y0, ring[i + 1]); y1 = Math.max(y1, ring[i + 1]);
    }
    return [x0, y0, x1, y1];
  }

  function inside(rings, x, y) {
    let odd = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const yi = ring[i + 1], yj = ring[j + 1];
        if (yi > y !== yj > y && x < ((ring[j] - ring[i]) * (y - yi)) / (yj - yi) + ring[i]) odd = !odd;
      }
    }
    return odd;
  }

  class Level {
    constructor(document, index) {
      Object.assign(this, document);
      this.index = index;
      this.outlinePath = new Path2D();
      for (const rings of document.outline) this.outlinePath.addPath(pathOf(rings));
      this.spaces = []; this.exits = []; this.openings = []; this.devices = []; this.stops = [];
      this.grid = new Map();
    }
    add(space) {
      space.path = pathOf(space.rings);
      space.box = boxOf(space.rings[0]);
      this.spaces.push(space);
      const [x0, y0, x1, y1] = space.box;
      for (let cx = Math.floor(x0 / CELL); cx <= Math.floor(x1 / CELL); cx++) {
        for (let cy = Math.floor(y0 / CELL); cy <= Math.floor(y1 / CELL); cy++) {
          const key = cx * 65536 + cy;
          if (!this.grid.has(key)) this.grid.set(key, []);
          this.grid.get(key).push(space);
        }
      }
    }
    /** The smallest space that holds the point, voids last. */
    spaceAt(x, y) {
      let best = null;
      for (const space of this.grid.get(Math.floor(x / CELL) * 65536 + Math.floor(y / CELL)) || []) {
        if (inside(space.rings, x, y) && (!best || space.area < best.area)) best = space;
      }
      return best;
    }
  }

  class Drawing {
    constructor(document) {
      Object.assign(this, document);
      this.levels = document.levels.map((one, index) => new Level(one, index));
      this.space = new Map(); this.device = new Map(); this.exit = new Map(); this.connector = new Map();
      this.opening = new Map();
      for (const space of document.spaces) {
        this.space.set(space.id, space);
        this.levels[space.level].add(space);
      }
      for (const kind of ["exit", "opening", "device"]) {
        for (const one of document[kind + "s"]) {
          this[kind].set(one.id, one);
          this.levels[one.level][kind + "s"].push(one);
        }
      }
      for (const connector of document.connectors) {
        this.connector.set(connector.id, connector);
        for (const stop of connector.stops) this.levels[stop.level].stops.push({ connector, ...stop });
      }
      this.levelIndex = new Map(this.levels.map((level) => [level.id, level.index]));
    }
    /** Local metres of the plan to centimetres of the drawing. */
    cm(x, y) {
      return [(x - this.origin[0]) * 100, (y - this.origin[1]) * 100];
    }
    /** Where a mark for something stands: {level, x, y}, or null. */
    placeOf(kind, id) {
      const one = this[kind] && this[kind].get(id);
      if (!one) return null;
      if (kind === "space") return { level: one.level, x: one.label[0], y: one.label[1] };
      if (kind === "device") return { level: one.level, x: one.at[0], y: one.at[1] };
      if (kind === "connector") return { level: one.stops[0].level, x: one.stops[0].at[0], y: one.stops[0].at[1] };
      const n = one.line.length;
      return { level: one.level, x: (one.line[0] + one.line[n - 2]) / 2, y: (one.line[1] + one.line[n - 1]) / 2 };
    }
    /** What a person calls a space: the tenant, else its name, else its id. */
    nameOf(space) {
      return (space && (mall.name(space.tenant) || mall.name(space.name) || space.id)) || "";
    }
  }

  /** The drawing at url, fetched once for all that show it. */
  mall.drawing = function (url) {
    if (!loads.has(url)) {
      const load = fetch(url).then((answer) => {
        if (!answer.ok) throw new Error(`the plan cannot be loaded (${answer.status})`);
        return answer.json();
      }).then((document) => new Drawing(document));
      load.catch(() => loads.delete(url));
      loads.set(url, load);
    }
    return loads.get(url);
  };
  mall.pointInRings = inside;
})();
