"""What is compared between two plans: mall figures, tenants, spaces, and money that moves between tenants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.pairs import Pair, difference_document
from scenarios.rent import monthly_rent, occupancy_cost_ratio
from twin.plan.model import Plan, Tenant
from twin.world.statistics import Difference, paired_many
from twin.world.trading_day import DayRun
from twin.world.trading_day_places import places_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a day of the whole mall."""

    id: str
    en: str
    zh: str
    unit: str
    value: Callable[[DayRun], float]


def _people_stay(day: DayRun) -> float:
    return float(day.stay_min.mean()) if day.stay_min.size else 0.0


FIGURES = (
    Figure(id="visits", en="Visits", zh="客流", unit="people/day", value=lambda d: float(d.visits)),
    Figure(
        id="store_visits",
        en="Visits to tenants",
        zh="进店人次",
        unit="people/day",
        value=lambda d: float(d.tenant_visits.sum()),
    ),
    Figure(id="sales", en="Sales", zh="销售额", unit="CNY/day", value=lambda d: float(d.tenant_sales.sum())),
    Figure(
        id="stores_per_visit",
        en="Tenants visited a visit",
        zh="人均进店数",
        unit="1",
        value=lambda d: float(d.tenant_visits.sum()) / max(d.visits, 1),
    ),
    Figure(
        id="spend_per_visit",
        en="Spend a visit",
        zh="客单消费",
        unit="CNY",
        value=lambda d: float(d.tenant_sales.sum()) / max(d.visits, 1),
    ),
    Figure(id="stay", en="Mean stay", zh="平均停留", unit="min", value=_people_stay),
    Figure(
        id="peak_inside",
        en="Most people inside",
        zh="场内峰值人数",
        unit="people",
        value=lambda d: float(d.peak_inside),
    ),
    Figure(
        id="turned_away",
        en="Turned away for want of a seat",
        zh="因满座离开",
        unit="people/day",
        value=lambda d: float(d.tenant_turned_away.sum()),
    ),
)


def mall_figures(
    pairs: Sequence[Pair], rents: Mapping[str, tuple[Floats, Floats]]
) -> list[dict[str, object]]:
    """Differences of the figures of the whole mall, with the monthly rent last.

    Benjamini and Hochberg's rule runs over them together.
    """
    base = [np.array([figure.value(pair.base) for pair in pairs]) for figure in FIGURES]
    changed = [np.array([figure.value(pair.changed) for pair in pairs]) for figure in FIGURES]
    heads = [(figure.id, figure.en, figure.zh, figure.unit) for figure in FIGURES]
    heads.append(("rent", "Rent", "租金收入", "CNY/month"))
    base.append(_total([rent for rent, _ in rents.values()], len(pairs)))
    changed.append(_total([rent for _, rent in rents.values()], len(pairs)))
    found = paired_many(base, changed, units=[unit for *_, unit in heads])
    return [
        {"id": head[0], "name": {"en": head[1], "zh": head[2]}, **difference_document(one)}
        for head, one in zip(heads, found, strict=True)
    ]


def _total(rows: Sequence[Floats], count: int) -> Floats:
    total: Floats = np.round(np.sum(rows, axis=0), 2) if rows else np.zeros(count)
    return total


def by_tenant(days: Sequence[DayRun], value: Callable[[DayRun], NDArray[np.generic]]) -> dict[str, Floats]:
    """A figure by tenant id: one value a replication."""
    table = np.array([value(day) for day in days], dtype=np.float64)
    return {name: table[:, j] for j, name in enumerate(days[0].tenant_ids)}


def tenant_rents(
    plans: tuple[Plan, Plan], pairs: Sequence[Pair], *, weekday: int
) -> dict[str, tuple[Floats, Floats]]:
    """Monthly rent by tenant id, before and after, from days of ``weekday``; 0 where it is not a tenant."""
    sides: list[dict[str, Floats]] = []
    for plan, days in zip(plans, ([p.base for p in pairs], [p.changed for p in pairs]), strict=True):
        sales = by_tenant(days, lambda day: day.tenant_sales)
        tenants = places_of(plan).tenants
        sides.append({one.id: monthly_rent(one, plan, sales[one.id], weekday=weekday) for one in tenants})
    none = np.zeros(len(pairs))
    return {name: (sides[0].get(name, none), sides[1].get(name, none)) for name in {**sides[0], **sides[1]}}


