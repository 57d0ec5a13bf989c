"""Benchmarks as a page for people: ``docs/benchmarks.md`` is written by a run, never by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twin.world.watchdog_lines import collected

Document = Mapping[str, Any]
_MOST_LINES = 6
"""What the watchdog said of one engine; the most frequent first."""

_ABOUT = """\
Written by `twin bench --report docs/benchmarks.md`, with the figures beside it in `benchmarks.json`; nobody
edits it. Ours and theirs ran in turn in one process tree, on the same geometry, people and seed; the medians
count. Times on a shared machine flap, so the load of the machine stands beside them, and processor seconds
beside those on the wall. Nothing here is a test that a build could fail."""


def write(found: Document, path: Path) -> None:
    """Write the page to ``path``, and what it was made from beside it (``.json``)."""
    words = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)
    path.with_suffix(".json").write_text(words + "\n", encoding="utf-8")
    path.write_text(page(found), encoding="utf-8")


def page(found: Document) -> str:
    """The whole page."""
    on = found["machine"]
    lines = [
        "# Benchmarks",
        "",
        _ABOUT,
        "",
        (
            f"Run {on['at']} on {on['cores']} cores of {on['processor']}, {on['system']}, "
            f"Python {on['python']}; load before "
            f"{_load(on['load_1_5_15_min'])}, after {_load(found['load_after'])}."
        ),
        "",
    ]
    if found.get("small"):
        lines += ["**A small run**: a few people and one round. Its times say nothing.", ""]
    for name, title in _TITLES.items():
        if name not in found:
            continue
        lines += [f"## {title}", ""]
        lines += _not_run(found[name]) if "reason" in found[name] else [*_PARTS[name](found[name]), ""]
    return "\n".join(lines).rstrip() + "\n"


def section(found: Document) -> list[str]:
    """One benchmark's document in words."""
    name = str(found["benchmark"])
    lines = [_TITLES[name], "", *_PARTS[name](found)]
    for more in ("sweep", "cores", "five_levels"):
        if more in found:
            lines += ["", *_PARTS[_MORE[more]](found[more])]
    return lines


def _not_run(part: Document) -> list[str]:
    return [f"Not run here: {part['reason']}.", ""]


