"""One trading day: visitors come, choose, walk, stay, buy and leave.

:func:`run_day` is the one entry; :class:`DaySetup` says what day, :class:`DayRun` what was measured.
"""

from __future__ import annotations

import dataclasses
import time
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from twin.movement.network import Network, NetworkRun, compile_network
from twin.plan.model import Plan
from twin.world.arrivals import day_factor, expected_visits
from twin.world.choice import ShopperModel
from twin.world.trading_day_floor import Floor
from twin.world.trading_day_ledger import Ledger, new_ledger
from twin.world.trading_day_places import STAIR_RELUCTANCE, Places, places_of
from twin.world.trading_day_result import PASSAGE, VISIT, DayRun
from twin.world.trading_day_setup import CrowdEvent, DaySetup
from twin.world.trading_day_units import CATEGORY_IDS, pull_of, units_of
from twin.world.trading_day_visitors import Visitors, let_area_m2, visitors_of_day

__all__ = ["PASSAGE", "VISIT", "CrowdEvent", "DayRun", "DaySetup", "as_expected_of", "run_day"]


def run_day(
    plan: Plan,
    setup: DaySetup,
    *,
    seed: int,
    record_passages: bool = False,
    model: ShopperModel | None = None,
) -> DayRun:
    """Simulate one trading day of ``plan``.

    The same ``seed`` gives the same visitors with the same tastes in every plan, so that two plans or two
    setups can be compared in pairs.

    Args:
        plan: the building; lettable spaces without any tenant in the whole plan get guessed categories.
        setup: the day.
        seed: of this replication (see :func:`twin.world.streams.replication_seed`).
        record_passages: keep every passage of what the plan's counters watch (exits, openings, connectors).
        model: how visitors choose; by default the one that the stylised facts of malls were set with.

    Raises:
        ScenarioError: if the plan has nowhere to go or no way in, or the setup names what it does not have.
    """
    began = time.perf_counter()
    places = places_of(plan)
    shopper = model or ShopperModel()
    pull = 1.0
    if setup.reference_pull:
        change = pull_of(places, shopper) / setup.reference_pull - 1
        pull = max(1 + shopper.magnet_share * change, 0.05)
    visitors = visitors_of_day(places, setup, shopper, categories=len(CATEGORY_IDS), seed=seed, pull=pull)
    watched = watched_ids(plan) if record_passages else ()
    network = _network(places)
    run = NetworkRun(
        network, start_s=setup.opens_h * 3600.0, watch=watched, stair_reluctance=STAIR_RELUCTANCE
    )
    ledger = new_ledger(places)
    floor = Floor(
        places=places,
        units=units_of(places, setup, shopper),
        visitors=visitors,
        network=network,
        run=run,
        setup=setup,
        model=shopper,
        ledger=ledger,
        seed=seed,
    )
    floor.pass_day()
    return _result(plan, places, setup, seed, visitors, run, ledger, watched, began)


def watched_ids(plan: Plan) -> tuple[str, ...]:
    """Ids of the exits, openings and connectors that the plan's devices watch, and of all exits."""
    known = {*plan.exit, *plan.opening, *plan.connector}
    watched = {device.watches for device in plan.devices if device.watches in known}
    return tuple(sorted(watched | set(plan.exit)))


_KEPT = 6
_networks: OrderedDict[str, Network] = OrderedDict()


def _network(places: Places) -> Network:
    """The visitors' plan compiled for the engine; the last few are kept by version."""
    version = places.visitor_plan.version
    if version not in _networks:
        _networks[version] = compile_network(places.zones, places.visitor_plan, mode="calibrated")
        while len(_networks) > _KEPT:
            _networks.popitem(last=False)
    _networks.move_to_end(version)
    return _networks[version]


def _result(
    plan: Plan,
    places: Places,
    setup: DaySetup,
    seed: int,
    visitors: Visitors,
    run: NetworkRun,
    ledger: Ledger,
    watched: tuple[str, ...],
    began: float,
) -> DayRun:
    """What was measured, from the ledger and the state at the end."""
    log = ledger.visit_log()
    count = len(places.tenants)
    tenant = log["tenant"]
    entries = np.bincount(tenant, minlength=count)
    dwell = np.bincount(tenant, weights=log["dwell_s"], minlength=count)
    zone_count = np.array(ledger.zone_count, dtype=np.int32).reshape(len(ledger.zone_count), -1)
    space_count = _by_space(zone_count, places)
    came = ~np.isnan(visitors.entered_s)
    return DayRun(
        plan_version=plan.version,
        seed=seed,
        setup=setup,
        visits=int(visitors.size[came].sum()),
        groups=int(came.sum()),
        day_factor=day_factor(setup, seed),
        tenant_ids=tuple(one.id for one in places.tenants),
        tenant_categories=tuple(one.category for one in places.tenants),
        guessed_tenants=places.guessed,
        tenant_visits=np.bincount(tenant, weights=log["people"], minlength=count).astype(np.int64),
        tenant_passers=ledger.passers,
        tenant_purchases=np.bincount(tenant[log["sale"] > 0], minlength=count).astype(np.int64),
        tenant_sales=np.bincount(tenant, weights=log["sale"], minlength=count).astype(np.float64),
        tenant_dwell_s=np.where(entries > 0, dwell / np.maximum(entries, 1), np.nan),
        tenant_turned_away=ledger.turned_away,
        time_s=np.array(ledger.sample_s),
        space_ids=places.zones.space_ids,
        space_count=space_count,
        space_footfall=ledger.space_footfall,
        inside=np.array(ledger.inside, dtype=np.int64),
        zone_count=zone_count,
        exit_ids=places.entrance_ids,
        entered=ledger.entered,
        left=ledger.left,
        source_ids=watched,
        passages=_passages(plan, run, watched),
        visit_log=log,
        group_id=visitors.id[came],
        group_size=visitors.size[came].astype(np.int32),
        group_purpose=visitors.purpose[came].astype(np.int32),
        group_entered_s=visitors.entered_s[came],
        group_left_s=visitors.left_s[came],
        wall_s=time.perf_counter() - began,
    )


def _by_space(zone_count: NDArray[np.int32], places: Places) -> NDArray[np.int32]:
    """People by space from people by zone."""
    spaces = np.zeros((zone_count.shape[0], len(places.zones.space_ids)), dtype=np.int32)
    np.add.at(spaces.T, places.zones.zone_space, zone_count.T)
    return spaces


def _passages(plan: Plan, run: NetworkRun, watched: tuple[str, ...]) -> NDArray[np.void]:
    """The engine's log with the direction of exits turned: +1 is into the building."""
    log = run.passages
    out = np.empty(log.size if watched else 0, dtype=PASSAGE)
    if not out.size:
        return out
    is_exit = np.array([name in plan.exit for name in watched])
    out["t_s"], out["source"], out["people"] = log["t"], log["source"], log["people"]
    out["direction"] = np.where(is_exit[log["source"]], -log["direction"], log["direction"])
    ordered: NDArray[np.void] = out[np.argsort(out["t_s"], kind="stable")]
    return ordered


def as_expected_of(plan: Plan, setup: DaySetup, *, model: ShopperModel | None = None) -> DaySetup:
    """``setup`` with its visits fixed to what ``plan`` draws: the base of a comparison.

    Without this, a plan with another let area would expect another number of visits for that reason alone.
    """
    places = places_of(plan)
    return dataclasses.replace(
        setup,
        visits=expected_visits(setup, let_area_m2(places)),
        reference_pull=pull_of(places, model or ShopperModel()) or None,
    )
