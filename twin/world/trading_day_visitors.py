"""The visitors of one day as arrays: ordinary groups, and those that a crowd event adds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from twin.errors import ScenarioError
from twin.plan.model import ExitKind
from twin.world.arrivals import (
    PURPOSES,
    Groups,
    expected_visits,
    groups_of_day,
    sizes,
    strolling,
)
from twin.world.choice import ShopperModel
from twin.world.streams import Streams
from twin.world.trading_day_places import Places
from twin.world.trading_day_setup import CrowdEvent, DaySetup

EVENT_BLOCK = 1 << 24
"""Ids of the groups of event k start at (k + 1) times this: apart from every ordinary visitor."""

LATE_SHARE = 0.1
"""People of an event who come after its start."""


class Stage(IntEnum):
    """Where a group is in its visit."""

    COMING = 0
    TO_UNIT = 1
    IN_UNIT = 2
    TO_PAUSE = 3
    PAUSING = 4
    TO_EVENT = 5
    AT_EVENT = 6
    LEAVING = 7
    GONE = 8
    STUCK = 9
    """There is no way from where it stands to any exit."""


@dataclass(slots=True, kw_only=True, eq=False)
class Visitors:
    """State of all groups of the day, G rows in order of arrival. Changed in place by the day's processes."""

    id: NDArray[np.int64]
    arrives_s: NDArray[np.float64]
    size: NDArray[np.int64]
    purpose: NDArray[np.int64]
    """-1: came for an event."""
    taste: NDArray[np.int64]
    """The purpose whose tastes count in choices (an explorer's for people of an event)."""
    entrance: NDArray[np.int64]
    family: NDArray[np.bool_]
    budget: NDArray[np.float64]
    speed_mps: NDArray[np.float64]
    event: NDArray[np.int64]
    """Index of the event they came for; -1 none."""
    planned: NDArray[np.int64]
    time_budget_s: NDArray[np.float64]
    wants_lunch: NDArray[np.bool_]
    wants_dinner: NDArray[np.bool_]
    stage: NDArray[np.int64]
    zone: NDArray[np.int64]
    goal: NDArray[np.int64]
    """Tenant, or J + entrance, that it walks to."""
    impulse: NDArray[np.bool_]
    draws: NDArray[np.int64]
    """Choices made so far: the index of the random streams."""
    done: NDArray[np.int64]
    """Planned stops made so far."""
    until_s: NDArray[np.float64]
    """When the dwell ends; inf while it walks."""
    ate: NDArray[np.bool_]
    visited: NDArray[np.bool_]
    """[G, J]"""
    category_visited: NDArray[np.bool_]
    """[G, C]"""
    entered_s: NDArray[np.float64]
    left_s: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of groups."""
        return int(self.id.size)


def visitors_of_day(
    places: Places, setup: DaySetup, model: ShopperModel, *, categories: int, seed: int, pull: float = 1.0
) -> Visitors:
    """Everybody who comes on the day of ``seed``; ``pull`` is a factor on the expected visits."""
    streams = Streams(seed)
    shares = entrance_shares(places, setup)
    expected = expected_visits(setup, let_area_m2(places)) * pull
    parts = [groups_of_day(setup, expected=expected, entrance_cdf=np.cumsum(shares), seed=seed)]
    parts += [_event_groups(event, k, places, shares, streams) for k, event in enumerate(setup.events)]
    came_for = np.concatenate([np.full(part.id.size, k - 1) for k, part in enumerate(parts)])
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Groups.__dataclass_fields__
    }
    order = np.argsort(joined["arrives_s"], kind="stable")
    rows = {name: value[order] for name, value in joined.items()}
    rows["entrance"] = _open_entrances(streams, rows["id"], rows["entrance"].astype(np.int64), places, shares)
    return _visitors(rows, came_for[order], places, model, streams, categories)


def let_area_m2(places: Places) -> float:
    """Area of all units with a tenant."""
    return float(places.tenant_area_m2.sum())


def entrance_shares(places: Places, setup: DaySetup) -> NDArray[np.float64]:
    """Share of the visitors by entrance: by kind, and within a kind by width.

    Closed entrances keep their share here: who would have come through them comes through others, so that
    nobody else changes entrance when one is shut.

    Raises:
        ScenarioError: if every entrance is closed or no kind of entrance that there is has a share.
    """
    shares = np.zeros(len(places.entrance_ids))
    for kind, share in setup.entrance_shares.items():
        own = np.array([one is ExitKind(kind) for one in places.entrance_kind])
        if own.any():
            shares[own] = share * places.entrance_width_m[own] / places.entrance_width_m[own].sum()
    if not shares.sum() > 0:
        raise ScenarioError("entrance shares: no kind of entrance that the plan has got a share above 0")
    if not places.entrance_open.any():
        raise ScenarioError("every entrance for visitors is closed")
    total: NDArray[np.float64] = shares / shares.sum()
    return total


def _open_entrances(
    streams: Streams,
    agents: NDArray[np.int64],
    entrance: NDArray[np.int64],
    places: Places,
    shares: NDArray[np.float64],
) -> NDArray[np.int64]:
    """``entrance`` with those that are closed drawn again from the open ones."""
    shut = ~places.entrance_open[entrance]
    if not shut.any():
        return entrance
    weights = np.where(places.entrance_open, np.maximum(shares, 1e-9), 0.0)
    cdf = np.cumsum(weights) / weights.sum()
    again = np.searchsorted(cdf, streams.uniform("entrance_again", agents))
    return np.where(shut, np.minimum(again, cdf.size - 1), entrance)


def _event_groups(
    event: CrowdEvent, number: int, places: Places, shares: NDArray[np.float64], streams: Streams
) -> Groups:
    """The groups that an event adds; their number is Poisson."""
    base = (number + 1) * EVENT_BLOCK
    drawn = streams.uniform("event_size", base)
    mean_size = max(event.group_mean, 1.0)
    count = int(poisson.ppf(float(drawn), event.people / mean_size)) if event.people > 0 else 0
    agents = base + np.arange(count, dtype=np.int64)
    weights = shares
    if event.exits:
        unknown = sorted(set(event.exits) - set(places.entrance_ids))
        if unknown:
            raise ScenarioError(f"event {event.id}: {', '.join(unknown)} is not an entrance for visitors")
        weights = np.array([1.0 if name in event.exits else 0.0 for name in places.entrance_ids])
        weights = weights * places.entrance_width_m
    cdf = np.cumsum(weights) / weights.sum()
    size = sizes(streams, agents, mean=mean_size)
    family = np.zeros(count, dtype=bool)
    entrance = np.minimum(np.searchsorted(cdf, streams.uniform("entrance", agents)), cdf.size - 1)
    late = streams.uniform("late", agents) < LATE_SHARE
    spread = streams.uniform("arrives", agents)
    before = event.arrive_before_min * 60.0
    start = event.starts_h * 3600.0
    arrives = np.where(late, start + spread * event.lasts_min * 30.0, start - before * (1 - spread))
    return Groups(
        id=agents,
        arrives_s=arrives,
        size=size,
        purpose=np.full(count, -1, dtype=np.int32),
        entrance=entrance.astype(np.int32),
        family=family,
        budget=np.ones(count),
        speed_mps=strolling(streams, agents, size, family) + 0.2,
    )


def _visitors(
    rows: dict[str, NDArray[np.float64]],
    event: NDArray[np.int64],
    places: Places,
    model: ShopperModel,
    streams: Streams,
    categories: int,
) -> Visitors:
    """State at the start of the day."""
    agents = rows["id"].astype(np.int64)
    purpose = rows["purpose"].astype(np.int64)
    taste = np.where(purpose < 0, PURPOSES.index("explorer"), purpose)
    more = poisson.ppf(streams.uniform("planned", agents), np.asarray(model.stops_more)[taste])
    budget = 60.0 * streams.lognormal(
        "time", agents, mu=np.log(np.asarray(model.time_budget_min)[taste]), sigma=model.time_budget_sigma
    )
    count = agents.size
    return Visitors(
        id=agents,
        arrives_s=rows["arrives_s"],
        size=rows["size"].astype(np.int64),
        purpose=purpose,
        taste=taste,
        entrance=rows["entrance"].astype(np.int64),
        family=rows["family"].astype(bool) | (rows["size"] > 2),  # noqa: PLR2004 - three and more
        budget=rows["budget"],
        speed_mps=rows["speed_mps"],
        event=event,
        planned=1 + more.astype(np.int64),
        time_budget_s=budget,
        wants_lunch=streams.uniform("lunch", agents) < model.lunch_share,
        wants_dinner=streams.uniform("dinner", agents) < model.dinner_share,
        stage=np.zeros(count, dtype=np.int64),
        zone=places.entrance_zone[rows["entrance"].astype(np.int64)],
        goal=np.full(count, -1, dtype=np.int64),
        impulse=np.zeros(count, dtype=bool),
        draws=np.zeros(count, dtype=np.int64),
        done=np.zeros(count, dtype=np.int64),
        until_s=np.full(count, np.inf),
        ate=np.zeros(count, dtype=bool),
        visited=np.zeros((count, len(places.tenants)), dtype=bool),
        category_visited=np.zeros((count, categories), dtype=bool),
        entered_s=np.full(count, np.nan),
        left_s=np.full(count, np.nan),
    )
