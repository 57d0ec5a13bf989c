/* Maps of an answer: values by zone or on a fine raster, as binary (twin/world/drill_maps.py), under the plan's lines.
 *   plan.set({ maps: { url, layers: [{ id, label, title, layer, by, bounds, labels, colours, ink, format }], first } })
 * One of the layers is shown at a time; the legend switches. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const NONE = 65535;

  class Maps {
    constructor(buffer, drawing) {
      const view = new DataView(buffer);
      if (String.fromCharCode(...new Uint8Array(buffer, 0, 4)) !== "MTM1") throw new Error("these are no maps");
      const length = view.getUint32(4, true);
      const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
      let at = 8 + length;
      const take = (Kind, count) => {
        const end = at + count * Kind.BYTES_PER_ELEMENT;
        const values = new Kind(buffer.slice(at, end)); // may begin at an odd byte: copied once
        at = end;
        return values;
      };
      this.cell = header.cell_m * 100;
      this.fine = header.fine_m * 100;
      this.levels = new Map();
      for (const level of header.levels) {
        const [x, y] = drawing.cm(level.origin[0], level.origin[1]);
        this.levels.set(level.id, { x, y, rows: level.rows, cols: level.cols, zone: take(Uint16Array, level.rows * level.cols), cells: {} });
      }
      this.zones = {};
      for (const name of header.by_zone) this.zones[name] = take(Float32Array, header.zones);
      for (const [name, shapes] of Object.entries(header.by_cell)) {
        header.levels.forEach(({ id }, i) => {
          if (shapes[i]) this.levels.get(id).cells[name] = { rows: shapes[i][0], cols: shapes[i][1], v: take(Uint16Array, shapes[i][0] * shapes[i][1]) };
        });
      }
      this.pictures = new Map();
    }

    /** The raster of a layer on a level: {x, y, rows, cols, size (cm), at(index)}, or null where there is none. */
    raster(levelId, layer) {
      const level = this.levels.get(levelId);
      if (!level) return null;
      if (layer.by === "zone") {
        const values = this.zones[layer.layer];
        if (!values) return null;
        return { ...level, size: this.cell, at: (i) => (level.zone[i] === NONE ? NaN : values[level.zone[i]]) };
      }
      const cells = level.cells[layer.layer];
      if (!cells) return null;
      return { x: level.x, y: level.y, rows: cells.rows, cols: cells.cols, size: this.fine, at: (i) => (cells.v[i] === NONE ? NaN : cells.v[i] / 100) };
    }

    /** The value under a point in cm; NaN where there is none. */
    value(levelId, layer, x, y) {
      const raster = this.raster(levelId, layer);
      if (!raster) return NaN;
      const col = Math.floor((x - raster.x) / raster.size), row = Math.floor((y - raster.y) / raster.size);
      if (col < 0 || row < 0 || col >= raster.cols || row >= raster.rows) return NaN;
      return raster.at(row * raster.cols + col);
    }

    /** A canvas with one pixel a cell, south at the top; painted once for each layer and level. */
    picture(levelId, layer) {
      const key = `${layer.id} ${levelId}`;
      if (this.pictures.has(key)) return this.pictures.get(key);
      const raster = this.raster(levelId, layer);
      let found = null;
      if (raster) {
        const canvas = document.createElement("canvas");
        canvas.width = raster.cols;
        canvas.height = raster.rows;
        const g = canvas.getContext("2d");
        const image = g.createImageData(raster.cols, raster.rows);
        const pixels = new Uint32Array(image.data.buffer);
        const colours = layer.colours.map(rgba);
        for (let i = 0; i < pixels.length; i++) {
          const value = raster.at(i);
          if (!Number.isNaN(value)) pixels[i] = colours[mall.stepOf(value, layer)];
        }
        g.putImageData(image, 0, 0);
        found = { canvas, x: raster.x, y: raster.y, w: raster.cols * raster.size, h: raster.rows * raster.size };
      }
      this.pictures.set(key, found);
      return found;
    }
  }

  /** "#RRGGBB" as a pixel of ImageData (little-endian); what is not so written is not painted. */
  function rgba(colour) {
    const hex = /^#(..)(..)(..)$/.exec(colour);
    if (!hex) return 0;
    const [r, g, b] = hex.slice(1).map((two) => parseInt(two, 16));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }

  /** Paint the chosen layer of a level on g, whose unit is a centimetre with y up. */
  mall.paintMap = function (g, level, state) {
    const layer = state.maps && state.maps.shown;
    const picture = layer && state.maps.data && state.maps.data.picture(level.id, layer);
    if (!picture) return;
    g.save();
    g.imageSmoothingEnabled = false;
    g.drawImage(picture.canvas, picture.x, picture.y, picture.w, picture.h);
    g.restore();
  };

  const clock = (seconds) => `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;
  const FORMAT = {
    density: (v) => mall.t("{value} people/m²", { value: v.toFixed(1) }),
    level: (v, layer) => `${layer.labels[mall.stepOf(v, layer)]} · ${FORMAT.density(v)}`,
    seconds: (v) => (Number.isFinite(v) ? `${clock(v)}\u2009min` : mall.t("not everybody got out from here")),
    waiting: (v) => mall.t("{value} person-minutes in queues", { value: mall.number(Math.round(v)) }),
  };

  /** What the chosen layer says of a point of the plan, in cm; "" where it says nothing. */
  mall.mapWords = function (plan, x, y) {
    const maps = plan.state.maps;
    if (!maps || !maps.shown || !maps.data) return "";
    const value = maps.data.value(plan.level.id, maps.shown, x, y);
    return Number.isNaN(value) ? "" : `${maps.shown.label}: ${FORMAT[maps.shown.format](value, maps.shown)}`;
  };

  /** Load maps for a plan, and show the first of their layers. */
  mall.loadMaps = async function (plan, maps) {
    const answer = await fetch(maps.url);
    if (!answer.ok) throw new Error(`the maps cannot be loaded (${answer.status})`);
    const data = new Maps(await answer.arrayBuffer(), plan.drawing);
    if (plan.state.maps !== maps) return; // another answer has come meanwhile
    maps.data = data;
    plan.showMap(maps.first);
  };
})();
