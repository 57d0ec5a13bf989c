"""What a day writes down while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.world.trading_day_places import Places
from twin.world.trading_day_result import VISIT
from twin.world.trading_day_visitors import Visitors


@dataclass(slots=True, kw_only=True, eq=False)
class Ledger:
    """Counts that grow during a day. J tenants, X entrances, S spaces."""

    passers: NDArray[np.int64]
    space_footfall: NDArray[np.int64]
    turned_away: NDArray[np.int64]
    entered: NDArray[np.int64]
    """[X, 24]"""
    left: NDArray[np.int64]
    visits: list[NDArray[np.void]] = field(default_factory=list)
    sample_s: list[float] = field(default_factory=list)
    zone_count: list[NDArray[np.int32]] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)

    def enter(self, visitors: Visitors, rows: NDArray[np.int64], now_s: float) -> None:
        """Groups that came in."""
        hours = np.full(rows.size, _hour(now_s))
        np.add.at(self.entered, (visitors.entrance[rows], hours), visitors.size[rows])

    def leave(self, exits: NDArray[np.int64], people: NDArray[np.int64], time_s: NDArray[np.float64]) -> None:
        """Groups that went out."""
        hours = np.minimum(time_s // 3600.0, 23).astype(np.int64)
        np.add.at(self.left, (exits, hours), people)

    def visit(
        self,
        visitors: Visitors,
        rows: NDArray[np.int64],
        time_s: NDArray[np.float64],
        dwell_s: NDArray[np.float64],
        sale: NDArray[np.float64],
    ) -> None:
        """Groups that went into a unit."""
        entry = np.empty(rows.size, dtype=VISIT)
        entry["group"] = rows
        entry["tenant"] = visitors.goal[rows]
        entry["t_s"] = time_s
        entry["dwell_s"] = dwell_s
        entry["people"] = visitors.size[rows]
        entry["impulse"] = visitors.impulse[rows]
        entry["sale"] = sale
        self.visits.append(entry)

    def visit_log(self) -> NDArray[np.void]:
        """All visits in order of time."""
        if not self.visits:
            return np.empty(0, dtype=VISIT)
        log = np.concatenate(self.visits)
        ordered: NDArray[np.void] = log[np.argsort(log["t_s"], kind="stable")]
        return ordered


def new_ledger(places: Places) -> Ledger:
    """An empty ledger."""
    tenants, doors = len(places.tenants), len(places.entrance_ids)
    return Ledger(
        passers=np.zeros(tenants, dtype=np.int64),
        space_footfall=np.zeros(len(places.zones.space_ids), dtype=np.int64),
        turned_away=np.zeros(tenants, dtype=np.int64),
        entered=np.zeros((doors, 24), dtype=np.int64),
        left=np.zeros((doors, 24), dtype=np.int64),
    )


def _hour(now_s: float) -> int:
    return min(int(now_s // 3600.0), 23)
