"""What stands beside a simulated figure: with what it was computed, so that it can be judged and repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.language import N_, _

Answer = Mapping[str, Any]
ENGINES = {"network": N_("network engine"), "crowd": N_("crowd engine")}
MODES = {"code": N_("flows of the code"), "calibrated": N_("calibrated to experiments")}


def engine_words(answer: Answer) -> str:
    """The engine, or both with the levels of the crowd; empty where the answer does not say."""
    if not answer.get("engine"):
        return ""
    words = _(ENGINES.get(str(answer["engine"]), str(answer["engine"])))
    if answer.get("crowd_levels"):
        words += " " + _("on {levels}, network engine elsewhere", levels=", ".join(answer["crowd_levels"]))
    return words


def how_words(answer: Answer) -> str:
    """Engine, mode, replications, seed and plan version, in one line."""
    parts = [one for one in (engine_words(answer),) if one]
    if answer.get("mode"):
        parts.append(_(MODES.get(str(answer["mode"]), str(answer["mode"]))))
    parts += [
        _("one replication")
        if answer.get("replications") == 1
        else _("{count} replications", count=answer.get("replications", "–")),
        _("seed {seed}", seed=answer.get("seed", "–")),
        _("plan {version}", version=answer.get("plan_version", "–")),
    ]
    return " · ".join(parts)


def provenance_line(answer: Answer) -> Component:
    """The same with the time that it took, in one quiet line."""
    words = how_words(answer)
    if answer.get("wall_s") is not None:
        words += " · " + _("{seconds:.1f} s of computing", seconds=float(answer["wall_s"]))
    return html.Div(words, className="provenance")
