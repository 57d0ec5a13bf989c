"""The question of the drill page as a scenario document, and the other way round: a document as a form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dashboard.language import _
from twin.errors import InputError
from twin.movement.engines import mode_of

REPLICATIONS = {"network": 5, "crowd": 3, "mixed": 3}
"""Seconds with the network engine, a few minutes with the crowd; two give no interval to speak of."""
SEED = 1
PEAK_HOUR = "15:00"
PEOPLE = 3000


class Who(StrEnum):
    """Where the people of a drill come from."""

    LOAD = "load"
    NUMBER = "number"
    TIME = "time"
    LIVE = "live"


class Engine(StrEnum):
    """How people are moved."""

    NETWORK = "network"
    CROWD = "crowd"
    MIXED = "mixed"
    """The crowd engine on some levels, the network engine on the others."""


class Fields(StrEnum):
    """Fields of the form."""

    WHO = "drill-who"
    NUMBER = "drill-number"
    TIME = "drill-time"
    FIRE = "drill-fire"
    BLOCKED = "drill-blocked"
    STOPPED = "drill-stopped"
    STAFF = "drill-staff"
    ENGINE = "drill-engine"
    LEVELS = "drill-crowd-levels"
    MODE = "drill-mode"
    REPLICATIONS = "drill-replications"
    SEED = "drill-seed"


NUMBER_ROW = "drill-number-row"
TIME_ROW = "drill-time-row"
LEVELS_ROW = "drill-levels-row"
ENGINE_NOTE = "drill-engine-note"
STORY = "drill-story"
STORY_ROW = "drill-story-row"
REST = "drill-rest"
REST_WORDS = "drill-rest-words"
_HELD = frozenset(
    {
        "kind",
        "name",
        "people",
        "fire",
        "blocked",
        "stopped",
        "trained_staff",
        "engine",
        "crowd_levels",
        "mode",
        "replications",
        "seed",
    }
)
"""What of a scenario document the form holds."""


def _engine(values: Mapping[str, Any]) -> tuple[Engine, list[str]]:
    """The engine, and the levels of a mixed run."""
    engine = Engine(values[Fields.ENGINE] or Engine.NETWORK)
    levels = list(values[Fields.LEVELS] or ())
    if engine is Engine.MIXED and not levels:
        raise InputError(_("Mixed engines: choose the levels on which people walk as a crowd"))
    return engine, levels


def _people(values: Mapping[str, Any], live_people: Mapping[str, int] | None) -> Any:  # noqa: ANN401 - a part of a document
    """Who is inside, as the document says it; ``None``: the design load."""
    who = Who(values[Fields.WHO])
    people: Any = None
    if who is Who.NUMBER:
        if not values[Fields.NUMBER]:
            raise InputError(_("People: give a number"))
        people = int(values[Fields.NUMBER])
    elif who is Who.TIME:
        people = {"at": str(values[Fields.TIME])}
    elif who is Who.LIVE:
        people = {space: n for space, n in (live_people or {}).items() if n > 0}
        if not people:
            raise InputError(_("Nobody is inside now"))
    return people


def drill_question(
    values: Mapping[str, Any],
    *,
    live_people: Mapping[str, int] | None = None,
    rest: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The scenario document for the values of the form, by :class:`Fields`.

    ``live_people`` are the people by space id now; they are used where the form asks for the live state.
    ``rest`` are fields of the document that the form has no place for.

    Raises:
        InputError: if a figure that the choice needs is missing.
    """
    engine, levels = _engine(values)
    people = _people(values, live_people)
    question: dict[str, Any] = {
        **(rest or {}),
        "kind": "drill",
        "trained_staff": bool(values[Fields.STAFF]),
        "mode": str(values[Fields.MODE]),
        "engine": Engine.NETWORK.value if engine is Engine.NETWORK else Engine.CROWD.value,
        "replications": int(values[Fields.REPLICATIONS] or REPLICATIONS[engine]),
        "seed": int(values[Fields.SEED] or 0),
    }
    if engine is Engine.MIXED:
        question["crowd_levels"] = levels
    if people is not None:
        question["people"] = people
    if values[Fields.FIRE]:
        question["fire"] = values[Fields.FIRE]
    for name, field in (("blocked", Fields.BLOCKED), ("stopped", Fields.STOPPED)):
        if values[field]:
            question[name] = list(values[field])
    return question


def rest_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """What of a scenario document the form has no place for."""
    return {name: value for name, value in question.items() if name not in _HELD}


def form_values(question: Mapping[str, Any]) -> dict[Fields, Any]:
    """The values of the form that ask ``question``; the other way round than :func:`drill_question`."""
    people = question.get("people")
    values: dict[Fields, Any] = dict.fromkeys(Fields)
    who = Who.LOAD
    if isinstance(people, int):
        who, values[Fields.NUMBER] = Who.NUMBER, people
    elif isinstance(people, Mapping):
        who = Who.TIME if "at" in people else Who.LIVE
        values[Fields.TIME] = people.get("at")
    engine = engine_of(question)
    return values | {
        Fields.WHO: who.value,
        Fields.NUMBER: values[Fields.NUMBER] or PEOPLE,
        Fields.TIME: values[Fields.TIME] or PEAK_HOUR,
        Fields.FIRE: question.get("fire"),
        Fields.BLOCKED: list(question.get("blocked", ())),
        Fields.STOPPED: list(question.get("stopped", ())),
        Fields.STAFF: question.get("trained_staff", True),
        Fields.ENGINE: engine.value,
        Fields.LEVELS: list(question.get("crowd_levels", ())),
        Fields.MODE: question.get("mode") or mode_of(question.get("engine", "network")),
        Fields.REPLICATIONS: question.get("replications", REPLICATIONS[engine]),
        Fields.SEED: question.get("seed", SEED),
    }


def engine_of(question: Mapping[str, Any]) -> Engine:
    """The choice of the form that ``question``, or its answer, was asked with."""
    if question.get("crowd_levels"):
        return Engine.MIXED
    return Engine(question.get("engine") or Engine.NETWORK)


def rest_words(rest: Mapping[str, Any]) -> list[str]:
    """What a story asks beside the form, one line each."""
    words = {
        "pre_movement": _("people wait before they go: {value}"),
        "familiar_share": _("{value:.0%} leave by the way they came"),
        "escalators_run": _("escalators keep running"),
        "lifts": _("lifts are used"),
        "changes": _("ways that close or open meanwhile: {count}"),
        "fire_reach_m": _("smoke reaches {value:g} m"),
        "horizon_s": _("the run ends after {value:g} s"),
    }
    lines = []
    for name, value in rest.items():
        if value is False:
            continue
        count = len(value) if isinstance(value, list) else 0
        shown = _(str(value)) if isinstance(value, str) else value
        lines.append(words[name].format(value=shown, count=count) if name in words else f"{name}: {value}")
    return lines
