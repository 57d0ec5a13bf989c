"""The compiled draws of the shopper model: next stops, impulse entries, who is passed on the way.

The random numbers are those of :class:`twin.world.streams.Streams`.
"""

from __future__ import annotations

import zlib

import numba as nb
import numpy as np
from numpy.typing import NDArray

from twin.world.compiled_streams import uniform

NEXT_STOP = zlib.crc32(b"next_stop")
NEST = zlib.crc32(b"nest")
IMPULSE = zlib.crc32(b"impulse")

_LOW = np.uint64(0xFFFFFFFF)
_STEP = np.uint64(0x9E3779B1)
"""Spreads the number of a stop over 32 bits (Knuth's multiplicative hash)."""


@nb.njit(cache=True)
def index_of(stop: int, key: int) -> np.int64:
    """The stream index of one stop and one tenant (or nest): 32 bits."""
    return np.int64((np.uint64(key) ^ (np.uint64(stop) * _STEP)) & _LOW)


@nb.njit(cache=True)
def indices_of(stop: NDArray[np.int64], key: NDArray[np.int64]) -> NDArray[np.int64]:
    """:func:`index_of` for arrays."""
    out = np.empty(stop.size, dtype=np.int64)
    for i in range(stop.size):
        out[i] = index_of(stop[i], key[i])
    return out


@nb.njit(cache=True)
def _gumbel(seed: int, purpose: int, agent: int, index: int | np.int64) -> float:
    value: float = -np.log(-np.log(uniform(seed, purpose, agent, index)))
    return value


@nb.njit(cache=True)
def next_stops(  # noqa: C901 - one pass over nests and tenants without a temporary array
    seed: int,
    agent: NDArray[np.int64],
    stop: NDArray[np.int64],
    utility: NDArray[np.float64],
    nest: NDArray[np.int64],
    keys: NDArray[np.int64],
    nests: int,
    dissimilarity: float,
) -> NDArray[np.int64]:
    """The chosen alternative of each agent, -1 where none has a finite utility.

    Args:
        seed: of the replication.
        agent: [n] ids.
        stop: [n] how many choices each has made.
        utility: [n, J].
        nest: [J].
        keys: [J] key of each tenant.
        nests: number of nests.
        dissimilarity: of all nests.
    """
    chosen = np.full(agent.size, -1, dtype=np.int64)
    sums, top = np.empty(nests), np.empty(nests)
    for i in range(agent.size):
        sums[:] = 0.0
        top[:] = -np.inf
        row = utility[i]
        for j in range(row.size):
            top[nest[j]] = max(top[nest[j]], row[j])
        for j in range(row.size):
            if row[j] > -np.inf:
                sums[nest[j]] += np.exp((row[j] - top[nest[j]]) / dissimilarity)
        best, picked = -np.inf, -1
        for n in range(nests):
            if sums[n] > 0:
                value = top[n] + dissimilarity * np.log(sums[n])
                value += _gumbel(seed, NEST, agent[i], index_of(stop[i], n))
                if value > best:
                    best, picked = value, n
        if picked < 0:
            continue
        best = -np.inf
        for j in range(row.size):
            if nest[j] == picked and row[j] > -np.inf:
                value = row[j] / dissimilarity
                value += _gumbel(seed, NEXT_STOP, agent[i], index_of(stop[i], keys[j]))
                if value > best:
                    best, chosen[i] = value, j
    return chosen


