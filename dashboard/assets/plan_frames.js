/* Recorded movement: key frames as binary (twin/world/frames.py), and where everybody is in between. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const ABSENT = 255;
  const CROWD_CELL = 200; // cm: people are counted in cells of 2 m for the colour of their dot
  const CROWD_BOUNDS = [0.31, 0.43, 0.72, 1.08, 2.17]; // people per m², Fruin's walkway levels of service A-F

  class Frames {
    constructor(buffer, drawing) {
      const view = new DataView(buffer);
      const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4));
      if (magic !== "MTF1") throw new Error("this is no recording of movement");
      const length = view.getUint32(4, true);
      const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
      this.step = header.step_s;
      this.count = header.frames;
      this.people = header.people;
      const size = this.count * this.people;
      // The arrays may begin at an odd byte, where a typed array cannot stand: copy them once.
      const at = 8 + length;
      this.x = new Uint16Array(buffer.slice(at, at + 2 * size));
      this.y = new Uint16Array(buffer.slice(at + 2 * size, at + 4 * size));
      this.level = new Uint8Array(buffer.slice(at + 4 * size, at + 5 * size));
      const unit = header.scale_m * 100;
      const [ox, oy] = drawing.cm(header.origin[0], header.origin[1]);
      this.unit = unit;
      this.ox = ox;
      this.oy = oy;
      this.levels = header.level_ids.map((id) => drawing.levelIndex.get(id));
      this.duration = (this.count - 1) * this.step;
      this.crowd = { frame: -1, steps: new Uint8Array(this.people) };
    }

    /** Step of the crowd around each person in a key frame, 0-5. */
    crowding(frame) {
      if (this.crowd.frame === frame) return this.crowd.steps;
      const base = frame * this.people;
      const cells = new Map();
      const keys = new Float64Array(this.people);
      for (let i = 0; i < this.people; i++) {
        const level = this.level[base + i];
        if (level === ABSENT) { keys[i] = -1; continue; }
        const key = (level * 4096 + Math.floor((this.x[base + i] * this.unit) / CROWD_CELL)) * 4096 +
          Math.floor((this.y[base + i] * this.unit) / CROWD_CELL);
        keys[i] = key;
        cells.set(key, (cells.get(key) || 0) + 1);
      }
      const area = (CROWD_CELL / 100) ** 2;
      for (let i = 0; i < this.people; i++) {
        if (keys[i] < 0) continue;
        const density = cells.get(keys[i]) / area;
        let step = 0;
        while (step < 5 && density >= CROWD_BOUNDS[step]) step += 1;
        this.crowd.steps[i] = step;
      }
      this.crowd.frame = frame;
      return this.crowd.steps;
    }

    /** Call draw(x, y, step) in cm for each person on the level at time t (s). */
    each(t, levelIndex, draw) {
      const at = Math.max(0, Math.min(t / this.step, this.count - 1));
      const frame = Math.floor(at), part = at - frame;
      const a = frame * this.people, b = Math.min(frame + 1, this.count - 1) * this.people;
      const steps = this.crowding(frame);
      const wanted = this.levels.indexOf(levelIndex);
      if (wanted < 0) return;
      const { x, y, level, unit, ox, oy } = this;
      for (let i = 0; i < this.people; i++) {
        if (level[a + i] !== wanted) continue;
        let px = x[a + i], py = y[a + i];
        if (level[b + i] === wanted) {
          px += (x[b + i] - px) * part;
          py += (y[b + i] - py) * part;
        }
        draw(px * unit + ox, py * unit + oy, steps[i]);
      }
    }

    /** People on each level of the drawing at time t. */
    counts(t, levelCount) {
      const frame = Math.floor(Math.max(0, Math.min(t / this.step, this.count - 1)));
      const found = new Array(levelCount).fill(0);
      for (let i = frame * this.people, end = i + this.people; i < end; i++) {
        if (this.level[i] !== ABSENT) found[this.levels[this.level[i]]] += 1;
      }
      return found;
    }
  }
  mall.Frames = Frames;
})();
