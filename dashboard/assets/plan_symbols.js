/* Symbols on the plan: flights with treads and an arrow, lifts, exits, devices, category signs, alerts. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});

  function arrow(g, x0, y0, x1, y1, head) {
    const angle = Math.atan2(y1 - y0, x1 - x0);
    g.beginPath();
    g.moveTo(x0, y0);
    g.lineTo(x1, y1);
    for (const turn of [2.6, -2.6]) {
      g.moveTo(x1, y1);
      g.lineTo(x1 + head * Math.cos(angle + turn), y1 + head * Math.sin(angle + turn));
    }
    g.stroke();
  }

  /** Stairs and escalators: treads across the flight, an arrow in the sense of travel. */
  function flight(g, view, stop) {
    const { connector } = stop;
    const [x0, y0, x1, y1] = stop.axis;
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const ux = (x1 - x0) / length, uy = (y1 - y0) / length;
    const half = Math.min(stop.width * 50, 400) - 12;
    const escalator = connector.kind === "escalator";
    const step = Math.max(escalator ? 40 : 28, 3.2 / view.scale);
    g.strokeStyle = mall.colour("wall");
    g.lineWidth = 0.7;
    g.globalAlpha = 0.65;
    g.beginPath();
    for (let s = step; s < length - step / 2; s += step) {
      const x = x0 + ux * s, y = y0 + uy * s;
      g.moveTo(...view.px(x - uy * half, y + ux * half));
      g.lineTo(...view.px(x + uy * half, y - ux * half));
    }
    g.stroke();
    g.globalAlpha = 1;
    const down = connector.direction === "down";
    const ends = [view.px(x0 + ux * length * 0.2, y0 + uy * length * 0.2), view.px(x0 + ux * length * 0.8, y0 + uy * length * 0.8)];
    const [from, to] = down ? [ends[1], ends[0]] : ends;
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 7) return;
    g.strokeStyle = connector.open && (connector.running || !escalator) ? mall.colour("name") : mall.colour("p3");
    g.lineWidth = 1.4;
    arrow(g, ...from, ...to, 5);
  }

  function lift(g, view, stop) {
    const [x, y] = view.px(...stop.at);
    const r = Math.max(3.5, Math.min(9, view.scale * 70));
    g.strokeStyle = mall.colour("wall");
    g.lineWidth = 1;
    g.strokeRect(x - r, y - r, 2 * r, 2 * r);
    g.beginPath();
    g.moveTo(x - r, y - r); g.lineTo(x + r, y + r);
    g.moveTo(x + r, y - r); g.lineTo(x - r, y + r);
    g.stroke();
  }

  /** Where there is no flight drawn in the plan: a small sign at the place. */
  function mark(g, view, stop) {
    const [x, y] = view.px(...stop.at);
    g.fillStyle = mall.colour("raised");
    g.strokeStyle = mall.colour("wall");
    g.lineWidth = 1;
    g.beginPath();
    g.arc(x, y, 5, 0, 7);
    g.fill();
    g.stroke();
    g.beginPath();
    g.moveTo(x - 2.5, y + 1.5); g.lineTo(x, y + 1.5); g.lineTo(x, y - 1.5); g.lineTo(x + 2.5, y - 1.5);
    g.stroke();
  }

  mall.drawStop = function (g, view, stop) {
    if (stop.connector.kind === "lift") lift(g, view, stop);
    else if (stop.axis) flight(g, view, stop);
    else mark(g, view, stop);
  };

  /** An exit: a green line with an arrow out; closed or to be avoided: crossed, in the colour of an alarm. */
  mall.drawExit = function (g, view, exit, blocked) {
    const closed = !exit.open || blocked;
    const colour = closed ? mall.colour("p1") : mall.colour("exit");
    const line = exit.line, n = line.length;
    g.strokeStyle = colour;
    g.fillStyle = colour;
    g.lineWidth = Math.max(3, Math.min(6, view.scale * 40));
    g.beginPath();
    g.moveTo(...view.px(line[0], line[1]));
    for (let i = 2; i < n; i += 2) g.lineTo(...view.px(line[i], line[i + 1]));
    g.stroke();
    const [mx, my] = view.px((line[0] + line[n - 2]) / 2, (line[1] + line[n - 1]) / 2);
    const [ox, oy] = [exit.out[0], -exit.out[1]];
    const size = exit.emergency ? 5 : 7;
    if (closed) {
      g.lineWidth = 2;
      g.beginPath();
      for (const s of [1, -1]) {
        g.moveTo(mx + ox * 9 - 5, my + oy * 9 - 5 * s);
        g.lineTo(mx + ox * 9 + 5, my + oy * 9 + 5 * s);
      }
      g.stroke();
      return;
    }
    const tip = [mx + ox * (size + 6), my + oy * (size + 6)];
    g.beginPath();
    g.moveTo(...tip);
    g.lineTo(mx + ox * 5 - oy * size * 0.7, my + oy * 5 + ox * size * 0.7);
    g.lineTo(mx + ox * 5 + oy * size * 0.7, my + oy * 5 - ox * size * 0.7);
    g.closePath();
    if (exit.emergency) { g.lineWidth = 1.4; g.stroke(); } else g.fill();
  };

  const SIGNS = {
    shop: "M2 4h8l.7 7H1.3zM4 4.5a2 2.6 0 0 1 4 0",
    food: "M2 4h6.5v4a3 3 0 0 1-3 3h-.5a3 3 0 0 1-3-3zM8.5 5h1.2a1.4 1.4 0 0 1 0 3H8.5M3.5 1.2v1.3M5.5 1.2v1.3",
    leisure: "M6 1l1.5 3.3 3.5.4-2.6 2.4.7 3.5L6 8.9 2.9 10.6l.7-3.5L1 4.7l3.5-.4z",
    supermarket: "M1 2h1.7l1.5 6h5l1.3-4.5H3.2M5 10.5v.1M8.5 10.5v.1",
    restroom: "M3.5 2.5v.1M8.5 2.5v.1M3.5 4.5v6M8.5 4.5l-1.7 4h3.4zM8.5 8.5v2.2M6 1v10.5",
    parking: "M4 11V1.5h2.8a2.5 2.5 0 0 1 0 5.2H4",
  };
  SIGNS.anchor = SIGNS.shop;
  SIGNS.kiosk = SIGNS.food;
  const signPaths = {};
  /** The sign of a kind of space, 12 px, when its name does not fit. True when there is one. */
  mall.drawSign = function (g, x, y, kind, colour) {
    if (!SIGNS[kind]) return false;
    if (!signPaths[kind]) signPaths[kind] = new Path2D(SIGNS[kind]);
    g.save();
    g.translate(x - 6, y - 6);
    g.strokeStyle = colour;
    g.lineWidth = 1;
    g.lineJoin = "round";
    g.lineCap = "round";
    g.stroke(signPaths[kind]);
    g.restore();
    return true;
  };

  const DEVICE = {
    counter: "⇄", zone_sensor: "◎", camera: "◉", electricity_meter: "ϟ", water_meter: "≈", smoke_detector: "S",
    call_point: "C", sprinkler_zone: "✻", fire_shutter: "▤", fire_damper: "▥", smoke_exhaust: "↟", exit_sign: "E",
    chiller: "❄", air_handler: "≋", locker: "L", charger: "⚡", parking_counter: "P", fire_panel: "F",
  };
  mall.drawDevice = function (g, x, y, device, silent, chosen) {
    const r = 7;
    g.beginPath();
    g.arc(x, y, r, 0, 7);
    g.fillStyle = mall.colour("raised");
    g.fill();
    g.lineWidth = chosen ? 2.5 : 1.2;
    g.setLineDash(silent ? [2.5, 2] : []);
    g.strokeStyle = chosen ? mall.colour("accent") : silent ? mall.colour("p3") : mall.colour("edge");
    g.stroke();
    g.setLineDash([]);
    g.fillStyle = silent ? mall.colour("p3") : mall.colour("quiet");
    g.font = "600 9px " + mall.colour("font");
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(silent ? "?" : DEVICE[device.kind] || "•", x, y + 0.5);
  };

  /** A mark with colour, shape and number; hollow once somebody has taken note. */
  mall.drawAlert = function (g, x, y, alert, chosen) {
    const colour = mall.colour("p" + alert.priority);
    const r = 11;
    g.beginPath();
    if (alert.priority === 1) { g.moveTo(x, y - r - 2); g.lineTo(x + r + 1, y + r - 2); g.lineTo(x - r - 1, y + r - 2); }
    else if (alert.priority === 2) { g.moveTo(x, y - r); g.lineTo(x + r, y); g.lineTo(x, y + r); g.lineTo(x - r, y); }
    else g.arc(x, y, r - 2, 0, 7);
    g.closePath();
    g.lineJoin = "round";
    g.lineWidth = 6;
    g.strokeStyle = mall.colour("plan-ground");
    g.stroke();
    const fresh = alert.state === "unacknowledged" || (alert.state === "latched" && !alert.acknowledged_by);
    g.fillStyle = fresh ? colour : mall.colour("panel");
    g.fill();
    g.lineWidth = 2;
    g.strokeStyle = chosen ? mall.colour("accent") : colour;
    g.stroke();
    g.fillStyle = fresh ? mall.colour("on-colour") : colour;
    g.font = "700 11px " + mall.colour("font");
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(String(alert.priority), x, y + (alert.priority === 1 ? 3 : 0.5));
  };
})();