TENANT_FIGURES: tuple[tuple[str, str, Callable[[DayRun], NDArray[np.generic]]], ...] = (
    ("visits", "people/day", lambda day: day.tenant_visits),
    ("passers", "people/day", lambda day: day.tenant_passers),
    ("sales", "CNY/day", lambda day: day.tenant_sales),
    ("purchases", "groups/day", lambda day: day.tenant_purchases),
)


def tenant_rows(
    plans: tuple[Plan, Plan],
    pairs: Sequence[Pair],
    rents: Mapping[str, tuple[Floats, Floats]],
    *,
    weekday: int,
) -> list[dict[str, object]]:
    """Differences by tenant of either plan; the rule of false discoveries runs over each figure's column.

    A tenant that is in one plan only has 0 in the other.
    """
    base, changed = [pair.base for pair in pairs], [pair.changed for pair in pairs]
    tenants = [{one.id: one for one in places_of(plan).tenants} for plan in plans]
    names = sorted({*tenants[0], *tenants[1]})
    none = np.zeros(len(pairs))
    columns: dict[str, dict[str, Difference]] = {}
    for key, unit, value in TENANT_FIGURES:
        sides = by_tenant(base, value), by_tenant(changed, value)
        columns[key] = _compared(
            names, [sides[0].get(n, none) for n in names], [sides[1].get(n, none) for n in names], unit
        )
    dwell = [
        {
            name: np.nan_to_num(row) / 60.0
            for name, row in by_tenant(days, lambda day: day.tenant_dwell_s).items()
        }
        for days in (base, changed)
    ]
    columns["dwell"] = _compared(
        names, [dwell[0].get(n, none) for n in names], [dwell[1].get(n, none) for n in names], "min"
    )
    columns["rent"] = _compared(
        names, [rents[n][0] for n in names], [rents[n][1] for n in names], "CNY/month"
    )
    rows = []
    for name in names:
        there = tenants[0].get(name), tenants[1].get(name)
        sales = columns["sales"][name]
        rows.append(
            {
                **_tenant_head(there, plans),
                **{key: difference_document(column[name]) for key, column in columns.items()},
                "occupancy_cost_ratio": {
                    side: occupancy_cost_ratio(float(rent.mean()), estimate_mean, weekday=weekday)
                    for side, rent, estimate_mean in (
                        ("base", rents[name][0], sales.base.mean),
                        ("changed", rents[name][1], sales.changed.mean),
                    )
                },
                "cannibalised": _lost_share(columns["visits"][name]),
            }
        )
    return rows


def _compared(
    names: Sequence[str], base: Sequence[Floats], changed: Sequence[Floats], unit: str
) -> dict[str, Difference]:
    found = paired_many(base, changed, units=[unit] * len(names))
    return dict(zip(names, found, strict=True))


def _lost_share(visits: Difference) -> float | None:
    """Share of its visits that a tenant loses; ``None`` without visits before."""
    if visits.base.mean <= 0:
        return None
    return 1 - visits.changed.mean / visits.base.mean


def _tenant_head(there: tuple[Tenant | None, Tenant | None], plans: tuple[Plan, Plan]) -> dict[str, object]:
    """Who a row is about."""
    known = there[1] or there[0]
    if known is None:
        raise ValueError("a row of tenants needs a tenant in one of the plans")
    plan = plans[1] if there[1] else plans[0]
    space = plan.space[known.space_id]
    return {
        "id": known.id,
        "name": {"en": known.name.en, "zh": known.name.zh},
        "category": known.category,
        "space_id": known.space_id,
        "level_id": space.level_id,
        "area_m2": round(space.shape.area, 1),
        "in": "both" if all(there) else "base" if there[0] else "changed",
        "moved_from": there[0].space_id if there[0] and there[0].space_id != known.space_id else None,
    }


