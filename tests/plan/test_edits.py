"""Edits: a new plan each time, the old one untouched, only what was asked for changed."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from twin.errors import EditError
from twin.plan import edits as e
from twin.plan import model as m
from twin.plan.checks import Severity, check
from twin.plan.zones import zones_of

NEWCOMER = m.Tenant(
    id="newcomer",
    space_id="",
    name=m.Label(en="Newcomer", zh="新店"),
    category="toys",
    rent_per_m2_month=250.0,
    sources={"rent_per_m2_month": m.Provenance.GUESSED},
)
EVERY_EDIT = (
    e.CloseOpening("L1-shop-1-front"),
    e.CloseExit("west"),
    e.CloseConnector("lift"),
    e.CloseSpace("L1-shop-2"),
    e.Reopen("east"),
    e.StopEscalator("up"),
    e.SetWidth("east", 3.5),
    e.MoveTenant("tenant-11", "L1-shop-1"),
    e.SwapTenants("tenant-11", "tenant-23"),
    e.Relet("L2-shop-1", NEWCOMER),
    e.Vacate("L2-shop-2"),
    e.AddKiosk("kiosk", "L1", box(30, 14, 33, 16), NEWCOMER),
    e.SplitSpace("L2-shop-2", LineString([(30, -1), (30, 13)]), (m.Label(en="A", zh="甲"), m.Label(en="B"))),
    e.MoveSpaceFront("L1-shop-1-front", 1.0),
)


def features(plan):
    """Every feature of a plan by kind and id."""
    kinds = ("levels", "spaces", "openings", "exits", "connectors", "devices", "tenants")
    return {(kind, x.id): x for kind in kinds for x in getattr(plan, kind)}


def changed(before, after):
    """Kinds and ids of the features that differ."""
    a, b = features(before), features(after)
    return {key for key in a.keys() | b.keys() if a.get(key) != b.get(key)}


def test_every_kind_of_edit_is_tried_here():
    """A new kind of edit must join the list above."""
    assert {type(edit) for edit in EVERY_EDIT} == set(e.EDITS.values())


@pytest.mark.parametrize("edit", EVERY_EDIT, ids=lambda edit: type(edit).__name__)
def test_an_edit_survives_its_document(edit):
    """Written as JSON and read back, an edit is the same."""
    assert e.edit_from(json.loads(json.dumps(edit.document()))) == edit


@pytest.mark.parametrize("edit", EVERY_EDIT, ids=lambda edit: type(edit).__name__)
def test_an_edit_leaves_the_old_plan_and_breaks_no_rule(two_storey_plan, edit):
    """The old plan keeps its content; the new one differs, and passes the check but for what was shut."""
    before = features(two_storey_plan)
    new = e.apply(two_storey_plan, [edit])
    assert features(two_storey_plan) == before
    same = isinstance(edit, e.Reopen | e.MoveTenant)  # it is open, and lives there, already
    assert (changed(two_storey_plan, new) == set()) == same
    shut = {"L1-shop-1", "L1-shop-2"} if isinstance(edit, e.CloseOpening | e.CloseSpace) else set()
    assert {x.feature for x in check(new).violations} <= shut
    assert zones_of(new).plan_version == new.version
    assert (new.version == two_storey_plan.version) == same


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_closing_an_opening_changes_that_opening_only(malls, data):
    """Nothing else changes, and opening it again gives the old content back."""
    plan = data.draw(malls)
    if not plan.openings:
        return
    opening = data.draw(st.sampled_from(plan.openings))
    shut = e.apply(plan, [e.CloseOpening(opening.id)])
    assert changed(plan, shut) == ({("openings", opening.id)} if opening.open else set())
    again = e.apply(shut, [e.Reopen(opening.id)])
    assert (again.version == plan.version) == opening.open


def test_closing_a_space_shuts_all_that_leads_into_it(two_storey_plan):
    """All openings and exits of the corridor, and nothing else."""
    new = e.apply(two_storey_plan, [e.CloseSpace("L1-corridor")])
    shut = {("openings", x.id) for x in two_storey_plan.openings if "L1-corridor" in x.spaces}
    assert changed(two_storey_plan, new) == shut | {("exits", "west"), ("exits", "east")}
    assert not any(new.opening[name].open for kind, name in shut if kind == "openings")


@pytest.mark.parametrize(
    ("edit", "touched"),
    [
        (e.SwapTenants("tenant-11", "tenant-23"), {"tenant-11", "tenant-23"}),
        (e.Relet("L2-shop-1", NEWCOMER), {"tenant-21", "newcomer"}),
        (e.Vacate("L2-shop-1"), {"tenant-21"}),
    ],
)
def test_letting_touches_tenants_only(two_storey_plan, edit, touched):
    """Spaces and openings stay the same objects."""
    new = e.apply(two_storey_plan, [edit])
    assert changed(two_storey_plan, new) == {("tenants", name) for name in touched}
    assert new.spaces is two_storey_plan.spaces
    assert new.openings is two_storey_plan.openings


def test_swapping_twice_and_moving_there_and_back_is_nothing(two_storey_plan):
    """A swap is its own opposite; a move needs a vacant unit."""
    swap = e.SwapTenants("tenant-11", "tenant-22")
    assert e.apply(two_storey_plan, [swap, swap]).version == two_storey_plan.version
    moved = e.apply(two_storey_plan, [e.Vacate("L2-shop-3"), e.MoveTenant("tenant-11", "L2-shop-3")])
    assert moved.tenant_of["L2-shop-3"].id == "tenant-11"
    assert "L1-shop-1" not in moved.tenant_of


def test_a_kiosk_takes_its_floor_from_the_walkway(two_storey_plan):
    """Floor is conserved, the front lies between kiosk and walkway, and people can get to it."""
    plan = replace(
        two_storey_plan,
        devices=(
            *two_storey_plan.devices,
            m.Device(
                id="inside",
                kind=m.DeviceKind.CAMERA,
                level_id="L1",
                at=Point(31, 15),
                space_id="L1-corridor",
            ),
        ),
    )
    new = e.apply(plan, [e.AddKiosk("kiosk", "L1", box(30, 14, 33, 16), NEWCOMER)])
    assert new.space["L1-corridor"].shape.area == pytest.approx(360 - 6)
    front = new.opening["kiosk-front"]
    assert front.width_m == pytest.approx(3.0)
    assert front.spaces == ("kiosk", "L1-corridor")
    assert new.tenant_of["kiosk"].id == "newcomer"
    assert new.device["inside"].space_id == "kiosk"
    assert check(new).document()["tenants"]["reach_exit"] == 7


def test_splitting_a_unit_gives_each_part_its_share_of_the_front(two_storey_plan):
    """An open front is shared out; a door stays whole, and the other part gets a derived front."""
    line = LineString([(28, -1), (28, 13)])
    names = (m.Label(en="Large"), m.Label(en="Small"))
    new = e.apply(two_storey_plan, [e.SplitSpace("L1-shop-2", line, names)])
    large, small = new.space["L1-shop-2:1"], new.space["L1-shop-2:2"]
    assert (large.shape.area, small.shape.area) == pytest.approx((144, 96))
    widths = {x.spaces[0]: x.width_m for x in new.openings if x.spaces[0].startswith("L1-shop-2")}
    assert widths == pytest.approx({"L1-shop-2:1": 6.0, "L1-shop-2:2": 2.0}, rel=0.03)
    assert sum(widths.values()) == pytest.approx(8.0)
    assert new.tenant["tenant-12"].space_id == "L1-shop-2:1"
    door = e.apply(two_storey_plan, [e.SplitSpace("L1-shop-1", LineString([(6, -1), (6, 13)]), names)])
    assert door.opening["L1-shop-1-front"].spaces == ("L1-shop-1:1", "L1-corridor")
    derived = door.opening["L1-shop-1:2-front"]
    assert derived.width_m == pytest.approx(6.0, rel=0.02)
    assert derived.sources["width_m"] is m.Provenance.DERIVED


def test_moving_a_front_moves_floor_from_one_space_to_the_other(two_storey_plan):
    """A door of 2 m moved by 1 m takes 2 m², and gives them back when it moves back."""
    out = e.apply(two_storey_plan, [e.MoveSpaceFront("L1-shop-1-front", 1.0)])
    assert out.space["L1-shop-1"].shape.area == pytest.approx(242, abs=0.01)
    assert out.space["L1-corridor"].shape.area == pytest.approx(358, abs=0.01)
    back = e.apply(out, [e.MoveSpaceFront("L1-shop-1-front", -1.0)])
    assert back.space["L1-shop-1"].shape.area == pytest.approx(240, abs=0.01)
    assert back.opening["L1-shop-1-front"].line.distance(LineString([(9, 12), (11, 12)])) < 0.01


def test_a_wider_opening_is_drawn_wider(two_storey_plan):
    """The line grows to both sides, and the new width is given."""
    new = e.apply(two_storey_plan, [e.SetWidth("L1-shop-3-front", 3.0), e.SetWidth("stairs", 2.0)])
    front = new.opening["L1-shop-3-front"]
    assert front.line.length == pytest.approx(3.0)
    assert front.line.interpolate(0.5, normalized=True).distance(Point(50, 12)) < 1e-9
    assert new.connector["stairs"].width_m == 2.0


KIOSK = box(30, 14, 33, 16)
NAMES = (m.Label(en="A"), m.Label(en="B"))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (e.CloseOpening("west"), "opening 'west': the plan has none"),
        (e.CloseExit("nowhere"), "exit 'nowhere': the plan has none"),
        (e.StopEscalator("lift"), "only an escalator"),
        (e.SetWidth("west", 0.0), "positive"),
        (e.SetWidth("west", float("nan")), "positive"),
        (e.SetWidth("L1-lift-door", 9.0), "does not fit"),
        (e.SetWidth("L1-corridor", 2.0), "no opening, exit or connector"),
        (e.MoveTenant("tenant-11", "L1-shop-2"), "is let to 'tenant-12'"),
        (e.MoveTenant("tenant-11", "L1-corridor"), "cannot be let"),
        (e.Relet("L1-shop-1", replace(NEWCOMER, id="tenant-12")), "already lets"),
        (e.Relet("L1-shop-9", NEWCOMER), "space 'L1-shop-9': the plan has none"),
        (e.AddKiosk("L1-shop-1", "L1", KIOSK), "already has one"),
        (e.AddKiosk("k", "L9", KIOSK), "level 'L9'"),
        (e.AddKiosk("k", "L1", box(30, 5, 33, 16)), "no public floor"),
        (e.AddKiosk("k", "L1", box(44, 12, 46, 18)), "pieces of floor"),
        (e.AddKiosk("k", "L1", box(9, 12, 11, 14)), "would block 'L1-shop-1-front'"),
        (e.SplitSpace("L1-shop-1", LineString([(-5, -5), (-5, 20)]), NAMES), "cut it in two"),
        (e.SplitSpace("L1-corridor", LineString([(5, 0), (5, 20)]), NAMES), "cannot be let"),
        (e.SplitSpace("L1-shop-1", LineString([(-1, 6), (21, 6)]), NAMES), "no wall where it could open"),
        (e.MoveSpaceFront("L1-shop-1-front", 0.0), "other than 0"),
        (e.MoveSpaceFront("L1-shop-1-front", 6.0), "does not fit"),
        (e.MoveSpaceFront("L1-stairs-door", 0.5), "cannot be let"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_in_one_line(two_storey_plan, edit, message):
    """The message names the thing and the rule."""
    with pytest.raises(EditError, match=message) as caught:
        e.apply(two_storey_plan, [edit])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"edit": "blow_up", "id": "west"}, "not known"),
        ({"id": "west"}, "not known"),
        ({"edit": "close_exit"}, "'id' is missing"),
        ({"edit": "close_exit", "id": 4}, "must be a text"),
        ({"edit": "close_exit", "id": "west", "why": "x"}, "'why' is not one of its keys"),
        ({"edit": "set_width", "id": "west", "width_m": "wide"}, "must be a number"),
        ({"edit": "set_width", "id": "west", "width_m": True}, "must be a number"),
        ({"edit": "add_kiosk", "id": "k", "level_id": "L1", "shape": [[0, 0], [1, 1]]}, "at least 3 places"),
        (
            {"edit": "add_kiosk", "id": "k", "level_id": "L1", "shape": [[0, 0], [1, 1], [1, 0], [0, 1]]},
            "does not cross itself",
        ),
        ({"edit": "relet", "space_id": "a", "tenant": {"id": "t"}}, "'name' is missing"),
        ({"edit": "split_space", "id": "a", "line": [[0, 0], [1, 1]], "names": ["A"]}, "list of 2"),
        ([], "must be a mapping"),
    ],
)
def test_an_ill_formed_document_is_refused(document, message):
    """Unknown names, missing keys and wrong kinds of value are each one clear line."""
    with pytest.raises(EditError, match=message):
        e.edit_from(document)


def test_documents_may_be_short():
    """A plain text is a name, a GeoJSON geometry is a shape, and defaults may be left out."""
    document = {
        "edit": "add_kiosk",
        "id": "k",
        "level_id": "L1",
        "shape": {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 0]]]},
        "name": "Juice",
    }
    edit = e.edit_from(document)
    assert edit == e.AddKiosk("k", "L1", Polygon([(0, 0), (2, 0), (2, 2)]), None, m.Label(en="Juice"))
    assert dataclasses.is_dataclass(edit)


def test_the_number_of_a_bad_edit_is_named(two_storey_plan):
    """Of several edits the message says which one did not fit."""
    with pytest.raises(EditError, match="edit 2 of 2"):
        e.apply(two_storey_plan, [e.CloseExit("west"), e.CloseExit("nowhere")])


def test_a_shop_that_is_shut_is_a_violation(two_storey_plan):
    """The check sees what an edit did."""
    report = check(e.apply(two_storey_plan, [e.CloseSpace("L1-shop-1")]))
    found = {(x.rule, x.feature): x.severity for x in report.findings}
    assert found["PublicSpaceMustReachExit", "L1-shop-1"] is Severity.VIOLATION
    assert ("ShopMustHaveOpening", "L1-shop-1") in found
