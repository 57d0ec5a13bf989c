"""People who stay together: they go at the pace of the slowest, wait for who falls behind, and close up.

What is measured is that most people walk in small groups, side by side as long as there is room (Moussaïd et
al.,
PLoS ONE 5, 2010). How they wait is a rule of this engine:

- Nobody of a group is faster than the slowest of it can be where he or she is.
- Who is ahead slows down, and then stands, as the *open* way to the last one grows: gaps in which others of
the
  group walk right behind one another do not count, since a narrow passage leaves no other choice.
- Nobody waits in a door, or with strangers at the heels who want the same way (in a queue, in a narrow
  passage): the group goes in file with the stream and closes up where there is room. Nor for longer than
  three minutes.
- Who sees the others drifts towards them, sideways only, and not at a door.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import QUEUING, WALKING, Array, Canvas, Walkers
from twin.movement.crowd.cells import CELL_M, Scratch
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.guidance import Fields, metres
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.routes import TABLE_MPS
from twin.movement.network.arrays import Tables

FREE_LEAD_S, FREE_LEAD_M = 2.0, (0.4, 2.0)
"""Open way to the last one that is no reason to slow down: what that one walks in 2 s, within these
bounds."""
BAND_S, BAND_M = 3.0, (0.6, 2.0)
"""Over so much more of it the pace falls to nothing."""
PROGRESS_S = 3.0
"""Time over which is taken how fast the last one gets on."""
WAIT_MOST_S = 180.0
"""One waits no longer than this; then one goes on until the group is together again. An assumption."""
FILE_M = 0.1, 0.35
"""Who walks so little farther behind another of the group than the time gap asks for, and so little beside,
is in file with him or her."""
HEELS_M, SAME_WAY = (0.1, 0.5), 0.3
"""Nearer behind than the first is beside; how little to the side one is at one's heels; cosine from which two
go the same way."""
HEELS_S = 1.5
"""At one's heels is who keeps no longer than this behind, beside the time gap."""
DOOR_M = 0.8
"""Nobody waits so near to a door, nor drifts."""
WAITS = 0.5
"""Who is slower than this share of the pace is waiting."""
DRIFT, DRIFT_FROM_M, DRIFT_FULL_M = 0.35, 0.8, 3.0
"""Sideways part of the aim towards the others, and between which distances from their middle it grows."""
_ALONE = -1


class Groups(NamedTuple):
    """Who stays together; G groups, n agents."""

    start: Array
    """int32[G + 1] rows of ``member`` by group."""
    member: Array
    """int32[] agents."""
    rest: Array
    """float64[n] metres of way left to the goal at the last look; of those who are in a group."""
    waited: Array
    """float64[n] s that each has waited for the others since they were last together."""
    progress: Array
    """float64[n] m/s at which each has got on in the last :data:`PROGRESS_S`."""


def groups_of(group: Array, before: Groups | None = None) -> Groups:
    """The groups of agents who have the numbers ``group`` (int32[n], -1 alone).

    ``before``: those of the first of them, whose waiting goes on.
    """
    order = np.argsort(group, kind="stable")
    order = order[group[order] != _ALONE]
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    kept = size > 1
    members = [order[f : f + s] for f, s in zip(first[kept], size[kept], strict=True)]
    waited, progress = np.zeros(len(group)), np.full(len(group), np.inf)
    if before is not None:
        waited[: len(before.waited)] = before.waited
        progress[: len(before.waited)] = before.progress
    return Groups(
        start=np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int32),
        member=np.concatenate([*members, np.zeros(0, np.int64)]).astype(np.int32),
        rest=np.zeros(len(group)),
        waited=waited,
        progress=progress,
    )


@kernel
def _at_door(canvas: Canvas, x: float, y: float) -> bool:
    """Whether a mouth lies within :data:`DOOR_M`."""
    column = min(max(int((x - canvas.origin_x) / canvas.bin_m), 0), canvas.bins_x - 1)
    line = min(max(int((y - canvas.origin_y) / canvas.bin_m), 0), canvas.bins_y - 1)
    square = line * canvas.bins_x + column
    for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
        mouth = canvas.mouth[canvas.mouth_item[k]]
        wx, wy = mouth[2] - mouth[0], mouth[3] - mouth[1]
        length = wx * wx + wy * wy
        part = 0.0
        if length > 0.0:
            part = min(max(((x - mouth[0]) * wx + (y - mouth[1]) * wy) / length, 0.0), 1.0)
        if math.hypot(mouth[0] + part * wx - x, mouth[1] + part * wy - y) < DOOR_M:
            return True
    return False