def _load(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


def _figure(value: object, unit: str = "") -> str:
    if value is None:
        return "–"
    text = f"{value:,.4g}" if isinstance(value, float) and abs(value) < 1e4 else f"{value:,}"  # noqa: PLR2004
    return f"{text} {unit}".strip()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' for _ in head)} |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _conditions(part: Document) -> str:
    at = part["machine_load"]
    idle = "idle" if at["idle"] else "not idle"
    during = at.get("others_during")
    share = "" if during is None else f"; others used {during:.0%} of it meanwhile"
    return f"The machine was {idle} before{share}."


def _against(found: Document) -> list[str]:
    if found["peer_s"] is None:
        return [f"Ours {_figure(found['ours_s'], 's')}. {found['note']}."]
    rows = [
        ["on the wall", _figure(found["ours_s"]), _figure(found["peer_s"]), f"**{found['ratio']:,}**"],
        [
            "of the processor",
            _figure(found["ours_cpu_s"]),
            _figure(found["peer_cpu_s"]),
            f"{found['ratio_cpu']:,}",
        ],
    ]
    if "ours_at_peer_dt_s" in found:
        step = f"on the wall, both at dt {found['peer_dt_s']} s"
        rows.append(
            [
                step,
                _figure(found["ours_at_peer_dt_s"]),
                _figure(found["peer_s"]),
                f"**{found['ratio_at_peer_dt']:,}**",
            ]
        )
    return [
        *_table(["seconds", "ours", f"{found['peer']} {found['peer_version']}", "times quicker"], rows),
        "",
        (
            f"Rounds: {found['rounds']}; the ratio of a round lay between {found['ratio_low']:,} and "
            f"{found['ratio_high']:,}. {_conditions(found)}"
        ),
    ]


def _agreement(agreed: Document, words: Mapping[str, str]) -> list[str]:
    rows = [
        [text, _figure(agreed[f"ours_{name}"]), _figure(agreed[f"peer_{name}"]), _share(agreed, gap)]
        for name, text in words.items()
        for gap in (name.removesuffix("_s") + "_difference",)
    ]
    if agreed["agrees"] is None:
        return []
    verdict = "The answers agree" if agreed["agrees"] else "**The answers do not agree**"
    head = ["", "ours", "theirs", "difference"]
    return ["", *_table(head, rows), "", f"{verdict} (rule: {agreed['rule']})."]


def _share(agreed: Document, name: str) -> str:
    return f"{agreed[name]:+.1%}" if agreed.get(name) is not None else ""


def _network(found: Document) -> list[str]:
    scene = (
        f"{found['people']:,} people leave a five-level mall of {found['nodes']} nodes and "
        f"{found['links']:,} links (seed {found['seed']}); ours in mode `code`, "
        "theirs at its own step of 0.5 s."
    )
    words = {"t50_s": "50 % out, s", "t95_s": "95 % out, s", "t100_s": "the last out, s"}
    return [scene, "", *_against(found), *_agreement(found["agreement"], words)]


def _sweep(found: Document) -> list[str]:
    rows = [
        [
            f"{r['people']:,}",
            _figure(r["ours_cpu_s"]),
            _figure(r["us_per_person"]),
            _figure(r["events_per_person"]),
            _figure(r["t95_s"]),
        ]
        for r in found["sizes"]
    ]
    return [
        *_table(["people", "processor s", "µs each", "events each", "95 % out, s"], rows),
        "",
        (
            f"The time grows with the people to the power {found['exponent']}, the events to the power "
            f"{found['events_exponent']}: {'linear' if found['linear'] else 'not linear'} ({found['rule']})."
        ),
    ]


def _crowd(found: Document) -> list[str]:
    scene = (
        f"{found['people']:,} people walk {found['simulated_s']:g} simulated seconds in a hall of "
        f"120 × 80 m with two rows of shop fronts and four exits of 4 m (seed {found['seed']}); ours at "
        f"dt {found['ours_dt_s']} s on {found['threads']} threads, theirs (collision-free speed) "
        f"at dt {found['peer_dt_s']} s."
    )
    words = {
        "out": "people out",
        "to_go_m": "mean way still to go, m",
        "speed_mps": "mean speed along the way, m/s",
        "free_speed_mps": "mean free speed of the same people, m/s",
    }
    return [scene, "", *_against(found), *_agreement(found["agreement"], words)]


def _cores(found: Document) -> list[str]:
    rows = [
        [str(r["threads"]), _figure(r["ours_s"]), _figure(r["us_per_agent_step"])]
        for r in found["by_threads"]
    ]
    return [
        *_table(["threads", "wall s", "µs for each agent and step"], rows),
        "",
        f"{found['people']:,} people, 20 simulated seconds; aimed at: {found['limit_us']} µs on one core.",
    ]


def _five(found: Document) -> list[str]:
    return [
        (
            f"{found['people']:,} people on {found['levels']} levels walk {found['simulated_s']:g} simulated "
            f"seconds in {_figure(found['ours_s'], 's')}: **{found['times_real_time']:,} times real time**, "
            f"{found['us_per_agent_step']} µs for each agent and step. An agent takes "
            f"{found['bytes_per_agent']:,} bytes, the distance fields {found['fields_mb']} MB in all. "
            f"{_conditions(found)}"
        ),
    ]


def _compiling(found: Document) -> list[str]:
    rows = [
        [text, _figure(found[name]["warm_up_s"]), str(found[name]["compiled"])]
        for name, text in (("cold", "nothing compiled yet"), ("from_disk", "compiled before"))
    ]
    return [
        *_table(["", "warm-up, s", "functions compiled"], rows),
        "",
        f"What is compiled is kept on disk ({found['cache_mb']} MB). {_conditions(found)}",
    ]


def _plan(found: Document) -> list[str]:
    rows = [
        [
            f"{r['engine']}, `{r['mode']}`",
            _figure(r["scene_s"]),
            _figure(r["run_s"]),
            _estimate(r["t95_s"]),
            _figure(r["bound_t95_s"]),
            _estimate(r["t_last_s"]),
            _figure(r["bound_t_last_s"]),
            _figure(r["remaining"]["mean"]),
        ]
        for r in found["engines"]
    ]
    head = [
        "engine, mode",
        "scene, s",
        "a run, s",
        "95 % out, s",
        "bound, s",
        "all out, s",
        "bound, s",
        "inside",
    ]
    lines = [
        (
            f"{found['people']:,} people leave {found['plan']} ({found['levels']} levels, "
            f"{found['spaces']:,} spaces, plan {found['plan_version']}); replications of each: "
            f"{found['replications']}, seed {found['seed']}, means with their 95 % intervals."
        ),
        "",
        *_table(head, rows),
        "",
    ]
    lines += ["Bound: no flow over time on the same graph, with the same people, can be quicker.", ""]
    for r in found["engines"]:
        other, reasons = collected(r["watchdog"])
        said = [*other, *map(str, reasons)]
        lines += [f"- {r['engine']}, {r['mode']}: {line}" for line in said[:_MOST_LINES]]
        if len(said) > _MOST_LINES:
            lines.append(f"- {r['engine']}, {r['mode']}: {len(said) - _MOST_LINES} more such lines")
    return [*lines, "", f"{_conditions(found)} {found['advisory']}"]


def _estimate(value: Document) -> str:
    if value["mean"] is None:
        return "not everybody"
    if value["low"] is None:
        return f"{value['mean']:.0f}"
    return f"{value['mean']:.0f} ({value['low']:.0f}–{value['high']:.0f})"


_TITLES = {
    "network": "Network engine beside jupedsim-network",
    "network_sweep": "Network engine with more people",
    "crowd": "Crowd engine beside JuPedSim",
    "crowd_cores": "Crowd engine on one core and on all",
    "crowd_five_levels": "Crowd engine on five levels",
    "compiling": "Compiling",
    "plan": "A real plan with each engine",
}
_MORE = {"sweep": "network_sweep", "cores": "crowd_cores", "five_levels": "crowd_five_levels"}
_PARTS: Mapping[str, Callable[[Document], list[str]]] = {
    "network": _network,
    "network_sweep": _sweep,
    "crowd": _crowd,
    "crowd_cores": _cores,
    "crowd_five_levels": _five,
    "compiling": _compiling,
    "plan": _plan,
}