@nb.njit(cache=True)
def utilities(
    place: NDArray[np.int64],
    purpose: NDArray[np.int64],
    family: NDArray[np.bool_],
    meal: NDArray[np.bool_],
    visited: NDArray[np.bool_],
    constant: NDArray[np.float64],
    appeal: NDArray[np.float64],
    meal_weight: NDArray[np.float64],
    nest: NDArray[np.int64],
    distance_m: NDArray[np.float64],
    level: NDArray[np.int64],
    zone_level: NDArray[np.int64],
    nest_weight: NDArray[np.float64],
    parameters: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Utility of each tenant for each deciding group, [n, J]; ``-inf`` where it cannot be reached or is shut.

    Args:
        place: [n] zone each group stands in.
        purpose: [n].
        family: [n] with children or of three and more.
        meal: [n] looks for a meal: only places with a meal weight count.
        visited: [n, J].
        constant: [J] a ln(area draw attraction) + ln(campaign), ``-inf`` when shut.
        appeal: [J] ln of the group appeal.
        meal_weight: [J].
        nest: [J].
        distance_m: [J, Z] walking distance from a zone to a tenant.
        level: [J] storey of each tenant.
        zone_level: [Z].
        nest_weight: [purposes, nests] ln of the weights.
        parameters: distance exponent, its offset (m), floor penalty, visited penalty.
    """
    exponent, offset, floor, again = parameters
    out = np.empty((place.size, constant.size))
    for i in range(place.size):
        zone = place[i]
        for j in range(constant.size):
            d = distance_m[j, zone]
            if not np.isfinite(d) or (meal[i] and meal_weight[j] <= 0):
                out[i, j] = -np.inf
                continue
            value = constant[j] - exponent * np.log(offset + d) - floor * abs(level[j] - zone_level[zone])
            value += np.log(meal_weight[j]) if meal[i] else nest_weight[purpose[i], nest[j]]
            if family[i]:
                value += appeal[j]
            if visited[i, j]:
                value -= again
            out[i, j] = value
    return out


@nb.njit(cache=True)
def look_in(
    seed: int,
    agent: NDArray[np.int64],
    stop: NDArray[np.int64],
    place: NDArray[np.int64],
    goal: NDArray[np.int64],
    need: NDArray[np.float64],
    visited: NDArray[np.bool_],
    category_visited: NDArray[np.bool_],
    category: NDArray[np.int64],
    rate: NDArray[np.float64],
    similar_factor: float,
    keys: NDArray[np.int64],
    following: NDArray[np.int32],
    front_start: NDArray[np.int64],
    front_tenant: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The first tenant that each group enters on impulse on its way, -1 where none.

    Args:
        seed: of the replication.
        agent: [n] ids.
        stop: [n] how many choices each has made.
        place: [n] zone each group stands in.
        goal: [n] row of ``following`` that it walks to.
        need: [n] factor of the group; 0: nothing tempts it.
        visited: [n, J].
        category_visited: [n, C].
        category: [J].
        rate: [J] k times impulse times attraction times campaign, 0 when shut.
        similar_factor: factor where a shop of the category was visited.
        keys: [J].
        following: [goals, Z] the next zone on the way to a goal, -1 at the goal.
        front_start: [Z + 1] where the tenants whose front a zone passes begin in ``front_tenant``.
        front_tenant: tenants by zone.
    """
    entered = np.full(agent.size, -1, dtype=np.int64)
    for i in range(agent.size):
        if need[i] <= 0:
            continue
        zone = place[i]
        for _ in range(following.shape[1]):
            for at in range(front_start[zone], front_start[zone + 1]):
                j = front_tenant[at]
                if visited[i, j] or rate[j] <= 0:
                    continue
                k = rate[j] * need[i] * (similar_factor if category_visited[i, category[j]] else 1.0)
                if uniform(seed, IMPULSE, agent[i], index_of(stop[i], keys[j])) < 1.0 - np.exp(-k):
                    entered[i] = j
                    break
            if entered[i] >= 0:
                break
            zone = following[goal[i], zone]
            if zone < 0:
                break
    return entered


@nb.njit(cache=True)
def count_passing(
    place: NDArray[np.int64],
    goal: NDArray[np.int64],
    people: NDArray[np.int64],
    following: NDArray[np.int32],
    front_start: NDArray[np.int64],
    front_tenant: NDArray[np.int64],
    passers: NDArray[np.int64],
    zone_space: NDArray[np.int32],
    space_footfall: NDArray[np.int64],
) -> None:
    """Add one leg of each group to the people who pass each front, and who enter each space.

    ``passers`` [J] counts a tenant once a leg; ``space_footfall`` [S] counts each entry.
    """
    seen = np.full(passers.size, -1, dtype=np.int64)
    for i in range(place.size):
        zone = place[i]
        for _ in range(following.shape[1]):
            for at in range(front_start[zone], front_start[zone + 1]):
                j = front_tenant[at]
                if seen[j] != i:
                    seen[j] = i
                    passers[j] += people[i]
            ahead = following[goal[i], zone]
            if ahead < 0:
                break
            if zone_space[ahead] != zone_space[zone]:
                space_footfall[zone_space[ahead]] += people[i]
            zone = ahead


@nb.njit(cache=True)
def along(
    place: NDArray[np.int64],
    goal: NDArray[np.int64],
    share: NDArray[np.float64],
    following: NDArray[np.int32],
    fit: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """A fit zone on the way of each group, at ``share`` of the fit zones passed; -1 where there is none."""
    spot = np.full(place.size, -1, dtype=np.int64)
    for i in range(place.size):
        count = 0
        for turn in range(2):
            zone, wanted, met = place[i], int(share[i] * count), 0
            for _ in range(following.shape[1]):
                if fit[zone]:
                    if turn == 1 and met == wanted:
                        spot[i] = zone
                        break
                    met += 1
                zone = following[goal[i], zone]
                if zone < 0:
                    break
            count = met
            if count == 0:
                break
    return spot