@kernel
def _in_sight(canvas: Canvas, people: Walkers, i: int, j: int) -> bool:
    """Whether ``j`` is in the room of ``i`` and the line between them stays in it."""
    room = people.room[i]
    if people.room[j] != room:
        return False
    dx, dy = people.x[j] - people.x[i], people.y[j] - people.y[i]
    pieces = int(math.hypot(dx, dy) / canvas.cell_m) + 1
    for k in range(1, pieces):
        x, y = people.x[i] + dx * k / pieces, people.y[i] + dy * k / pieces
        column, line = int((x - canvas.origin_x) / canvas.cell_m), int((y - canvas.origin_y) / canvas.cell_m)
        if canvas.room[line, column] != room:
            return False
    return True


@kernel
def _pressed(people: Walkers, scratch: Scratch, canvas: Canvas, i: int) -> bool:
    """Whether somebody of no concern to ``i`` stands right behind and wants to go the same way."""
    ax, ay = people.ax[i], people.ay[i]
    reach = people.depth[i] + people.pace[i] * (people.gap[i] + HEELS_S)
    px, py = people.x[i] - canvas.origin_x, people.y[i] - canvas.origin_y
    first_column, last_column = max(int((px - reach) / CELL_M), 0), int((px + reach) / CELL_M)
    last_column = min(last_column, scratch.columns - 1)
    for r in range(
        max(int((py - reach) / CELL_M), 0), min(int((py + reach) / CELL_M), scratch.lines - 1) + 1
    ):
        first = scratch.cell_start[r * scratch.columns + first_column]
        last = scratch.cell_start[r * scratch.columns + last_column + 1]
        for k in range(first, last):
            j = scratch.order[k]
            if people.group[j] == people.group[i] or not people.moving[j]:
                continue
            dx, dy = people.x[j] - people.x[i], people.y[j] - people.y[i]
            behind = -(dx * ax + dy * ay)
            if not HEELS_M[0] < behind < reach or abs(dy * ax - dx * ay) > HEELS_M[1]:
                continue
            if people.ax[j] * ax + people.ay[j] * ay > SAME_WAY:
                return True
    return False


@kernel
def _in_file(people: Walkers, groups: Groups, first: int, last: int, j: int) -> bool:
    """Whether ``j`` walks right behind another of its group (rows ``first`` to ``last``)."""
    ax, ay = people.ax[j], people.ay[j]
    close = people.depth[j] + people.pace[j] * people.gap[j] + FILE_M[0]
    for k in range(first, last):
        i = groups.member[k]
        if i == j or groups.rest[i] >= groups.rest[j]:
            continue
        dx, dy = people.x[i] - people.x[j], people.y[i] - people.y[j]
        if 0.0 < dx * ax + dy * ay < close and abs(dy * ax - dx * ay) < FILE_M[1]:
            return True
    return False


@kernel
def _sort(people: Walkers, groups: Groups, first: int, last: int) -> int:
    """Sort the members in rows ``first`` to ``last`` by the way left; how many walk: they come first.

    Insertion sort: a group is small, and sorted from the step before.
    """
    walking = 0
    for k in range(first, last):
        i = groups.member[k]
        active = people.moving[i] and (people.state[i] == WALKING or people.state[i] == QUEUING)
        active = active and people.pace[i] > 0.0
        if not active:
            groups.rest[i] = math.inf
        else:
            walking += 1
        at = k
        while at > first and groups.rest[groups.member[at - 1]] > groups.rest[i]:
            groups.member[at] = groups.member[at - 1]
            at -= 1
        groups.member[at] = i
    return walking


@kernel
def _drift(canvas: Canvas, people: Walkers, groups: Groups, first: int, last: int, i: int) -> None:
    """Turn the aim of ``i`` a little towards the middle of those of the group who are in sight."""
    x, y, seen = 0.0, 0.0, 0
    for k in range(first, last):
        j = groups.member[k]
        if j != i and _in_sight(canvas, people, i, j):
            x, y, seen = x + people.x[j], y + people.y[j], seen + 1
    if seen == 0:
        return
    dx, dy = x / seen - people.x[i], y / seen - people.y[i]
    ax, ay = people.ax[i], people.ay[i]
    aside = dy * ax - dx * ay
    away = abs(aside)
    if away < DRIFT_FROM_M:
        return
    part = DRIFT * min((away - DRIFT_FROM_M) / (DRIFT_FULL_M - DRIFT_FROM_M), 1.0)
    if aside < 0.0:
        part = -part
    length = math.sqrt(1.0 + part * part)
    people.ax[i], people.ay[i] = (ax - ay * part) / length, (ay + ax * part) / length


