/* Puts an answer on its plan: density or differences, jams, what was blocked, where the fire was. */
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    drill: {
      async draw(drawn) {
        if (!drawn) return;
        const plan = await window.mallPlan.ready(drawn.plan);
        const { fill, values, scale, jams, marks, avoid } = drawn;
        plan.set({ fill, values, scale, jams, marks, avoid });
        if (drawn.level) plan.set({ level: drawn.level });
      },
    },
  });
})();
