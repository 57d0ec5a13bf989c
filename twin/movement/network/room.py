"""Room in nodes: who fits in, who comes and goes, and where others wait for room."""

from __future__ import annotations

from twin.movement.network.arrays import FREED, Moves, Static, Whole
from twin.movement.network.compiled import kernel
from twin.movement.network.walking import ROOM_LEFT


@kernel
def has_room(net: Static, moves: Moves, node: Whole, weight: Whole) -> bool:
    """Whether ``weight`` people fit into ``node``. An empty node takes any group; outside is never full.

    Those who queue or stay in it may stand packed. Among those who walk through it the supply ends at the
    density of the largest flow: more would only slow each other down, and never walk out of their jam.
    """
    if node < 0 or moves.held[node] == 0:
        return True
    held, walking = moves.held[node], moves.walking[node]
    if held + weight > net.node_room[node]:
        return False
    if walking == 0 or (net.node_steps[node] and not net.crowded):
        return True
    area = net.node_area[node]
    free = max(area - (held - walking) / net.jam, ROOM_LEFT * area)
    return bool(walking + weight - net.itself <= net.node_best[node] * free)


@kernel
def note_room(moves: Moves, node: Whole) -> None:
    """There may be room in ``node`` for those who wait for it."""
    if moves.blocked_into[node] > 0 and not moves.node_due[node]:
        moves.node_due[node] = True
        row = moves.number[FREED]
        moves.freed[row] = node
        moves.number[FREED] = row + 1


@kernel
def leave_node(moves: Moves, node: Whole, weight: Whole) -> None:
    """Take ``weight`` people out of ``node``, and note it where others wait for room in it."""
    moves.held[node] -= weight
    moves.left_at[node] = moves.clock[0]
    note_room(moves, node)


@kernel
def enter_node(moves: Moves, node: Whole, weight: Whole) -> None:
    """Add ``weight`` people to ``node``."""
    moves.held[node] += weight
    moves.peak[node] = max(moves.peak[node], moves.held[node])
