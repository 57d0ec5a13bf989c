"""The day as it runs: SimPy holds the clock, the network engine the walking, arrays the visitors.

Every :data:`TICK_S` the doors let in who has come, the engine moves everybody, and all groups that have
finished something decide together what to do next.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from twin.movement.network import ArrivalKind, Arrivals, Network, NetworkRun
from twin.plan.model import SpaceKind
from twin.world.arrivals import MEAL_HOURS, PURPOSES
from twin.world.choice import NESTS, ShopperModel
from twin.world.choice_draw import along, count_passing, look_in, next_stops, utilities
from twin.world.compiled_streams import CompiledStreams
from twin.world.trading_day_crowds import event_zones
from twin.world.trading_day_ledger import Ledger
from twin.world.trading_day_places import Places
from twin.world.trading_day_setup import DaySetup
from twin.world.trading_day_units import LEAST_DWELL_S, Units, stay_in_unit
from twin.world.trading_day_visitors import Stage, Visitors

TICK_S = 30.0
PAUSE_KINDS = frozenset({SpaceKind.WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING, SpaceKind.TERRACE})
"""Where people stop to look, wait and rest."""

LAST_CALL_S = 600.0
"""Before closing: nobody sets out for another unit."""


class Floor:
    """All that happens between the doors in one day."""

    def __init__(
        self,
        *,
        places: Places,
        units: Units,
        visitors: Visitors,
        network: Network,
        run: NetworkRun,
        setup: DaySetup,
        model: ShopperModel,
        ledger: Ledger,
        seed: int,
    ) -> None:
        self.places, self.units, self.visitors, self.run = places, units, visitors, run
        self.setup, self.model, self.ledger, self.seed = setup, model, ledger, seed
        self.streams = CompiledStreams(seed)
        self._exit_gates = np.array([network.exits[name] for name in places.entrance_ids])
        self._door_of = _doors_by_gate(network, places)
        self._group_of = np.empty(visitors.count, dtype=np.int64)
        self._agent_of = np.full(visitors.count, -1, dtype=np.int64)
        self._trip_s, self._first_trip = network.trip_cost_s, 2 * network.gates
        self._env = simpy.Environment(initial_time=setup.opens_h * 3600.0)
        self._next_door = 0
        self._goal_of_zone = np.full(places.zones.zone_level.size, -1, dtype=np.int64)
        self._exit_goals = np.full(len(places.entrance_ids), -1, dtype=np.int64)
        self._unit_zones = places.tenant_zones
        self._in_unit = np.zeros(len(places.tenants), dtype=np.int64)
        self._event_zones = [event_zones(places, event) for event in setup.events]
        kinds = [places.visitor_plan.space[name].kind in PAUSE_KINDS for name in places.zones.space_ids]
        self._pause = np.array(kinds)[places.zones.zone_space]
        self._level = places.zones.zone_level.astype(np.int64)
        self._tenant_level = self._level[places.tenant_zone]
        self._weights = np.log(np.asarray(model.purpose_weights))
        self._parameters = np.array(
            [model.distance_exponent, model.distance_offset_m, model.floor_penalty, model.visited_penalty]
        )

    def pass_day(self) -> None:
        """Run the clock until the building is empty or an hour and a half after closing."""
        self._env.process(self._sample(self._env))
        self._env.run(until=self._env.process(self._tick(self._env)))

    def _tick(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """Doors, walking and decisions, until everyone has left or an hour and a half after closing."""
        end = (self.setup.closes_h + 1.5) * 3600.0
        while env.now < end and not (self._next_door == self.visitors.count and self.run.inside == 0):
            yield env.timeout(TICK_S)
            now = float(env.now)
            self._handle(self.run.advance(now), now)
            self._admit(now)
            finished = np.flatnonzero(self.visitors.until_s <= now)
            if finished.size:
                self._finish(finished, now)

    def _sample(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """Occupancy at regular times."""
        while True:
            self.ledger.sample_s.append(float(env.now))
            self.ledger.zone_count.append(np.array(self.run.zone_count, dtype=np.int32))
            self.ledger.inside.append(int(self.run.inside))
            yield env.timeout(self.setup.sample_s)

    def _admit(self, now: float) -> None:
        """Let in who has come since the last tick."""
        v = self.visitors
        last = int(np.searchsorted(v.arrives_s, now, side="right"))
        rows = np.arange(self._next_door, last)
        self._next_door = last
        if not rows.size:
            return
        agents = self.run.add_at_exits(
            exit_gate=self._exit_gates[v.entrance[rows]], weight=v.size[rows], speed_mps=v.speed_mps[rows]
        )
        self._agent_of[rows] = agents
        self._group_of[agents] = rows
        v.entered_s[rows] = now
        self.ledger.enter(v, rows, now)
        for_event = v.event[rows] >= 0
        self._to_event(rows[for_event])
        self._decide(rows[~for_event], now)

    def _to_event(self, rows: NDArray[np.int64]) -> None:
        v = self.visitors
        for k in np.unique(v.event[rows]):
            own = rows[v.event[rows] == k]
            listed, cdf = self._event_zones[k]
            if not listed.size:
                self._decide(own, float(self.run.now_s))
                continue
            spot = np.searchsorted(cdf, self.streams.uniform("event_spot", v.id[own]))
            v.stage[own] = Stage.TO_EVENT
            self._go(own, listed[np.minimum(spot, listed.size - 1)])

    def _handle(self, arrivals: Arrivals, now: float) -> None:
        """Groups that reached something."""
        if not len(arrivals):
            return
        v = self.visitors
        rows = self._group_of[arrivals.agent]
        out = arrivals.kind == ArrivalKind.LEFT
        if out.any():
            gone = rows[out]
            v.stage[gone] = Stage.GONE
            v.left_s[gone] = arrivals.time_s[out]
            doors = self._door_of[arrivals.place[out]]
            self.ledger.leave(doors, v.size[gone], arrivals.time_s[out])
        there = arrivals.kind == ArrivalKind.GOAL
        v.zone[rows[there]] = arrivals.place[there]
        stage, time_s = v.stage[rows], arrivals.time_s
        self._enter_units(
            rows[there & (stage == Stage.TO_UNIT)], time_s[there & (stage == Stage.TO_UNIT)], now
        )
        self._pause_here(rows[there & (stage == Stage.TO_PAUSE)], time_s[there & (stage == Stage.TO_PAUSE)])
        self._attend(rows[there & (stage == Stage.TO_EVENT)], now)
        at_lift = arrivals.kind == ArrivalKind.LIFT
        if at_lift.any():
            self._ride(arrivals.agent[at_lift], arrivals.place[at_lift])
        lost = arrivals.kind == ArrivalKind.LOST
        if lost.any():
            v.zone[rows[lost]] = arrivals.place[lost]
            self._find_out(rows[lost])

    def _ride(self, agents: NDArray[np.int32], trips: NDArray[np.int32]) -> None:
        """Take a lift: wait and ride last what a passenger expects of them; cars are not counted."""
        self.run.board(agents)
        seconds = self._trip_s[trips - self._first_trip]
        for trip in np.unique(trips):
            own = agents[trips == trip]
            self._env.process(self._alight(own, int(trip), float(seconds[trips == trip][0])))

    def _alight(
        self, agents: NDArray[np.int32], trip: int, seconds: float
    ) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(seconds)
        self.run.alight(agents, trip)

    def _find_out(self, rows: NDArray[np.int64]) -> None:
        """Who cannot get where it wants leaves through any entrance; who cannot do that either is stuck."""
        v = self.visitors
        again = v.stage[rows] != Stage.LEAVING
        v.stage[rows[~again]] = Stage.STUCK
        v.until_s[rows] = np.inf
        self._leave(rows[again], any_door=True)

    def _enter_units(self, rows: NDArray[np.int64], time_s: NDArray[np.float64], now: float) -> None:
        """Enter the units they went to where a seat is free, else look for another."""
        if not rows.size:
            return
        v, units = self.visitors, self.units
        refused = np.zeros(rows.size, dtype=bool)
        for i in np.flatnonzero(np.isfinite(units.seats[v.goal[rows]])):
            tenant, size = v.goal[rows[i]], v.size[rows[i]]
            refused[i] = self._in_unit[tenant] + size > units.seats[tenant]
            if not refused[i]:
                self._in_unit[tenant] += size
        full = rows[refused]
        np.add.at(self.ledger.turned_away, v.goal[full], v.size[full])
        shut = time_s > units.closes_s[v.goal[rows]] - LEAST_DWELL_S
        for i in np.flatnonzero(shut & ~refused & np.isfinite(units.seats[v.goal[rows]])):
            self._in_unit[v.goal[rows[i]]] -= v.size[rows[i]]
        refused |= shut
        turned = rows[refused]
        v.visited[turned, v.goal[turned]] = True
        rows, time_s = rows[~refused], time_s[~refused]
        tenant = v.goal[rows]
        free = ~np.isfinite(units.seats[tenant])
        np.add.at(self._in_unit, tenant[free], v.size[rows[free]])
        dwell, sale = stay_in_unit(units, self.places.keys, v, rows, time_s, self.streams)
        self.ledger.visit(v, rows, time_s, dwell, sale)
        v.stage[rows] = Stage.IN_UNIT
        v.until_s[rows] = time_s + dwell
        v.visited[rows, tenant] = True
        v.category_visited[rows, units.category[tenant]] = True
        v.done[rows] += ~v.impulse[rows]
        v.ate[rows] |= units.meal_weight[tenant] > 0.5  # noqa: PLR2004 - a place for a main meal
        self._decide(turned, now)

    def _pause_here(self, rows: NDArray[np.int64], time_s: NDArray[np.float64]) -> None:
        v, model = self.visitors, self.model
        mu = np.log(model.linger_mean_min * 60.0) - model.linger_sigma**2 / 2
        rest = self.streams.lognormal(
            "linger", v.id[rows], mu=mu, sigma=model.linger_sigma, index=v.draws[rows]
        )
        v.stage[rows] = Stage.PAUSING
        v.until_s[rows] = time_s + np.minimum(rest, 3600.0)

    def _attend(self, rows: NDArray[np.int64], now: float) -> None:
        """Stay at an event until it ends; who comes late stays a quarter of its length."""
        v = self.visitors
        for k in np.unique(v.event[rows]):
            own = rows[v.event[rows] == k]
            event = self.setup.events[k]
            ends = event.starts_h * 3600.0 + event.lasts_min * 60.0
            drift = self.streams.uniform("event_end", v.id[own]) * 300.0
            v.stage[own] = Stage.AT_EVENT
            v.until_s[own] = np.maximum(ends, now + event.lasts_min * 15.0) + drift

    def _finish(self, rows: NDArray[np.int64], now: float) -> None:
        """Dwells, pauses and events that have ended."""
        v = self.visitors
        v.until_s[rows] = np.inf
        stage = v.stage[rows]
        shopped = rows[stage == Stage.IN_UNIT]
        np.subtract.at(self._in_unit, v.goal[shopped], v.size[shopped])
        paused = rows[stage == Stage.PAUSING]
        v.stage[paused] = Stage.TO_UNIT
        self._walk_to_unit(paused)
        attended = rows[stage == Stage.AT_EVENT]
        share = np.array([self.setup.events[k].shop_after_share for k in v.event[attended]])
        stays = self.streams.uniform("event_stays", v.id[attended]) < share
        self._leave(attended[~stays], any_door=False)
        self._decide(np.sort(np.concatenate([shopped, attended[stays]])), now)

    def _hungry(self, rows: NDArray[np.int64], now: float) -> NDArray[np.bool_]:
        """Who looks for a meal now."""
        v = self.visitors
        hour = now / 3600.0
        lunch, dinner = (begins <= hour < ends + 0.5 for begins, ends in MEAL_HOURS)
        came = (v.purpose[rows] == PURPOSES.index("meal")) & (v.done[rows] == 0)
        wants = (v.wants_lunch[rows] & lunch) | (v.wants_dinner[rows] & dinner)
        hungry: NDArray[np.bool_] = (came | wants) & ~v.ate[rows]
        return hungry

    def _decide(self, rows: NDArray[np.int64], now: float) -> None:
        """The next stop of each group, or home."""
        if not rows.size:
            return
        v, places, units, model = self.visitors, self.places, self.units, self.model
        meal = self._hungry(rows, now)
        enough = (v.done[rows] >= v.planned[rows]) & ~meal
        enough |= now - v.entered_s[rows] > v.time_budget_s[rows]
        enough |= now > self.setup.closes_h * 3600.0 - LAST_CALL_S
        v.draws[rows] += 1
        constant, rate = units.now(now)
        goal = np.full(rows.size, -1, dtype=np.int64)
        on = rows[~enough]
        if on.size:
            value = utilities(
                v.zone[on], self._taste(on), v.family[on], meal[~enough], v.visited[on],
                constant, units.appeal, units.meal_weight, units.nest, places.distance_m,
                self._tenant_level, self._level, self._weights, self._parameters,
            )  # fmt: skip
            goal[~enough] = next_stops(
                self.seed, v.id[on], v.draws[on], value, units.nest, places.keys,
                len(NESTS), model.dissimilarity,
            )  # fmt: skip
        home = goal < 0
        goal[home] = len(places.tenants) + self._way_out(rows[home])
        need = np.asarray(model.impulse_factor)[v.taste[rows]] * (now < self.setup.closes_h * 3600.0 - 1200.0)
        tempted = look_in(
            self.seed, v.id[rows], v.draws[rows], v.zone[rows], goal, need, v.visited[rows],
            v.category_visited[rows], units.category, rate, model.similar_factor, places.keys,
            places.following, places.front_start, places.front_tenant,
        )  # fmt: skip
        v.impulse[rows] = tempted >= 0
        v.goal[rows] = np.where(tempted >= 0, tempted, goal)
        count_passing(
            v.zone[rows], v.goal[rows], v.size[rows], places.following, places.front_start,
            places.front_tenant, self.ledger.passers, places.zones.zone_space, self.ledger.space_footfall,
        )  # fmt: skip
        leaving = home & (tempted < 0)
        self._depart(rows[leaving])
        self._set_out(rows[~leaving])

    def _taste(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of tastes that counts now: who came to be entertained looks for that first."""
        v = self.visitors
        first = (v.purpose[rows] == PURPOSES.index("entertainment")) & (v.done[rows] == 0)
        return np.where(first, len(PURPOSES), v.taste[rows])

    def _set_out(self, rows: NDArray[np.int64]) -> None:
        """Walk to a unit, some with a pause on the way."""
        v = self.visitors
        share = np.asarray(self.model.linger_share)[v.taste[rows]]
        pauses = (self.streams.uniform("pauses", v.id[rows], v.draws[rows]) < share) & ~v.impulse[rows]
        where = self.streams.uniform("pause_at", v.id[rows], v.draws[rows])
        spot = along(v.zone[rows], v.goal[rows], where, self.places.following, self._pause)
        pauses &= spot >= 0
        v.stage[rows] = np.where(pauses, Stage.TO_PAUSE, Stage.TO_UNIT)
        self._go(rows[pauses], spot[pauses])
        self._walk_to_unit(rows[~pauses])

    def _walk_to_unit(self, rows: NDArray[np.int64]) -> None:
        """To a zone of the unit: of a large one anywhere in it."""
        v = self.visitors
        spot = self.streams.uniform("spot", v.id[rows], v.draws[rows])
        zones = np.array(
            [
                self._unit_zones[j][int(u * self._unit_zones[j].size)]
                for j, u in zip(v.goal[rows], spot, strict=True)
            ],
            dtype=np.int64,
        )
        self._go(rows, zones)

    def _go(self, rows: NDArray[np.int64], zones: NDArray[np.int64]) -> None:
        if not rows.size:
            return
        for zone in np.unique(zones[self._goal_of_zone[zones] < 0]):
            self._goal_of_zone[zone] = self.run.goal_zone(int(zone))
        self.visitors.until_s[rows] = np.inf
        self.run.go(self._agent_of[rows], self._goal_of_zone[zones])

    def _way_out(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The entrance each group leaves by: mostly the one it came in, where that is open and reachable."""
        v, places = self.visitors, self.places
        to_doors = places.distance_m[len(places.tenants) :][:, v.zone[rows]].T
        to_doors = np.where(places.entrance_open[None, :], to_doors, np.inf)
        own = v.entrance[rows]
        same = self.streams.uniform("same_exit", v.id[rows]) < self.model.same_exit_share
        same &= np.isfinite(to_doors[np.arange(rows.size), own])
        return np.where(same, own, to_doors.argmin(axis=1))

    def _leave(self, rows: NDArray[np.int64], *, any_door: bool) -> None:
        """Go home without another look."""
        if not rows.size:
            return
        v = self.visitors
        if any_door:
            v.stage[rows] = Stage.LEAVING
            shut = [
                n
                for n, is_open in zip(self.places.entrance_ids, self.places.entrance_open, strict=True)
                if is_open
            ]
            self.run.go(self._agent_of[rows], self.run.goal_exits(shut))
            return
        v.goal[rows] = len(self.places.tenants) + self._way_out(rows)
        self._depart(rows)

    def _depart(self, rows: NDArray[np.int64]) -> None:
        if not rows.size:
            return
        v = self.visitors
        v.stage[rows] = Stage.LEAVING
        door = v.goal[rows] - len(self.places.tenants)
        for x in np.unique(door[self._exit_goals[door] < 0]):
            self._exit_goals[x] = self.run.goal_exit(self.places.entrance_ids[x])
        self.run.go(self._agent_of[rows], self._exit_goals[door])


def _doors_by_gate(network: Network, places: Places) -> NDArray[np.int64]:
    """Entrance of each gate of the network; -1 for gates that are none."""
    index = {name: x for x, name in enumerate(places.entrance_ids)}
    return np.array([index.get(source, -1) for source in network.gate_source], dtype=np.int64)
