/* The bar that plays a recording on a plan: play, scrub, speed, and how many are left.
 *   <div class="playback" data-plan-id="drill-plan" data-frames="/api/jobs/…/frames.bin">
 * Keys, while no field has the focus: space plays and stops, arrows step by 10 s. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const SPEEDS = [1, 5, 10, 20, 60];
  const STEP_S = 10;

  function clock(seconds) {
    const s = Math.floor(seconds);
    return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  }

  function parts(element) {
    const button = mall.el("button.play", { type: "button", "aria-label": mall.t("Play") }, "▶");
    const range = mall.el("input.scrub", { type: "range", min: 0, max: 1, step: 0.1, value: 0, "aria-label": mall.t("Time since the alarm") });
    const speed = mall.el("select.speed", { "aria-label": mall.t("Playback speed") },
      SPEEDS.map((value) => mall.el("option", { value, selected: value === 10 }, `×${value}`)));
    const time = mall.el("span.time", {}, "0:00");
    const left = mall.el("span.left", { "aria-live": "off" }, "");
    element.replaceChildren(button, time, range, left, speed);
    return { button, range, speed, time, left };
  }

  async function start(element) {
    const ui = parts(element);
    const plan = await window.mallPlan.ready(element.dataset.planId);
    const levels = plan.drawing.levels.length;

    function show(t) {
      ui.range.value = t;
      ui.time.textContent = clock(t);
      if (!plan.frames) return;
      const inside = plan.frames.counts(t, levels).reduce((sum, n) => sum + n, 0);
      ui.left.textContent = mall.t("{count} inside", { count: mall.number(inside) });
    }
    function play(on) {
      if (!plan.frames) return;
      if (on && plan.state.time >= plan.frames.duration) plan.set({ time: 0 });
      plan.set({ playing: on, speed: Number(ui.speed.value) });
      ui.button.textContent = on ? "❚❚" : "▶";
      ui.button.setAttribute("aria-label", mall.t(on ? "Pause" : "Play"));
    }
    function seek(t) {
      if (!plan.frames) return;
      const to = Math.max(0, Math.min(plan.frames.duration, t));
      plan.set({ time: to });
      show(to);
    }
    plan.on("frames", ({ duration }) => { ui.range.max = duration; plan.set({ time: 0 }); show(0); });
    plan.on("time", (t) => element.isConnected && show(t));
    plan.on("ended", (t) => { if (element.isConnected) { show(t); play(false); } });
    ui.button.addEventListener("click", () => play(!plan.state.playing));
    ui.range.addEventListener("input", () => seek(Number(ui.range.value)));
    ui.speed.addEventListener("change", () => plan.set({ speed: Number(ui.speed.value) }));
    const keys = (event) => {
      if (!element.isConnected) { document.removeEventListener("keydown", keys); return; }
      if (event.target.closest("input, select, textarea, button, [role=combobox]")) return;
      if (event.key === " ") { event.preventDefault(); play(!plan.state.playing); }
      if (event.key === "ArrowRight") seek(plan.state.time + STEP_S);
      if (event.key === "ArrowLeft") seek(plan.state.time - STEP_S);
    };
    document.addEventListener("keydown", keys);
    plan.set({ playing: false, frames: element.dataset.frames });
  }
  mall.whenPresent(".playback[data-frames]", start);
})();
