"""Networks drawn by hand, without a plan: for hand calculations, published cases and benchmarks.

::

    made = NetworkBuilder()
    room = made.room(length_m=8.0, width_m=5.0)
    made.exit(room, width_m=1.0)
    run = NetworkRun(made.build())

Rooms lie along one line: places are given by the distance ``at_m`` from the room's own start, and walks are
the differences of these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from twin.movement import sfpe
from twin.movement.network.model import OUTSIDE, LinkMode, Network, NodeKind
from twin.movement.network.parts import Gates, Nodes, assemble, no_trips, places_by_node
from twin.movement.network.physics import CODE, Physics, specific_flow


@dataclass(frozen=True)
class _Door:
    ends: tuple[int, int]
    at: tuple[float, float]
    """Where it lies in the one and in the other room."""
    width: float
    effective: float
    flow: float
    name: str
    one_way: bool


@dataclass(frozen=True)
class _Stair:
    rooms: tuple[int, int]
    at: tuple[float, float]
    length: float
    area: float
    width: float
    effective: float
    k: float
    flow: float
    name: str


@dataclass
class NetworkBuilder:
    """Collects rooms, doors, exits and stairs, and builds the network of them."""

    physics: Physics = CODE
    _rooms: list[tuple[float, float]] = field(default_factory=list)
    _doors: list[_Door] = field(default_factory=list)
    _stairs: list[_Stair] = field(default_factory=list)

    def room(self, *, length_m: float, width_m: float) -> int:
        """A room or a part of a corridor; returns its number (its zone in a run)."""
        self._rooms.append((length_m, width_m))
        return len(self._rooms) - 1

    def door(
        self,
        one: int,
        other: int,
        *,
        width_m: float,
        at_m: tuple[float, float] = (0.0, 0.0),
        layer: str = "door",
        effective_m: float | None = None,
        flow: float | None = None,
        name: str = "",
        one_way: bool = False,
    ) -> None:
        """A door between two rooms.

        Args:
            one: room.
            other: room, or ``OUTSIDE``.
            width_m: clear width.
            at_m: its place in the first and in the second room.
            layer: its boundary layer, a name of :data:`twin.movement.sfpe.BOUNDARY_LAYER_M`.
            effective_m: its effective width where a case states one; else that of the physics.
            flow: largest specific flow, people/(m s); that of the physics by default.
            name: to open, close or watch it by.
            one_way: from ``one`` to ``other`` only.
        """
        effective = self._effective(width_m, layer) if effective_m is None else effective_m
        limit = float(specific_flow(self.physics, width_m)) if flow is None else flow
        self._doors.append(_Door((one, other), at_m, width_m, effective, limit, name, one_way))

    def exit(
        self,
        room: int,
        *,
        width_m: float,
        at_m: float = 0.0,
        layer: str = "door",
        effective_m: float | None = None,
        flow: float | None = None,
        name: str = "",
    ) -> None:
        """A way out of ``room``; as :meth:`door`."""
        self.door(
            room,
            OUTSIDE,
            width_m=width_m,
            at_m=(at_m, 0.0),
            layer=layer,
            effective_m=effective_m,
            flow=flow,
            name=name or f"exit-{len(self._doors)}",
        )

    def stair(
        self,
        lower: int,
        upper: int,
        *,
        length_m: float,
        width_m: float,
        riser_m: float,
        tread_m: float,
        at_m: tuple[float, float] = (0.0, 0.0),
        effective_m: float | None = None,
        flow: float | None = None,
        name: str = "",
    ) -> None:
        """A stair of ``length_m`` along its slope between two rooms.

        ``effective_m`` and ``flow`` (people/(m s)) as for :meth:`door`; those of the physics by default.
        """
        k = float(sfpe.stair_k(riser_m, tread_m))
        effective = self._effective(width_m, "stairs") if effective_m is None else effective_m
        if flow is None:
            flow = self.physics.stair_flow
        if flow is None:
            flow = float(sfpe.max_specific_flow(k))
        name = name or f"stair-{len(self._stairs)}"
        # Weidmann's density on stairs is that on the plan.
        share = tread_m / math.hypot(riser_m, tread_m) if self.physics.measured else 1.0
        area = length_m * width_m * share
        self._stairs.append(_Stair((lower, upper), at_m, length_m, area, width_m, effective, k, flow, name))

    def _effective(self, width_m: float, layer: str) -> float:
        """Effective width of a clear one by the physics."""
        if not self.physics.effective:
            return width_m
        return float(sfpe.effective_width(width_m, sfpe.BOUNDARY_LAYER_M[layer]))

    def build(self) -> Network:
        """The network of what was drawn."""
        rooms, stairs = len(self._rooms), self._stairs
        count = len(stairs)
        size = np.array(self._rooms).reshape(-1, 2)
        nodes = Nodes(
            zones=rooms,
            area_m2=np.concatenate([size.prod(axis=1), [s.area for s in stairs]]),
            kind=np.array([NodeKind.LEVEL] * rooms + [NodeKind.STAIRS] * count, np.int32),
            k=np.array([sfpe.K_LEVEL_MPS] * rooms + [s.k for s in stairs]),
            length_m=np.array([0.0] * rooms + [s.length for s in stairs]),
            belt_mps=np.zeros(rooms + count),
            direction=np.zeros(rooms + count, np.int32),
            space=np.array([*range(rooms), *(s.rooms[0] for s in stairs)], np.int32),
            centre=np.column_stack([size[:, 0] / 2, np.zeros(rooms)]),
            connector=tuple(s.name for s in stairs),
            link_mode=np.full(count, LinkMode.RUNNING, np.int32),
        )
        gates = self._gates(rooms)
        trips = no_trips()
        places = places_by_node(gates, trips, rooms)
        own = self._own_places(gates, rooms)
        walks = {n: np.abs(own[n][:, None] - own[n][None, :]) for n in places}
        ids = tuple(f"room-{n}" for n in range(rooms))
        return assemble(
            nodes=nodes,
            gates=gates,
            trips=trips,
            walks=walks,
            physics=self.physics,
            plan_version="drawn by hand",
            space_ids=ids,
            zones_of_space={name: np.array([n], np.int32) for n, name in enumerate(ids)},
        )

    def _gates(self, rooms: int) -> Gates:
        doors, stairs = self._doors, self._stairs
        link_nodes = [(room, rooms + n) for n, s in enumerate(stairs) for room in s.rooms]
        capacity = np.array(
            [d.flow * d.effective for d in doors] + [s.flow * s.effective for s in stairs for _ in range(2)]
        )
        at = np.array([d.at[0] for d in doors] + [x for s in stairs for x in s.at])
        point = np.column_stack([at, np.zeros(len(at))])
        ends = 2 * len(stairs)
        return Gates(
            portals=len(doors),
            nodes=np.array([d.ends for d in doors] + link_nodes, np.int32).reshape(-1, 2),
            width_m=np.array([d.width for d in doors] + [s.width for s in stairs for _ in range(2)]),
            effective_m=np.array(
                [d.effective for d in doors] + [s.effective for s in stairs for _ in range(2)]
            ),
            capacity=capacity,
            running_capacity=capacity,
            line=np.stack([point, point], axis=1),
            one_way=np.array([d.one_way for d in doors] + [False] * ends),
            open=np.ones(len(at), bool),
            exit=np.array([d.ends[1] == OUTSIDE for d in doors] + [False] * ends),
            source=tuple([d.name for d in doors] + [s.name for s in stairs for _ in range(2)]),
        )

    def _own_places(self, gates: Gates, rooms: int) -> dict[int, np.ndarray]:
        """For each room the places of its vertices on its own line, in the order of the vertices."""
        places: dict[int, list[float]] = {n: [] for n in range(rooms)}
        for gate, (one, other) in enumerate(gates.nodes.tolist()):
            door = self._doors[gate] if gate < len(self._doors) else None
            places[one].append(float(gates.line[gate, 0, 0]))
            if door is not None and 0 <= other < rooms:
                places[other].append(door.at[1])
        return {n: np.array(own) for n, own in places.items()}
