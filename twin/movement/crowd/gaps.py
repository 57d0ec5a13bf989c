"""Where the openings and exits of a level are: straight pieces of gate, before walls are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.ops import substring

from twin.movement.network.model import OUTSIDE, Network
from twin.plan.model import Exit, Opening, Plan

SIMPLE_M = 0.01
"""A bent opening is drawn by as few straight pieces as keep within this."""


@dataclass(frozen=True)
class Gap:
    """A straight piece of the clear width of a gate."""

    gate: int
    """As in the network."""
    rooms: tuple[int, int]
    """Spaces in the sense of the gate; ``OUTSIDE`` behind an exit."""
    line: NDArray[np.float64]
    """[2, xy], m."""

    @property
    def shape(self) -> LineString:
        """The line as a shape."""
        return LineString(self.line)

    @property
    def length_m(self) -> float:
        """Its length."""
        return float(np.hypot(*(self.line[1] - self.line[0])))


def gaps_of(plan: Plan, network: Network) -> dict[int, list[Gap]]:
    """The pieces of all openings and exits that the network has, by level index.

    Of an opening the clear width in the middle of its line is open. Where the network splits an opening
    among several gates, each piece belongs to the gate whose part of the line is the shortest there.
    """
    index = {level.id: n for n, level in enumerate(plan.levels)}
    members: dict[tuple[str, bool], list[int]] = {}
    for gate in range(network.portals):
        if network.gate_source[gate]:
            key = (network.gate_source[gate], bool(network.gate_exit[gate]))
            members.setdefault(key, []).append(gate)
    gaps: dict[int, list[Gap]] = {}
    for (source, is_exit), gates in members.items():
        feature = plan.exit[source] if is_exit else plan.opening[source]
        found = gaps.setdefault(index[feature.level_id], [])
        found.extend(_pieces(feature, gates, network))
    return gaps


def clear_line(line: LineString, width_m: float) -> LineString:
    """The part of ``line`` that is open: ``width_m`` in its middle, or beyond its ends if it is too short."""
    spare = (line.length - width_m) / 2.0
    if spare >= 0.0:
        part = substring(line, spare, line.length - spare)
        return part if isinstance(part, LineString) else line
    points = np.array(line.coords)[:, :2]
    first, last = points[0] - points[1], points[-1] - points[-2]
    points[0] += first / np.hypot(*first) * -spare
    points[-1] += last / np.hypot(*last) * -spare
    return LineString(points)


def _pieces(feature: Opening | Exit, gates: list[int], network: Network) -> Iterator[Gap]:
    """The straight pieces of one feature, each with its gate."""
    line = shapely.remove_repeated_points(shapely.force_2d(feature.line), 1e-6)
    if line.length <= 0.0 or feature.width_m <= 0.0:
        return
    clear = clear_line(line, feature.width_m).simplify(SIMPLE_M)
    places = np.array(clear.coords)
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    spans = [_span(line, clear, network.gate_line[gate]) for gate in gates]
    cuts = np.unique(np.clip(np.concatenate([at, *spans]), 0.0, at[-1]))
    for begin, end in pairwise(cuts.tolist()):
        if end - begin < 1e-4:  # noqa: PLR2004 - a tenth of a millimetre
            continue
        middle = (begin + end) / 2.0
        within = [n for n, (low, high) in enumerate(spans) if low - 1e-6 <= middle <= high + 1e-6]
        near = within or [int(np.argmin([min(abs(low - middle), abs(high - middle)) for low, high in spans]))]
        gate = gates[min(near, key=lambda n: spans[n][1] - spans[n][0])]
        ends = np.stack([np.interp([begin, end], at, places[:, axis]) for axis in (0, 1)], axis=1)
        yield Gap(gate, _rooms(network, gate), ends)


def _span(line: LineString, clear: LineString, ends: NDArray[np.float64]) -> tuple[float, float]:
    """Where on the clear line the gate with these ends lies: from and to, m."""
    points = shapely.points(ends)
    low, high = (float(v) for v in shapely.line_locate_point(line, points))
    if line.is_closed and high <= low:
        high = line.length
    spare = (line.length - clear.length) / 2.0
    # The ends of a gate that starts or ends with its opening are those of the clear line.
    first = 0.0 if low <= 1e-6 else low - spare  # noqa: PLR2004 - a thousandth of a millimetre
    last = clear.length if high >= line.length - 1e-6 else high - spare
    return (first, last) if first < last else (0.0, clear.length)


def _rooms(network: Network, gate: int) -> tuple[int, int]:
    """The spaces on both sides of a gate."""
    one, other = network.gate_nodes[gate].tolist()
    return (
        int(network.node_space[one]),
        OUTSIDE if other == OUTSIDE else int(network.node_space[other]),
    )
