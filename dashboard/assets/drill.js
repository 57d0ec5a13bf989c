/* Puts an answer on its plan: density or differences, jams, what was blocked, where the fire was. */
(function () {
  "use strict";
  const WAITS = 100, WAIT_MS = 200;

  /** The plan that an answer belongs to: the canvas may still be loading the changed plan. */
  async function planOf(drawn) {
    for (let tries = 0; tries < WAITS; tries += 1) {
      const plan = await window.mallPlan.ready(drawn.plan);
      if (drawn.url === undefined || plan.options.url === drawn.url) return plan;
      await new Promise((done) => setTimeout(done, WAIT_MS));
    }
    return null;
  }

  /** A plan that is drawn anew after a change keeps its storey and its place. */
  const looks = new Map();
  window.mall.whenPresent("#whatif-plan", async (element) => {
    const plan = await window.mallPlan.ready(element.id);
    const before = looks.get(element.id);
    if (before && before.of !== plan) {
      plan.set({ level: before.of.state.level });
      if (before.of.touched) {
        const { scale, ox, oy } = before.of.view;
        Object.assign(plan.view, { scale, ox, oy });
        plan.touched = true;
        plan.dirty(true);
      }
    }
    looks.set(element.id, { of: plan });
  });

  /** A place that is named in an answer is shown on its plan when it is clicked. */
  document.addEventListener("click", (event) => {
    const named = event.target.closest("[data-show]");
    const plan = named && window.mallPlan.get(named.dataset.showOn);
    if (plan) plan.show(JSON.parse(named.dataset.show));
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    drill: {
      rows(who) {
        const shown = (name) => (who === name ? {} : { display: "none" });
        return [shown("number"), shown("time")];
      },
      async draw(drawn) {
        if (!drawn) return;
        const plan = await planOf(drawn);
        if (!plan) return;
        const names = ["fill", "values", "scale", "jams", "marks", "avoid", "maps"].filter((name) => name in drawn);
        plan.set(Object.fromEntries(names.map((name) => [name, drawn[name]])));
        if (drawn.level) plan.set({ level: drawn.level });
      },
    },
  });
})();
