"""The what-if page without a browser: its changes fit the plan, and its answer says how sure it is."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.changed_plans import KEPT, ChangedPlans
from dashboard.stories import stories_for
from dashboard.viewer import Viewer, set_viewer
from dashboard.whatif_edits import (
    ACTIONS,
    actions_for,
    choices,
    edit_marks,
    edit_words,
    scenario_kind,
    thing_words,
    tried,
)
from dashboard.whatif_view import MAP_BOUNDS, Shown, drawn_on_plan, thin
from twin.errors import EditError
from twin.plan.model import LETTABLE, ConnectorKind, Plan, SpaceKind


def selectable(plan: Plan, action: str) -> tuple[str, str]:
    """Something of ``plan`` that ``action`` is offered for."""
    things = [("space", one) for one in plan.space if one in plan.tenant_of]
    vacant = [s.id for s in plan.spaces if s.kind in LETTABLE and s.id not in plan.tenant_of]
    things += [("space", one) for one in vacant]
    walks = [s for s in plan.spaces if s.kind is SpaceKind.WALKWAY and s.public]
    things += [("space", s.id) for s in sorted(walks, key=lambda s: -s.shape.area)]
    things += [("exit", one) for one in plan.exit]
    things += [("connector", one) for one in plan.connector]
    return next((kind, name) for kind, name in things if ACTIONS[action] in actions_for(plan, kind, name))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_makes_an_edit_that_the_plan_takes(demo_plan: Plan, action: str) -> None:
    """Also said in both languages, and marked on the plan."""
    _kind, name = selectable(demo_plan, action)
    needs = ACTIONS[action].needs
    value: Any = 2.4 if needs == "width" else None
    if needs in {"category", "tenant", "unit"}:
        options = choices(demo_plan, needs, name)
        assert options
        value = options[0]["value"]
    edit = ACTIONS[action].make(demo_plan, name, value)
    changed = tried(demo_plan, [edit])
    assert changed.version != demo_plan.version
    english = edit_words(demo_plan, edit)
    set_viewer(Viewer(language="zh"))
    assert edit_words(demo_plan, edit) != english
    assert edit_marks(demo_plan, changed, [edit])


def test_a_second_kiosk_stands_beside_the_first(demo_plan: Plan) -> None:
    """Changes are made on the plan as it stands after those before."""
    _kind, name = selectable(demo_plan, "kiosk")
    plans, edits = ChangedPlans(), []
    for _ in range(2):
        now = plans.changed(demo_plan, edits)
        edits.append(ACTIONS["kiosk"].make(now, name, "cafe"))
    changed = plans.changed(demo_plan, edits)
    assert len(changed.spaces) == len(demo_plan.spaces) + 2


def test_a_change_that_does_not_fit_says_why(demo_plan: Plan) -> None:
    with pytest.raises(EditError, match="no-such-exit"):
        tried(demo_plan, [{"edit": "close_exit", "id": "no-such-exit"}])
    with pytest.raises(EditError, match="no change"):
        tried(demo_plan, [])


def test_stairs_are_never_offered_to_be_let(demo_plan: Plan) -> None:
    for space in demo_plan.spaces:
        offered = {action.id for action in actions_for(demo_plan, "space", space.id)}
        assert not offered or space.walkable
        if space.kind not in LETTABLE:
            assert not offered & {"relet", "swap", "move", "vacate"}
    stairs = next(c.id for c in demo_plan.connectors if c.kind is ConnectorKind.STAIRS)
    assert "stop" not in {action.id for action in actions_for(demo_plan, "connector", stairs)}
    assert actions_for(demo_plan, "exit", "moon") == []


def test_leases_are_a_tenant_mix_and_walls_a_layout() -> None:
    assert scenario_kind([{"edit": "relet"}, {"edit": "vacate"}]) == "tenant_mix"
    assert scenario_kind([{"edit": "relet"}, {"edit": "close_exit"}]) == "layout"


def test_every_shipped_change_can_be_said_and_drawn(demo_plan: Plan) -> None:
    stories = stories_for(demo_plan, ("layout", "tenant_mix"))
    assert len(stories) >= 4
    for story in stories:
        edits = story.question["edits"]
        assert scenario_kind(edits) == story.kind
        for edit in edits:
            assert edit_words(demo_plan, edit)
        places = edit_marks(demo_plan, tried(demo_plan, edits), edits)
        assert {mark["of"] for mark in places} <= {"space", "exit", "connector", "opening"}


def test_changed_plans_are_kept_for_a_while(two_storey_plan: Plan) -> None:
    plans = ChangedPlans()
    edit = {"edit": "set_width", "id": "west", "width_m": 2.0}
    first = plans.keep(two_storey_plan, [edit])
    assert plans.get(first) is not None
    assert plans.keep(two_storey_plan, [edit]) == first
    for step in range(KEPT):
        plans.keep(two_storey_plan, [edit | {"width_m": 1.0 + 0.03 * step}])
    assert plans.get(first) is None
    assert plans.changed(two_storey_plan, []) is two_storey_plan


def test_things_are_said_by_their_names(two_storey_plan: Plan) -> None:
    assert thing_words(two_storey_plan, "space", "L1-shop-2") == "L1 · Tenant 12"
    assert thing_words(two_storey_plan, "exit", "west") == "L1 · West entrance"
    closed = {"edit": "close_opening", "id": "L1-shop-1-front"}
    assert edit_words(two_storey_plan, closed) == "L1 · Tenant 11 → L1-corridor: closed"


@pytest.mark.parametrize(
    ("size", "value", "words"),
    [
        (42_378.0, -1419.4, "−1\u2009419"),
        (4_766_527.0, -569_715.0, "−570"),
        (86.6, 0.123, "+0.1"),
        (2.34, -0.019, "−0.02"),
        (0.0, 0.0, "+0.00"),
    ],
)
def test_figures_have_the_digits_they_deserve(size: float, value: float, words: str) -> None:
    assert Shown(size).words(value, signed=True) == words


def test_no_figure_is_a_dash() -> None:
    assert thin(None) == "–"
    assert Shown(5.0).words(None) == "–"


def a_change(relative: float | None, *, detectable: bool) -> dict[str, Any]:
    verdict = {"en": "no detectable change", "zh": "无可检测变化"}
    return {"relative": relative, "detectable": detectable, "verdict": verdict}


def test_the_map_paints_only_what_can_be_told_from_no_change() -> None:
    rows = [
        {"id": "up", "footfall": a_change(0.31, detectable=True)},
        {"id": "noise", "footfall": a_change(0.31, detectable=False)},
        {"id": "new", "footfall": a_change(None, detectable=True)},
    ]
    drawn = drawn_on_plan({"spaces": rows}, url="/x", marks=[])
    colours = drawn["scale"]["colours"]
    assert len(colours) == len(drawn["scale"]["labels"]) == len(MAP_BOUNDS) + 1
    step = {name: sum(one["v"] >= bound for bound in MAP_BOUNDS) for name, one in drawn["values"].items()}
    assert colours[step["noise"]] == "rgba(0,0,0,0)"
    assert step["up"] == len(MAP_BOUNDS)
    assert "new" not in drawn["values"]
    assert drawn["url"] == "/x"
