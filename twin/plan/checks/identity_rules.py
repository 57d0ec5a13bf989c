"""Rules on ids and references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import Plan


def _ids(plan: Plan) -> Iterator[tuple[str, str]]:
    """The kind and id of every feature."""
    for kind in ("levels", "spaces", "openings", "exits", "connectors", "devices", "tenants"):
        for feature in getattr(plan, kind):
            yield kind, feature.id


def _empty(facts: Facts) -> Found:
    for kind, name in _ids(facts.plan):
        if not name.strip():
            yield facts.plan.id, f"one of the {kind} has an empty id"


def _repeated(facts: Facts) -> Found:
    for name, times in Counter(name for _, name in _ids(facts.plan)).items():
        if times > 1:
            kinds = sorted({kind for kind, own in _ids(facts.plan) if own == name})
            yield name, f"the id is used {times} times ({', '.join(kinds)})"


def _references(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Feature, what it refers to, and the id it gives, for each reference that must hold."""
    for space in plan.spaces:
        yield space.id, "level", space.level_id
    for opening in plan.openings:
        yield opening.id, "level", opening.level_id
        for name in opening.spaces:
            yield opening.id, "space", name
    for way_out in plan.exits:
        yield way_out.id, "level", way_out.level_id
        yield way_out.id, "space", way_out.space_id
    for connector in plan.connectors:
        for stop in connector.stops:
            yield connector.id, "level", stop.level_id
            yield connector.id, "space", stop.space_id
    for device in plan.devices:
        yield device.id, "level", device.level_id
        if device.space_id:
            yield device.id, "space", device.space_id
    for tenant in plan.tenants:
        yield tenant.id, "space", tenant.space_id


def _unresolved(facts: Facts) -> Found:
    known = {"level": facts.plan.level, "space": facts.plan.space}
    for feature, kind, name in _references(facts.plan):
        if name not in known[kind]:
            yield feature, f"refers to {kind} {name!r}, which the plan does not have"


def _levels_differ(facts: Facts) -> Found:
    plan = facts.plan
    pairs = [(x.id, x.level_id, name) for x in plan.openings for name in x.spaces]
    pairs += [(x.id, x.level_id, x.space_id) for x in plan.exits]
    pairs += [(x.id, stop.level_id, stop.space_id) for x in plan.connectors for stop in x.stops]
    pairs += [(x.id, x.level_id, x.space_id) for x in plan.devices]
    for feature, level, name in pairs:
        if name in plan.space and plan.space[name].level_id != level:
            yield (
                feature,
                f"is on level {level!r}, but its space {name!r} is on {plan.space[name].level_id!r}",
            )


def _watches(facts: Facts) -> Found:
    plan = facts.plan
    known = {name for _, name in _ids(plan)}
    for device in plan.devices:
        if device.watches and device.watches not in known:
            yield device.id, f"watches {device.watches!r}, which the plan does not have"


RULES = (
    rule(
        "FeatureIdMustNotBeEmpty", Severity.VIOLATION, "Every feature has an id", "每个要素都有编号", _empty
    ),
    rule(
        "FeatureIdMustBeUnique", Severity.VIOLATION, "No two features share an id", "编号不得重复", _repeated
    ),
    rule(
        "ReferencedFeatureIdMustBeResolvable",
        Severity.VIOLATION,
        "What a feature refers to is there",
        "被引用的要素必须存在",
        _unresolved,
    ),
    rule(
        "FeatureMustBeOnTheLevelOfItsSpace",
        Severity.VIOLATION,
        "A feature is on the level of its space",
        "要素与所属空间在同一楼层",
        _levels_differ,
    ),
    rule(
        "DeviceMustWatchAKnownFeature",
        Severity.WARNING,
        "A device watches something that is there",
        "设备监测的对象必须存在",
        _watches,
    ),
)
