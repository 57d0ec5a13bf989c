"""Words that every answer needs: times, intervals, places of the plan, and what a figure rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts import clock_label
from dashboard.language import _, in_words
from twin.plan.model import Connector, Plan, Space

Answer = Mapping[str, Any]


def space_words(space: Space, plan: Plan) -> str:
    """A space as a person looks for it: level, tenant or name."""
    tenant = plan.tenant_of.get(space.id)
    name = in_words(tenant.name) if tenant is not None else in_words(space.name)
    return f"{plan.level[space.level_id].short_name} · {name or space.id}"


def connector_words(connector: Connector, plan: Plan) -> str:
    """A connector as a person looks for it: its levels and its name."""
    shorts = [plan.level[stop.level_id].short_name for stop in connector.stops]
    return f"{shorts[0]}–{shorts[-1]} · {in_words(connector.name) or connector.id}"


def seconds_words(seconds: float | None) -> str:
    """Seconds as minutes and seconds; a dash where there is no figure."""
    return "–" if seconds is None else clock_label(seconds) + "\u2009min"


def interval_words(estimate: Mapping[str, Any]) -> str:
    """The interval of an estimate in minutes, or why there is none."""
    if estimate.get("low") is None or estimate.get("high") is None:
        return _("no interval: one replication") if estimate.get("replications") == 1 else ""
    return f"{clock_label(max(0.0, estimate['low']))}–{clock_label(estimate['high'])}"


def way_words(plan: Plan, name: str) -> str:
    """An exit, connector or opening as a person knows it."""
    if name in plan.exit:
        one = plan.exit[name]
        return f"{plan.level[one.level_id].short_name} · {in_words(one.name) or one.id}"
    if name in plan.connector:
        return connector_words(plan.connector[name], plan)
    if name in plan.opening:
        first, second = plan.opening[name].spaces
        return f"{space_words(plan.space[first], plan)} → {in_words(plan.space[second].name) or second}"
    return name or _("inside a space")


def assumption_words(answer: Answer) -> str:
    """What the time rests on that is known least."""
    guessed: Sequence[Mapping[str, Any]] = answer.get("guessed_inputs") or ()
    names = {"width_m": _("clear width"), "riser_m": _("riser"), "tread_m": _("tread"), "line": _("place")}
    if guessed:
        parts = [
            _(
                "{field} of {guessed} of {of} {feature}",
                field=names.get(str(one["field"]), str(one["field"])),
                guessed=one["guessed"],
                of=one["of"],
                feature=_feature(str(one["feature"])),
            )
            for one in guessed[:4]
        ]
        return _("Guessed, not surveyed: {what}.", what="; ".join(parts))
    starts = answer["pre_movement"]
    return _("Weakest assumption: how long people wait before they go ({name}).", name=_(str(starts["name"])))


def _feature(name: str) -> str:
    words = {"opening": _("openings"), "exit": _("exits"), "connector": _("stairs and lifts")}
    return words.get(name, name)
