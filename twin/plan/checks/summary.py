"""What a plan holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from twin.plan.checks.facts import Facts
from twin.plan.checks.provenance_rules import guessed, provenance_counts
from twin.plan.model import ConnectorKind, Plan


def connector_links(plan: Plan) -> dict[str, int]:
    """Links between levels that follow one another, by kind of connector."""
    counts = Counter({str(kind): 0 for kind in ConnectorKind})
    for connector in plan.connectors:
        for lower, upper in pairwise(connector.stops):
            if lower.level_id in plan.level and upper.level_id in plan.level:
                rise = plan.level[upper.level_id].ordinal - plan.level[lower.level_id].ordinal
                counts[str(connector.kind)] += abs(rise) == 1
    return dict(counts)


def summary(facts: Facts) -> Mapping[str, object]:
    """The keys of the check document that describe the plan.

    ``largest_part_share`` is, for each level, the share of its circulation that lies in the largest
    connected part (:attr:`twin.plan.checks.facts.Facts.circulation_parts`). ``tenants`` counts units that
    can be let, let or vacant, and how many of them reach an exit.
    """
    plan = facts.plan
    shares = {}
    for level in plan.levels:
        areas = [facts.area(part) for part in facts.circulation_parts[level.id]]
        shares[_name(plan, level.id)] = round(areas[0] / sum(areas), 4) if areas and sum(areas) > 0 else 0.0
    floor = {_name(plan, level): round(shape.area, 1) for level, shape in facts.floor.items()}
    return {
        "levels": len(plan.levels),
        "level_names": [level.short_name for level in plan.levels],
        "spaces": dict(sorted(Counter(str(space.kind) for space in plan.spaces).items())),
        "openings": len(plan.openings),
        "connectors": connector_links(plan),
        "exits": len(plan.exits),
        "devices": len(plan.devices),
        "walkable_m2": round(sum(shape.area for shape in facts.floor.values()), 1),
        "walkable_m2_by_level": floor,
        "largest_part_share": shares,
        "tenants": {
            "total": len(facts.units),
            "reach_exit": sum(space.id in facts.reaching for space in facts.units),
            "let": len({tenant.space_id for tenant in plan.tenants}),
            "by_level": {
                _name(plan, level.id): {
                    "total": sum(space.level_id == level.id for space in facts.units),
                    "reach_exit": sum(
                        space.level_id == level.id and space.id in facts.reaching for space in facts.units
                    ),
                }
                for level in plan.levels
            },
        },
        "provenance": provenance_counts(plan),
        "guessed": guessed(plan),
    }


def _name(plan: Plan, level_id: str) -> str:
    """The short name of a level; with its id where two levels share one."""
    short = plan.level[level_id].short_name
    same = sum(level.short_name == short for level in plan.levels)
    return short if same == 1 else f"{short} ({level_id})"
