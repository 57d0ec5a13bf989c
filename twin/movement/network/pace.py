"""How fast those walk who are on their way already: slowed by smoke, or on an escalator that stops."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.network import kernel
from twin.movement.network.arrays import AGENT_EVENT, HEAP, KINDS, WALKING, Heap, Moves, People, Static
from twin.movement.network.model import Floats, Ints


class Pace:
    """The shares of their own speeds at which people walk, and the walks that change with them."""

    def __init__(self) -> None:
        self._factor = np.ones(0)

    def fallen(self, agents: Ints) -> Ints:
        """Those of ``agents`` whose factor is 0."""
        known = agents[agents < len(self._factor)]
        fallen: Ints = known[self._factor[known] == 0]
        return fallen

    def change(
        self, net: Static, people: People, moves: Moves, heap: Heap, agents: Ints, factors: ArrayLike
    ) -> None:
        """Let ``agents`` walk at ``factors`` of their own speeds; 0 halts them for ever.

        Raises:
            InputError: if a factor is not within 0 and 1.
        """
        share = np.broadcast_to(np.asarray(factors, float), agents.shape)
        if len(share) and not (share.min() >= 0 and share.max() <= 1):
            raise InputError("factors: a share of the own speed lies within 0 and 1")
        have = len(self._factor)
        if have < len(people.state):
            self._factor = np.concatenate([self._factor, np.ones(len(people.state) - have)])
        alive = (share > 0) & (self._factor[agents] > 0)
        ids, shares = agents[alive], share[alive]
        walkers = walking(people, ids)
        before = speeds(net, people, moves, walkers)
        people.speed[ids] *= (shares / self._factor[ids])[:, None]
        self._factor[ids] = shares
        self._factor[agents[share == 0]] = 0.0
        kernel.halt(net, people, moves, heap, agents[share == 0])
        hurry(net, people, moves, heap, walkers, before)


def speeds(net: Static, people: People, moves: Moves, agents: Ints) -> Floats:
    """Speed in m/s that each of ``agents`` walks at where it is now; 0 outside."""
    found = np.zeros(len(agents))
    kernel.speeds(net, people, moves, agents, found)
    return found


def walking(people: People, agents: Ints) -> Ints:
    """Those of ``agents`` who are walking now."""
    found: Ints = agents[people.state[agents] == WALKING].astype(np.int32)
    return found


def riders(people: People, count: int, nodes: NDArray[np.int64]) -> Ints:
    """Those of the first ``count`` agents who walk or ride on the links ``nodes``."""
    there = np.isin(people.node[:count], nodes)
    return walking(people, np.flatnonzero(there).astype(np.int32))


def hurry(net: Static, people: People, moves: Moves, heap: Heap, agents: Ints, before: Floats) -> None:
    """Bring the arrivals of walking ``agents``, who walked at ``before`` m/s, up to their speeds of now.

    What is left of each walk takes as much longer as its walker is slower now.
    """
    after = speeds(net, people, moves, agents)
    changed = (after != before) & (after > 0) & (before > 0)
    if not changed.any():
        return
    ratio = np.ones(len(people.state))
    ratio[agents[changed]] = before[changed] / after[changed]
    size, now = int(moves.number[HEAP]), float(moves.clock[0])
    item, time = heap.item[:size], heap.time[:size]
    theirs = heap.order[:size] % KINDS == AGENT_EVENT
    theirs[theirs] = heap.ticket[:size][theirs] == people.ticket[item[theirs]]
    time[theirs] = now + (time[theirs] - now) * ratio[item[theirs]]
    # What is sorted is a heap.
    order = np.lexsort((heap.order[:size], time))
    for column in heap:
        column[:size] = column[:size][order]