@kernel
def _slowest(people: Walkers, groups: Groups, first: int, last: int) -> float:
    """Pace of the slowest in rows ``first`` to ``last``."""
    slowest = math.inf
    for k in range(first, last):
        slowest = min(slowest, people.pace[groups.member[k]])
    return slowest


@kernel
def _note_progress(people: Walkers, groups: Groups, i: int, dt: float) -> None:
    """Ease the speed of now into the progress of ``i``; who has just set out is taken to walk as intended."""
    fast = math.hypot(people.vx[i], people.vy[i])
    if groups.progress[i] == math.inf:
        groups.progress[i] = people.pace[i]
    groups.progress[i] += (fast - groups.progress[i]) * (1.0 - math.exp(-dt / PROGRESS_S))


@kernel
def _share(canvas: Canvas, people: Walkers, scratch: Scratch, groups: Groups, i: int, over: float) -> float:
    """Share of the group's pace at which ``i`` goes on.

    ``over``: how far the open way to the last one exceeds the free lead, in bands.
    """
    if over <= 0.0 or groups.waited[i] > WAIT_MOST_S:
        return 1.0
    if _pressed(people, scratch, canvas, i):
        return 1.0
    return max(1.0 - over, 0.0)


@kernel
def cohere(canvas: Canvas, people: Walkers, scratch: Scratch, groups: Groups, dt: float) -> None:
    """Adapt the pace and the aim of everybody who is in a group, between the guidance and the step.

    Reads ``groups.rest`` (metres to the goal), ``people.pace`` (what each could do) and the aims.
    """
    for g in range(len(groups.start) - 1):
        first = groups.start[g]
        last = first + _sort(people, groups, first, groups.start[g + 1])
        if last < first + 2:
            continue
        slowest = _slowest(people, groups, first, last)
        for k in range(first, last):
            _note_progress(people, groups, groups.member[k], dt)
        pace = min(slowest, groups.progress[groups.member[last - 1]])
        free = min(max(FREE_LEAD_S * pace, FREE_LEAD_M[0]), FREE_LEAD_M[1])
        band = min(max(BAND_S * pace, BAND_M[0]), BAND_M[1])
        lead = 0.0
        for k in range(last - 1, first - 1, -1):
            i = groups.member[k]
            if k < last - 1 and not _in_file(people, groups, first, last, groups.member[k + 1]):
                lead += groups.rest[groups.member[k + 1]] - groups.rest[i]
            door = _at_door(canvas, people.x[i], people.y[i])
            share = 1.0 if door else _share(canvas, people, scratch, groups, i, (lead - free) / band)
            if share < WAITS:
                groups.waited[i] += dt
            elif lead <= free:
                groups.waited[i] = max(0.0, groups.waited[i] - 2.0 * dt)
            people.pace[i] = min(people.pace[i], slowest * share)
            if not door:
                _drift(canvas, people, groups, first, last, i)


@kernel
def stay_together(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    tables: Tables,
    fields: Fields,
    places: Places,
    scratch: Scratch,
    groups: Groups,
    dt: float,
) -> None:
    """:func:`cohere`, with the way that everybody in a group has left by the guidance and the tables."""
    if len(groups.member) == 0:
        return
    for k in range(len(groups.member)):
        i = groups.member[k]
        if not people.moving[i] or people.room[i] < 0 or people.goal[i] < 0:
            continue
        vertex, beyond, row = people.vertex[i], 0.0, -1
        if vertex >= 0:
            row = fields.vertex_row[vertex]
            beyond = float(tables.distance[people.goal[i], vertex]) * TABLE_MPS
        elif ways.target[i] >= 0:
            row = places.row[ways.target[i]]
        if row >= 0:
            groups.rest[i] = metres(canvas, fields, row, people.x[i], people.y[i]) + beyond
        else:
            groups.rest[i] = ways.to_go[i] + beyond
    cohere(canvas, people, scratch, groups, dt)
