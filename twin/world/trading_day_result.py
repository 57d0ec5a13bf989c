"""What a simulated trading day measured.

Agents are groups of visitors; counts are of people. Times are seconds after midnight on the mall's clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.world.trading_day_setup import DaySetup

PASSAGE = np.dtype([("t_s", "<f8"), ("source", "<i4"), ("direction", "i1"), ("people", "<i4")])
"""One passage of a group through a portal or along one link of a connector.

``source`` is an index into :attr:`DayRun.source_ids`; ``direction`` is +1 into the building (exits), from the
opening's first space to its second (openings), or up (connectors), and -1 the other way.
"""

VISIT = np.dtype(
    [
        ("group", "<i4"),
        ("tenant", "<i4"),
        ("t_s", "<f8"),
        ("dwell_s", "<f8"),
        ("people", "<i4"),
        ("impulse", "?"),
        ("sale", "<f8"),
    ]
)
"""One visit of a group to a tenant; ``sale`` is 0 where nothing was bought."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayRun:
    """One trading day. J tenants, S spaces, X exits, Z zones, T samples, G groups."""

    plan_version: str
    seed: int
    setup: DaySetup
    visits: int
    """People who came in."""
    groups: int
    day_factor: float
    """The day's multiplier on the expected visits."""
    tenant_ids: tuple[str, ...]
    tenant_categories: tuple[str, ...]
    guessed_tenants: int
    """Tenants that were guessed because the plan has lettable units without a known tenant."""
    tenant_visits: NDArray[np.int64]
    """People who went in, by tenant."""
    tenant_passers: NDArray[np.int64]
    """People who walked past a tenant's front or went in."""
    tenant_purchases: NDArray[np.int64]
    """Groups that bought."""
    tenant_sales: NDArray[np.float64]
    tenant_dwell_s: NDArray[np.float64]
    """Mean dwell of a visit; NaN where there was none."""
    tenant_turned_away: NDArray[np.int64]
    """People who found no free seat."""
    time_s: NDArray[np.float64]
    space_ids: tuple[str, ...]
    space_count: NDArray[np.int32]
    """People in each space, [T, S]."""
    space_footfall: NDArray[np.int64]
    """People who entered each space, counted at every entry, [S]."""
    inside: NDArray[np.int64]
    """People in the building, [T]."""
    zone_count: NDArray[np.int32]
    """People in each zone of :func:`twin.plan.zones.zones_of`, [T, Z]."""
    exit_ids: tuple[str, ...]
    entered: NDArray[np.int64]
    """People who came in by exit and clock hour, [X, 24] (24 h and later count as the last hour)."""
    left: NDArray[np.int64]
    """People who left by exit and clock hour, [X, 24]."""
    source_ids: tuple[str, ...]
    passages: NDArray[np.void]
    """Passages of the watched portals and connectors in order of time, of dtype :data:`PASSAGE`; empty
    unless they were asked for."""
    visit_log: NDArray[np.void]
    """Visits to tenants in order of time, of dtype :data:`VISIT`."""
    group_id: NDArray[np.int64]
    """Who a group is: the same id is the same group in every plan and setup with the same seed."""
    group_size: NDArray[np.int32]
    group_purpose: NDArray[np.int32]
    """Index into :data:`twin.world.arrivals.PURPOSES`; -1 for people of a crowd event."""
    group_entered_s: NDArray[np.float64]
    group_left_s: NDArray[np.float64]
    """NaN for who is still inside at the end."""
    wall_s: float

    @property
    def stay_min(self) -> NDArray[np.float64]:
        """Minutes in the building of each group that left."""
        stay = (self.group_left_s - self.group_entered_s) / 60.0
        return stay[~np.isnan(stay)]

    @property
    def left_inside(self) -> int:
        """People still in the building at the end of the run."""
        return int(self.group_size[np.isnan(self.group_left_s)].sum())

    @property
    def conserved(self) -> bool:
        """Whether everyone who came in has left or is inside."""
        return int(self.entered.sum()) == int(self.left.sum()) + self.left_inside == self.visits

    @property
    def peak_inside(self) -> int:
        """Most people inside at a sample."""
        return int(self.inside.max(initial=0))

    @property
    def peak_s(self) -> float:
        """When most people were inside."""
        return float(self.time_s[int(self.inside.argmax())])

    def count_at(self, clock_s: float) -> dict[str, int]:
        """People by space id at the sample nearest to ``clock_s``, spaces without people left out.

        This is what a drill "at 15:00 on a Saturday" starts from.
        """
        row = self.space_count[int(np.abs(self.time_s - clock_s).argmin())]
        return {self.space_ids[i]: int(row[i]) for i in np.flatnonzero(row)}
