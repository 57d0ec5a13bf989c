/* Puts the answer of a drill on its plan: density, jams, what was blocked, where the fire was. */
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    drill: {
      async draw(drawn) {
        if (!drawn) return;
        const plan = await window.mallPlan.ready(drawn.plan);
        plan.set({ values: drawn.values, scale: drawn.scale, jams: drawn.jams, marks: drawn.marks, avoid: drawn.avoid });
        if (drawn.level) plan.set({ level: drawn.level });
      },
    },
  });
})();
