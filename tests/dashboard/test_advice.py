"""What to avoid: what the fire closes, by the drill's own rule, and exits where people wait long."""

from __future__ import annotations

from dashboard.advice import LONG_WAIT_S, to_avoid
from twin.fire.place import FirePlace, effect_of
from twin.plan.model import Plan


def jam(source: str, wait_s: float) -> dict[str, object]:
    return {"source": source, "passed": 100, "waiting_people_s": 100 * wait_s}


def test_the_fire_closes_what_the_drill_closes(small_plan: Plan) -> None:
    """East of the building: the emergency exit leads out of the burning unit."""
    found = to_avoid(small_plan, {"space_id": "L1-s5", "drill": None})
    assert {one["id"] for one in found} == effect_of(small_plan, FirePlace(space_id="L1-s5")).closed
    assert "east" in {one["id"] for one in found}
    assert {one["why"] for one in found} == {"fire"}


def test_a_long_queue_is_avoided_and_a_short_one_is_not(small_plan: Plan) -> None:
    forecast = {
        "space_id": "",
        "drill": {"jams": [jam("main", LONG_WAIT_S + 1), jam("east", LONG_WAIT_S - 1), jam("", 900)]},
    }
    assert to_avoid(small_plan, forecast) == [{"id": "main", "kind": "exit", "why": "queue"}]


def test_without_a_place_nothing_is_said(small_plan: Plan) -> None:
    assert to_avoid(small_plan, {"space_id": "nowhere", "drill": None}) == []
