"""Checks: a good plan passes, and each rule finds what breaks it, and only that."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, affinity, box

from twin.plan import model as m
from twin.plan.checks import RULES, Severity, check

KEYS = {
    "levels",
    "spaces",
    "openings",
    "connectors",
    "exits",
    "walkable_m2",
    "largest_part_share",
    "tenants",
    "provenance",
    "violations",
}


def exchange(plan: m.Plan, features_: str, name: str, /, **values: object) -> m.Plan:
    """The plan with some values of one feature changed."""
    features = tuple(replace(x, **values) if x.id == name else x for x in getattr(plan, features_))
    assert features != getattr(plan, features_)
    return replace(plan, **{features_: features})


def add(plan: m.Plan, kind: str, feature: object) -> m.Plan:
    """The plan with one feature more."""
    return replace(plan, **{kind: (*getattr(plan, kind), feature)})


def shift(plan: m.Plan, level: str, dx: float) -> m.Plan:
    """The plan with the spaces of a level moved, as if it had been surveyed in another frame."""
    return replace(
        plan,
        spaces=tuple(
            replace(x, shape=affinity.translate(x.shape, dx)) if x.level_id == level else x
            for x in plan.spaces
        ),
    )


def with_lifts(plan: m.Plan) -> m.Plan:
    """The plan with two more lift shafts on each level."""
    shafts = tuple(
        m.Space(id=f"{at}-lift-{x}", level_id=at, kind=m.SpaceKind.LIFT, shape=box(x, 18, x + 2.5, 20.5))
        for at in ("L1", "L2")
        for x in (45, 50)
    )
    return replace(plan, spaces=plan.spaces + shafts)


def far_stub(plan: m.Plan) -> m.Plan:
    """The plan with a blind corridor of 40 m at the east end."""
    stub = m.Space(id="stub", level_id="L2", kind=m.SpaceKind.WALKWAY, shape=box(60, 14, 100, 16))
    join = m.Opening(
        id="join",
        level_id="L2",
        kind=m.OpeningKind.OPEN_FRONT,
        spaces=("L2-corridor", "stub"),
        line=LineString([(60, 14), (60, 16)]),
        width_m=2.0,
    )
    outline = tuple(replace(x, outline=box(0, 0, 100, 30)) for x in plan.levels)
    return replace(add(add(plan, "spaces", stub), "openings", join), levels=outline)


def scaled(plan: m.Plan) -> m.Plan:
    """Doors as wide as on a drawing in decimetres that was read as metres."""
    return replace(plan, openings=tuple(replace(x, width_m=10 * x.width_m) for x in plan.openings))


SHOP = m.Space(id="extra", level_id="L1", kind=m.SpaceKind.SHOP, shape=box(45, 20, 58, 29))
BROKEN: dict[str, tuple[Callable[[m.Plan], m.Plan], str]] = {
    "FeatureIdMustNotBeEmpty": (lambda p: add(p, "spaces", replace(SHOP, id=" ")), "two-storey"),
    "FeatureIdMustBeUnique": (lambda p: add(p, "spaces", replace(SHOP, id="west")), "west"),
    "ReferencedFeatureIdMustBeResolvable": (
        lambda p: exchange(p, "tenants", "tenant-11", space_id="gone"),
        "tenant-11",
    ),
    "FeatureMustBeOnTheLevelOfItsSpace": (lambda p: exchange(p, "exits", "west", level_id="L2"), "west"),
    "DeviceMustWatchAKnownFeature": (
        lambda p: exchange(p, "devices", "counter-west", watches="gone"),
        "counter-west",
    ),
    "GeometryMustBeValid": (
        lambda p: add(p, "spaces", replace(SHOP, shape=Polygon([(45, 20), (55, 28), (55, 20), (45, 28)]))),
        "extra",
    ),
    "PlanMustHaveWalkableSpace": (lambda p: replace(p, spaces=()), "two-storey"),
    "LevelMustHaveSpaces": (
        lambda p: add(p, "levels", replace(p.levels[1], id="L3", ordinal=2, elevation_m=10.0)),
        "L3",
    ),
    "LevelOrdinalsMustHaveNoGap": (lambda p: exchange(p, "levels", "L2", ordinal=2), "two-storey"),
    "LevelsMustRise": (lambda p: exchange(p, "levels", "L2", elevation_m=0.0), "L2"),
    "SpacesMustNotOverlap": (
        lambda p: exchange(p, "spaces", "L1-shop-1", shape=box(0, 0, 20, 12.1)),
        "L1-corridor",
    ),
    "SpacesMustNotBeDuplicates": (
        lambda p: add(p, "spaces", replace(p.space["L1-shop-1"], id="twin")),
        "twin",
    ),
    "SpaceMustNotBeASliver": (
        lambda p: add(p, "spaces", replace(SHOP, shape=box(45, 20, 55, 20.05))),
        "extra",
    ),
    "SpaceSizeMustBePlausible": (
        lambda p: add(p, "spaces", replace(SHOP, shape=box(45, 20, 45.6, 20.6))),
        "extra",
    ),
    "SpaceMustLieOnItsLevel": (lambda p: add(p, "spaces", replace(SHOP, shape=box(55, 20, 65, 29))), "extra"),
    "WidthMustBePositive": (lambda p: exchange(p, "exits", "east", width_m=0.0), "east"),
    "OpeningMustLieOnTheWall": (
        lambda p: exchange(p, "openings", "L1-shop-1-front", line=LineString([(9, 10), (11, 10)])),
        "L1-shop-1-front",
    ),
    "OpeningMustNotCrossASpace": (
        lambda p: exchange(p, "openings", "L1-shop-1-front", line=LineString([(10, 8), (10, 12)])),
        "L1-shop-1-front",
    ),
    "OpeningWidthMustBePlausible": (
        lambda p: exchange(p, "openings", "L1-shop-1-front", width_m=0.2),
        "L1-shop-1-front",
    ),
    "OpeningMustNotBeWiderThanItsLine": (lambda p: exchange(p, "exits", "east", width_m=3.0), "east"),
    "OpeningMustJoinTwoSpaces": (
        lambda p: exchange(p, "openings", "L1-shop-1-front", spaces=("L1-shop-1", "L1-shop-1")),
        "L1-shop-1-front",
    ),
    "OpeningMustLeadToWalkableSpace": (
        lambda p: exchange(p, "spaces", "L1-shop-1", kind=m.SpaceKind.VOID),
        "L1-shop-1-front",
    ),
    "OpeningMustJoinNeighbours": (
        lambda p: exchange(p, "spaces", "L1-shop-1", shape=box(0, 0, 20, 10)),
        "L1-shop-1-front",
    ),
    "ConnectorMustHaveTwoEnds": (
        lambda p: exchange(p, "connectors", "lift", stops=p.connector["lift"].stops[:1]),
        "lift",
    ),
    "ConnectorMustRise": (
        lambda p: exchange(p, "connectors", "up", stops=p.connector["up"].stops[::-1]),
        "up",
    ),
    "ConnectorStopsMustMeet": (
        lambda p: exchange(p, "spaces", "L2-lift", shape=box(50, 18, 52.5, 20.5)),
        "lift",
    ),
    "ConnectorStopMustLieInItsSpace": (
        lambda p: exchange(p, "spaces", "L2-lift", shape=box(50, 18, 52.5, 20.5)),
        "lift",
    ),
    "LevelFramesMustMatch": (lambda p: shift(with_lifts(p), "L2", 26.0), "L2"),
    "LevelMustHaveAWayOnFoot": (
        lambda p: replace(p, connectors=tuple(x for x in p.connectors if x.id == "lift")),
        "L2",
    ),
    "ScaleMustBePlausible": (scaled, "two-storey"),
    "PlanMustHaveExit": (lambda p: replace(p, exits=()), "two-storey"),
    "PublicSpaceMustReachExit": (lambda p: add(p, "spaces", SHOP), "extra"),
    "SpaceMustReachExit": (
        lambda p: add(p, "spaces", replace(SHOP, kind=m.SpaceKind.STORAGE, public=False)),
        "extra",
    ),
    "PublicSpaceMustReachExitOnFoot": (
        lambda p: replace(p, connectors=tuple(x for x in p.connectors if x.id == "lift")),
        "L2-shop-1",
    ),
    "PlanMustHaveEntrance": (lambda p: exchange(p, "exits", "west", emergency_only=True), "two-storey"),
    "ShopMustHaveOpening": (lambda p: exchange(p, "openings", "L1-shop-1-front", open=False), "L1-shop-1"),
    "CirculationMustBeInOnePart": (
        lambda p: add(p, "spaces", replace(SHOP, kind=m.SpaceKind.WALKWAY)),
        "L1",
    ),
    "EgressWidthMustSuffice": (
        lambda p: exchange(p, "spaces", "L1-shop-3", occupant_density=2.0),
        "L1-shop-3",
    ),
    "CrowdedSpaceMustHaveTwoWaysOut": (
        lambda p: exchange(p, "spaces", "L2-shop-1", occupant_density=0.5),
        "L2-shop-1",
    ),
    "WalkToSafetyMustBeShort": (lambda p: exchange(p, "exits", "east", open=False), "L1-shop-3"),
    "DeadEndMustBeShort": (far_stub, "stub"),
    "SpaceMustHaveOneTenant": (
        lambda p: exchange(p, "tenants", "tenant-11", space_id="L1-shop-2"),
        "L1-shop-2",
    ),
    "TenantMustLetAUnit": (
        lambda p: exchange(p, "tenants", "tenant-11", space_id="L1-corridor"),
        "tenant-11",
    ),
    "TenantHoursMustBePlausible": (lambda p: exchange(p, "tenants", "tenant-11", opens_h=23.0), "tenant-11"),
    "DeviceMustLieInItsSpace": (lambda p: exchange(p, "devices", "smoke-1", at=Point(30, 6)), "smoke-1"),
    "DeviceShouldHaveASpace": (lambda p: exchange(p, "devices", "smoke-1", space_id=""), "smoke-1"),
    "GuessedValues": (
        lambda p: exchange(p, "exits", "west", sources={"width_m": m.Provenance.GUESSED}),
        "two-storey",
    ),
    "DerivedValues": (
        lambda p: exchange(p, "exits", "west", sources={"line": m.Provenance.DERIVED}),
        "two-storey",
    ),
    "ImportNotes": (lambda p: replace(p, notes=("One level was shifted.",)), "two-storey"),
}


def small(plan: m.Plan) -> m.Plan:
    """The two-storey mall with so few people and such short ways that no rule is broken."""
    calm = tuple(replace(x, occupant_density=0.1) for x in plan.spaces)
    safe = tuple(replace(x, protected=x.id == "L2-east-stairs" or x.protected) for x in calm)
    extra = tuple(
        m.Space(id=f"{at}-east-stairs", level_id=at, kind=m.SpaceKind.STAIRS, shape=box(56, 18, 60, 24))
        for at in ("L1", "L2")
    )
    middle = tuple(
        m.Space(id=f"{at}-mid-stairs", level_id=at, kind=m.SpaceKind.STAIRS, shape=box(30, 18, 34, 24))
        for at in ("L1", "L2")
    )
    doors = tuple(
        m.Opening(
            id=f"{x.id}-door",
            level_id=x.level_id,
            kind=m.OpeningKind.FIRE_DOOR,
            spaces=(f"{x.level_id}-corridor", x.id),
            line=LineString([(x.shape.bounds[0] + 1, 18), (x.shape.bounds[0] + 2.5, 18)]),
            width_m=1.5,
        )
        for x in extra + middle
    )
    stairs = tuple(
        m.Connector(
            id=name,
            kind=m.ConnectorKind.STAIRS,
            stops=tuple(m.Stop(level_id=at, space_id=f"{at}-{name}", at=Point(x, 21)) for at in ("L1", "L2")),
            width_m=1.4,
            protected=True,
        )
        for name, x in (("east-stairs", 58), ("mid-stairs", 32))
    )
    return replace(
        plan,
        spaces=safe + extra + middle,
        openings=plan.openings + doors,
        connectors=plan.connectors + stairs,
    )


def test_a_good_plan_breaks_no_rule(two_storey_plan):
    """The calm two-storey mall has no finding at all."""
    assert [x.document() for x in check(small(two_storey_plan)).findings] == []


def test_every_rule_is_tried_here():
    """A new rule must join the table above, and names are unique and bilingual."""
    assert {rule.name for rule in RULES} == set(BROKEN)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.title.en and rule.title.zh for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_broken_plan_is_found(two_storey_plan, rule):
    """The rule names the feature that breaks it, with its severity and one line."""
    broken, feature = BROKEN[rule.name]
    plan = small(two_storey_plan) if rule.name != "WalkToSafetyMustBeShort" else two_storey_plan
    findings = [x for x in check(broken(plan)).findings if x.rule == rule.name]
    assert feature in {x.feature for x in findings}
    assert all(x.severity is rule.severity and x.message and "\n" not in x.message for x in findings)


def test_document_has_the_promised_keys(two_storey_plan):
    """The check document of the two-storey mall, counted by hand."""
    document = check(two_storey_plan).document()
    assert document.keys() >= KEYS
    assert document == json.loads(json.dumps(document))
    assert document["levels"] == 2
    assert document["spaces"]["shop"] == 4
    assert document["connectors"] == {"lift": 1, "stairs": 1, "escalator": 2, "ramp": 0}
    assert (document["openings"], document["exits"]) == (14, 2)
    assert document["walkable_m2"] == pytest.approx(2 * (360 + 720 + 24 + 48 + 6.25), abs=0.1)
    assert document["largest_part_share"] == {"L1": 1.0, "L2": 1.0}
    assert document["tenants"]["total"] == document["tenants"]["reach_exit"] == 6
    assert document["provenance"]["guessed"] == document["provenance"]["derived"] == 0
    assert document["plan_version"] == two_storey_plan.version


def test_vacant_units_count_as_tenants_total(two_storey_plan):
    """`tenants.total` counts units that can be let, whether somebody lets them or not."""
    tenants = check(replace(two_storey_plan, tenants=())).document()["tenants"]
    assert (tenants["total"], tenants["reach_exit"], tenants["let"]) == (6, 6, 0)


def test_provenance_counts_values(two_storey_plan):
    """One value more is guessed, one less given."""
    before = check(two_storey_plan).document()["provenance"]
    plan = exchange(two_storey_plan, "exits", "west", sources={"width_m": m.Provenance.GUESSED})
    document = check(plan).document()
    assert document["provenance"] == {**before, "guessed": 1, "given": before["given"] - 1}
    assert document["guessed"] == {"exit.width_m": ["west"]}


def test_a_skipped_level_is_no_link_between_consecutive_levels(two_storey_plan):
    """An express lift from ordinal 0 to 2 joins no consecutive levels."""
    plan = exchange(two_storey_plan, "levels", "L2", ordinal=2)
    assert check(plan).document()["connectors"]["lift"] == 0


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_is_broken_is_reported_and_not_raised(malls, data):
    """The check of a plan with lost references, empty shapes and strange numbers gives a document."""
    plan = data.draw(malls)
    harm = st.sampled_from(["reference", "shape", "level", "nan", "width", "double", "none"])
    for kind in data.draw(st.lists(harm, max_size=3)):
        first = plan.spaces[0] if plan.spaces else None
        match kind:
            case "reference":
                plan = replace(plan, openings=tuple(replace(x, spaces=("x", "y")) for x in plan.openings))
            case "shape" if first:
                plan = replace(plan, spaces=(replace(first, shape=Polygon()), *plan.spaces[1:]))
            case "level":
                plan = replace(plan, levels=plan.levels[1:])
            case "nan" if plan.openings:
                with np.errstate(invalid="ignore"):
                    lost = replace(plan.openings[0], line=LineString([(math.nan, 0), (1, 1)]))
                plan = replace(plan, openings=(lost, *plan.openings[1:]))
            case "width":
                plan = replace(plan, exits=tuple(replace(x, width_m=-1.0) for x in plan.exits))
            case "double":
                plan = replace(plan, spaces=plan.spaces * 2)
            case "none":
                plan = replace(plan, spaces=())
    document = check(plan).document()
    assert document.keys() >= KEYS
    json.dumps(document)


@pytest.mark.shared
def test_the_demo_mall_has_no_violation(demo_plan):
    """The mall that is shipped is sound: every public space reaches an exit, every level is in one part."""
    report = check(demo_plan)
    assert [x.document() for x in report.violations] == []
    document = report.document()
    assert document["tenants"]["reach_exit"] == document["tenants"]["total"] >= 120
    assert set(document["largest_part_share"].values()) == {1.0}
    assert not any(x.severity is Severity.VIOLATION for x in report.findings)
