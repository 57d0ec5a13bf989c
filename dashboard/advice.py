"""What a forecast says to avoid: ways out that the fire closes, and those where people would wait long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.errors import InputError
from twin.fire.place import FirePlace, effect_of
from twin.plan.model import Plan

LONG_WAIT_S = 120.0
"""Mean wait of those who pass a jam, from which on other exits should be used. An assumption."""


def to_avoid(plan: Plan, forecast: Mapping[str, Any]) -> list[dict[str, str]]:
    """Ways that people should not be sent to: ``{"id", "kind": exit|connector, "why": fire|queue}``.

    Those that the fire closes are known before the drill is; the rule is the drill's own
    (:func:`twin.fire.place.effect_of`).
    """
    found: dict[str, dict[str, str]] = {}
    space_id = str(forecast.get("space_id") or "")
    if space_id in plan.space:
        try:
            closed = effect_of(plan, FirePlace(space_id=space_id)).closed
        except InputError:
            closed = frozenset()
        for way in sorted(closed):
            found[way] = {"id": way, "kind": "exit" if way in plan.exit else "connector", "why": "fire"}
    drill = forecast.get("drill") or {}
    for jam in drill.get("jams", ()):
        way, passed = jam["source"], jam["passed"]
        if (
            way in plan.exit
            and way not in found
            and passed
            and jam["waiting_people_s"] / passed > LONG_WAIT_S
        ):
            found[way] = {"id": way, "kind": "exit", "why": "queue"}
    return list(found.values())
