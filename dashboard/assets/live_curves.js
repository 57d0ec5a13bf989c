/* Two small curves on canvas: the day's people inside with its band, and the trend of one space. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});

  function prepare(canvas) {
    const dpr = window.devicePixelRatio || 1;
    const w = canvas.clientWidth, h = canvas.clientHeight;
    if (canvas.width !== Math.round(w * dpr) || canvas.height !== Math.round(h * dpr)) { canvas.width = Math.round(w * dpr); canvas.height = Math.round(h * dpr); }
    const g = canvas.getContext("2d");
    g.setTransform(dpr, 0, 0, dpr, 0, 0);
    g.clearRect(0, 0, w, h);
    return [g, w, h];
  }

  function nice(top) {
    const step = 10 ** Math.floor(Math.log10(Math.max(1, top)));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((m) => m * step).find((m) => m >= top) || top;
  }

  function curve(g, data, x, y) {
    g.beginPath();
    let pen = false;
    const there = [];
    data.time.forEach((t, i) => { if (data.mean[i] === null) { pen = false; return; } if (pen) g.lineTo(x(t), y(data.mean[i])); else g.moveTo(x(t), y(data.mean[i])); pen = true; there.push(i); });
    g.strokeStyle = mall.colour("accent");
    g.lineWidth = 1.6;
    g.stroke();
    if (there.length < 2) return;
    g.beginPath();
    there.forEach((i, n) => (n ? g.lineTo(x(data.time[i]), y(data.high[i])) : g.moveTo(x(data.time[i]), y(data.high[i]))));
    [...there].reverse().forEach((i) => g.lineTo(x(data.time[i]), y(data.low[i])));
    g.closePath();
    g.globalAlpha = 0.22;
    g.fillStyle = mall.colour("accent");
    g.fill();
    g.globalAlpha = 1;
  }

  function frame(g, w, h, pad, x, from, to, top, y) {
    g.font = mall.fontOf(11);
    g.fillStyle = mall.colour("quiet");
    g.strokeStyle = mall.colour("line");
    g.lineWidth = 1;
    g.textBaseline = "middle";
    g.textAlign = "right";
    for (const value of [0, top]) {
      g.beginPath();
      g.moveTo(pad.l, Math.round(y(value)) + 0.5); g.lineTo(w - pad.r, Math.round(y(value)) + 0.5);
      g.stroke();
      g.fillText(mall.number(value), pad.l - 6, y(value));
    }
    const hours = (to - from) / 3600;
    const every = [0.25, 0.5, 1, 2, 3, 6].find((step) => (hours / step) * 56 < w - pad.l - pad.r) || 6;
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
    for (let t = Math.ceil(from / (every * 3600)) * every * 3600; t <= to; t += every * 3600) {
      if (x(t) < pad.l + 12 || x(t) > w - pad.r - 12) continue;
      g.fillText(mall.clock(t * 1000), x(t), h - 4);
      g.beginPath();
      g.moveTo(x(t), y(0)); g.lineTo(x(t), y(0) + 4);
      g.stroke();
    }
  }

  function paint(canvas, data, doc, opts) {
    const [g, w, h] = prepare(canvas);
    if (!data || data.time.length < 2 || w < 40) {
      g.font = mall.fontOf(12);
      g.fillStyle = mall.colour("quiet");
      g.textBaseline = "middle";
      g.fillText(mall.t("The curve begins with the second minute."), 8, h / 2);
      return;
    }
    const pad = { l: 44, r: opts.right, t: 10, b: 20 };
    const now = new Date(doc.clock).getTime() / 1000;
    const from = Math.min(data.time[0], now - 1800), to = now + (now - from) * opts.ahead;
    const top = nice(Math.max(1, ...data.high.filter((v) => v !== null)));
    const x = (t) => pad.l + ((t - from) / (to - from)) * (w - pad.l - pad.r);
    const y = (v) => h - pad.b - (v / top) * (h - pad.t - pad.b);
    frame(g, w, h, pad, x, from, to, top, y);
    curve(g, data, x, y);
    g.strokeStyle = mall.colour("text");
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x(now), pad.t - 4); g.lineTo(x(now), h - pad.b);
    g.stroke();
    return { g, x, y, now, w, h, pad };
  }

  mall.paintTrend = (canvas, data, doc) => paint(canvas, data, doc, { right: 8, ahead: 0 });

  /** The strip of the day; ahead of now, while a forecast stands, when the mall is clear. */
  mall.paintDay = function (canvas, data, doc) {
    const at = paint(canvas, data, doc, { right: 16, ahead: doc.forecast ? 0.3 : 0.06 });
    if (!at) return;
    const { g, x, now, h, pad, w } = at;
    g.font = mall.fontOf(11, 600);
    g.fillStyle = mall.colour("text");
    g.textBaseline = "top";
    g.textAlign = "right";
    g.fillText(mall.t("now"), x(now) - 5, pad.t - 4);
    const drill = doc.forecast && doc.forecast.state === "done" && doc.forecast.drill;
    if (!drill) return;
    const start = new Date(doc.forecast.asked).getTime() / 1000;
    const end = start + drill.t95_s.mean;
    g.strokeStyle = g.fillStyle = mall.colour("simulated");
    g.setLineDash([5, 4]);
    g.lineWidth = 2;
    const xe = Math.min(w - pad.r, Math.max(x(now) + 10, x(end)));
    g.strokeRect(x(start), pad.t, xe - x(start), h - pad.b - pad.t);
    g.setLineDash([]);
    g.textAlign = "left";
    g.fillText(mall.t("FORECAST"), xe + 5 < w - 70 ? xe + 5 : x(start) + 5, pad.t + 2);
  };
})();
