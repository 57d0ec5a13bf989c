/* Plan: the findings of the check, worst first; choosing one shows its place. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const SHAPE = { VIOLATION: ["▲", "p1"], WARNING: ["◆", "p2"], INFO: ["○", "p4"] };
  const KINDS = ["space", "opening", "exit", "connector", "device"];
  const MOST = 400; // rows that a person will read

  function word(severity) {
    if (severity === "VIOLATION") return mall.t("Violation");
    return severity === "WARNING" ? mall.t("Warning") : mall.t("Note");
  }

  function kindOf(drawing, id) { return KINDS.find((kind) => drawing[kind].has(id)); }

  function nameOf(drawing, id) {
    const kind = kindOf(drawing, id);
    if (!kind) return drawing.levelIndex.has(id) ? drawing.levels[drawing.levelIndex.get(id)].short : id;
    const one = drawing[kind].get(id);
    const level = one.level !== undefined ? one.level : one.stops[0].level;
    const name = kind === "space" ? drawing.nameOf(one) : mall.name(one.name) || id;
    return `${drawing.levels[level].short} · ${name}`;
  }

  function sources(provenance) {
    const total = provenance.given + provenance.derived + provenance.guessed || 1;
    const part = (name, label) => (provenance[name] || name === "guessed") && mall.el("span.share", { style: `--part:${provenance[name] / total}`, "data-source-of": name }, `${label} ${mall.number(provenance[name])}`);
    return mall.el("div.shares", { role: "img", "aria-label": mall.t("Where the values come from") }, [part("given", mall.t("given")), part("derived", mall.t("derived")), part("guessed", mall.t("guessed"))].filter(Boolean));
  }

  function row(drawing, finding) {
    const [shape, token] = SHAPE[finding.severity] || SHAPE.INFO;
    return mall.el("tr.alert", { "data-feature": finding.feature, tabindex: "0" }, [
      mall.el("td", {}, mall.el("span.severity", { style: `color:var(--${token})` }, [`${shape} `, mall.el("span", {}, word(finding.severity))])),
      mall.el("td", {}, nameOf(drawing, finding.feature)),
      mall.el("td.alert-words", {}, [mall.el("b", {}, finding.message), mall.el("span.quiet", {}, finding.rule)]),
    ]);
  }

  function show(box, drawing, plan, report) {
    const { found } = report;
    const clean = !found.VIOLATION;
    const head = clean ? mall.t("No violation; {guessed} values are guessed", { guessed: mall.number(report.provenance.guessed) }) : mall.t("{count} violations", { count: found.VIOLATION });
    const rows = report.violations.slice(0, MOST);
    box.replaceChildren(
      mall.el("div.stage-head", {}, [mall.el("h1.headline-words", {}, head), mall.el("span.quiet", {}, mall.t("{warnings} warnings, {notes} notes", { warnings: found.WARNING, notes: found.INFO }))]),
      sources(report.provenance),
      mall.el("div.alert-scroll", { tabindex: "0", "aria-label": mall.t("Findings") }, [
        rows.length
          ? mall.el("table.table.alert-table", {}, [mall.el("thead", {}, mall.el("tr", {}, [mall.t("Severity"), mall.t("Place"), mall.t("Finding")].map((name) => mall.el("th", { scope: "col" }, name)))), mall.el("tbody", {}, rows.map((one) => row(drawing, one)))])
          : mall.el("div.empty", {}, [mall.icon("calm"), mall.el("div.empty-title", {}, mall.t("The check found nothing"))]),
        report.violations.length > MOST ? mall.el("p.quiet", {}, mall.t("The first {shown} of {count}; all with twin plan check --json", { shown: MOST, count: report.violations.length })) : null,
      ]),
    );
    const choose = (event) => {
      const tr = event.target.closest("tr[data-feature]");
      if (!tr) return;
      box.querySelectorAll('tr[aria-selected="true"]').forEach((one) => one.removeAttribute("aria-selected"));
      tr.setAttribute("aria-selected", "true");
      const kind = kindOf(drawing, tr.dataset.feature);
      if (kind) plan.show({ kind, id: tr.dataset.feature });
      else if (drawing.levelIndex.has(tr.dataset.feature)) plan.set({ level: tr.dataset.feature });
    };
    box.addEventListener("click", choose);
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(event); });
  }

  mall.whenPresent("[data-plan-check]", async (box) => {
    box.replaceChildren(mall.el("div.empty", { role: "status" }, [mall.el("div.empty-title", {}, mall.t("Checking the plan …"))]));
    const plan = await window.mallPlan.ready("check-plan");
    const answer = await fetch(`/api/plan/${box.dataset.planCheck}/check`);
    if (!answer.ok) {
      box.replaceChildren(mall.el("div.empty", { role: "alert" }, [mall.icon("close"), mall.el("div.empty-title", {}, mall.t("The check failed")), mall.el("div.empty-words", {}, mall.t("The cause is in the log of the server. Other pages work."))]));
      return;
    }
    show(box, plan.drawing, plan, await answer.json());
  });
})();
