/* The forecast that a fire alarm starts: how long the mall takes to empty, what to avoid, what it rests on. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});

  /** Ids of the exits that people should not be sent to: known as soon as it is known where it burns. */
  mall.exitsToAvoid = (forecast) => ((forecast && forecast.avoid) || []).filter((one) => one.kind === "exit").map((one) => one.id);

  const band = (one) => (one && one.low !== null && one.high !== null ? `${mall.duration(one.low)} – ${mall.duration(one.high)}` : mall.t("one run, no interval"));

  function time(estimate, label) {
    return mall.el("div.figure", {}, [
      mall.el("div.figure-line", {}, [mall.el("span.big", {}, estimate && estimate.mean !== null ? mall.duration(estimate.mean) : mall.t("not reached"))]),
      mall.el("div.figure-label", {}, label),
      mall.el("div.figure-note", {}, estimate && estimate.mean !== null ? mall.t("95 % interval {band}", { band: band(estimate) }) : ""),
    ]);
  }

  const meanOf = (value) => (value && typeof value === "object" ? value.mean : value);

  function exits(drill, plan) {
    const rows = Object.entries(drill.exits || {}).map(([id, people]) => [id, meanOf(people) || 0]).sort((a, b) => b[1] - a[1]);
    const top = Math.max(1, ...rows.map(([, people]) => people));
    return rows.slice(0, 6).map(([id, people]) => {
      const exit = plan.drawing.exit.get(id);
      return mall.el("div.bar-row", {}, [
        mall.el("span.bar-name", { title: exit ? mall.name(exit.name) || id : id }, exit ? mall.name(exit.name) || id : id), mall.el("span.bar", { style: `--share:${(people / top).toFixed(3)}` }), mall.el("span.num", {}, mall.number(people)),
      ]);
    });
  }

  function named(plan, one) {
    const found = plan.drawing[one.kind].get(one.id);
    return found ? mall.name(found.name) || one.id : one.id;
  }

  function avoid(forecast, plan) {
    const list = forecast.avoid || [];
    if (!list.length) return null;
    const joint = mall.facts().language === "zh" ? "、" : ", ";
    const of = (why) => list.filter((one) => one.why === why).map((one) => named(plan, one)).join(joint);
    const row = (why, words) => (of(why) ? mall.el("span", {}, `${of(why)} (${words})`) : null);
    return mall.el("div.avoid", {}, [mall.el("b", {}, mall.t("Avoid")), row("fire", mall.t("near the fire")), row("queue", mall.t("long queue"))]);
  }

  function guessed(drill) {
    const list = drill.guessed_inputs || [];
    if (!list.length) {
      const { mu } = drill.pre_movement || {};
      return mu === undefined ? null : mall.el("p.quiet", {}, mall.t("Weakest assumption: half of the people start to walk within {median}.", { median: mall.duration(Math.exp(mu)) }));
    }
    const rows = list.map((one) => mall.el("li", {}, mall.t("{field} of {guessed} of {of} {feature}", one)));
    return mall.el("details.guessed", {}, [mall.el("summary", {}, mall.t("Rests on guesses ({count})", { count: list.length })), mall.el("ul", {}, rows)]);
  }

  function answer(forecast, plan) {
    const drill = forecast.drill;
    return [
      time(drill.t95_s, mall.t("until 95 % are out")),
      time(drill.t_last_s, mall.t("until the last is out")),
      mall.el("div.bars", {}, [mall.el("div.figure-label", {}, mall.t("People by exit")), ...exits(drill, plan)]),
      guessed(drill),
      mall.el("p.notice.advisory", { role: "note" }, mall.t("Advice, not control: a forecast from the live occupancy, answered {wall} s after the alarm.", { wall: mall.number(forecast.wall_s, 1) })),
      mall.el("p.quiet.origin", {}, mall.t("{people} people, {replications} runs, engine {engine}, seed {seed}, plan {plan}", {
        people: mall.number(meanOf(drill.people)), replications: drill.replications || (drill.t95_s && drill.t95_s.replications) || 1, engine: drill.engine, seed: drill.seed, plan: drill.plan_version })),
    ];
  }

  mall.forecastPanel = function (forecast, plan, doc) {
    const alert = doc.alerts.find((one) => one.id === forecast.cause);
    const place = plan.drawing.space.get(forecast.space_id);
    const cause = place ? `${plan.drawing.levels[place.level].short} · ${plan.drawing.nameOf(place)}` : alert ? mall.placeText(plan.drawing, alert) : "";
    const lines = [mall.el("p.cause", {}, [mall.el("b", {}, alert ? mall.name(alert.what) : mall.t("Fire alarm")), mall.el("span.quiet", {}, `${cause} · ${mall.clock(forecast.asked, true)}`)])];
    const keepAway = avoid(forecast, plan);
    if (keepAway) lines.push(keepAway);
    if (forecast.state === "running") {
      lines.push(mall.el("p.running", { role: "status" }, mall.t("Running drills with the {people} people who are inside now …", { people: mall.number(forecast.people_mean) })));
    } else if (forecast.state === "failed") {
      lines.push(mall.el("p.notice.failed", { role: "alert" }, `${mall.t("The forecast failed. Follow the emergency plan.")} ${forecast.error}`));
    } else lines.push(...answer(forecast, plan).filter(Boolean));
    const panel = mall.section(mall.t("FORECAST"), lines, "forecast");
    panel.dataset.forecast = forecast.state;
    return panel;
  };
})();