def space_rows(plans: tuple[Plan, Plan], pairs: Sequence[Pair]) -> list[dict[str, object]]:
    """Differences by space that visitors enter: footfall, and people there at its own peak."""
    names = sorted({*pairs[0].base.space_ids, *pairs[0].changed.space_ids})
    sides = [
        (
            _by_space(days, names, lambda d: d.space_footfall),
            _by_space(days, names, lambda d: d.space_count.max(axis=0)),
        )
        for days in ([p.base for p in pairs], [p.changed for p in pairs])
    ]
    used = [i for i in range(len(names)) if any(part[i].any() for side in sides for part in side)]
    footfall = paired_many(
        [sides[0][0][i] for i in used], [sides[1][0][i] for i in used], units=["people/day"] * len(used)
    )
    peak = paired_many(
        [sides[0][1][i] for i in used], [sides[1][1][i] for i in used], units=["people"] * len(used)
    )
    rows: list[dict[str, object]] = []
    for i, walked, most in zip(used, footfall, peak, strict=True):
        space = plans[1].space.get(names[i]) or plans[0].space[names[i]]
        rows.append(
            {
                "id": space.id,
                "level_id": space.level_id,
                "kind": str(space.kind),
                "name": {"en": space.name.en, "zh": space.name.zh},
                "footfall": difference_document(walked),
                "peak_people": difference_document(most),
            }
        )
    return rows


def _by_space(
    days: Sequence[DayRun], names: Sequence[str], value: Callable[[DayRun], NDArray[np.generic]]
) -> list[Floats]:
    """A figure by space in the order of ``names``; 0 where a plan does not have the space."""
    index = {name: i for i, name in enumerate(days[0].space_ids)}
    table = np.array([value(day) for day in days], dtype=np.float64)
    none = np.zeros(len(days))
    return [table[:, index[name]] if name in index else none for name in names]


def transfer(pairs: Sequence[Pair], *, most: int = 40) -> dict[str, object]:
    """Money that moved between tenants, came in and was lost, a day, group by group.

    Only paired visitors allow it: for each group that bought in both days, what it spent less at one tenant
    and more at another is moved money (in proportion, where there are several); the rest is new or lost.
    """
    tenants = sorted({*pairs[0].base.tenant_ids, *pairs[0].changed.tenant_ids})
    moved = np.zeros((len(tenants), len(tenants)))
    new = lost = 0.0
    for pair in pairs:
        spent = [_spent(day, tenants) for day in (pair.base, pair.changed)]
        groups = sorted({*spent[0], *spent[1]})
        for group in groups:
            before, after = (side.get(group, {}) for side in spent)
            new, lost = _move(before, after, moved, new, lost)
    share = 1 / len(pairs)
    order = np.dstack(np.unravel_index(np.argsort(-moved, axis=None)[:most], moved.shape))[0]
    return {
        "moved_cny": float(moved.sum() * share),
        "new_cny": new * share,
        "lost_cny": lost * share,
        "net_cny": (new - lost) * share,
        "pairs": [
            {"from": tenants[a], "to": tenants[b], "cny": float(moved[a, b] * share)}
            for a, b in order
            if moved[a, b] > 0
        ],
    }


def _spent(day: DayRun, tenants: Sequence[str]) -> dict[int, dict[int, float]]:
    """Money by group and tenant of one day."""
    place = {name: i for i, name in enumerate(tenants)}
    column = np.array([place[name] for name in day.tenant_ids])
    log = day.visit_log[day.visit_log["sale"] > 0]
    out: dict[int, dict[int, float]] = {}
    ids = day.group_id[log["group"]]
    for group, tenant, sale in zip(
        ids.tolist(), column[log["tenant"]].tolist(), log["sale"].tolist(), strict=True
    ):
        spent = out.setdefault(group, {})
        spent[tenant] = spent.get(tenant, 0.0) + sale
    return out


def _move(
    before: Mapping[int, float], after: Mapping[int, float], moved: Floats, new: float, lost: float
) -> tuple[float, float]:
    """Add one group's moved money to ``moved``; returns ``new`` and ``lost`` with its own added."""
    delta = {j: after.get(j, 0.0) - before.get(j, 0.0) for j in {*before, *after}}
    less = {j: -value for j, value in delta.items() if value < 0}
    more = {j: value for j, value in delta.items() if value > 0}
    down, up = sum(less.values()), sum(more.values())
    common = min(down, up)
    if common > 0:
        for a, loss in less.items():
            for b, gain in more.items():
                moved[a, b] += common * (loss / down) * (gain / up)
    return new + up - common, lost + down - common
