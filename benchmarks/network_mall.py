"""The five-level mall on which the network engine is timed beside its peer, as plain data.

Five floors of ten corridor parts (20 x 12 m) in a row, twelve shops (12 x 12 m, a door of 1.8 m) on each
part, four stairs of 2.4 m from each upper floor to the one below, four ground exits of 6 m: 667 nodes, the
outside counted, and 1,326 directed links (corridors and shops are linked both ways, stairs and exits out
only). 30 people in each shop and 46 on each corridor part: 20,300.

The dimensions are those of the task; where stairs and exits stand and how many people are where is chosen
here: at parts 1, 4, 7 and 10 of each floor, so that the shortest way leads the people of 2, 3, 3 and 2
parts to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.movement.network.builder import NetworkBuilder
from twin.movement.network.physics import CODE, Physics

FLOORS, PARTS, SHOPS = 5, 10, 12
PART_M, CORRIDOR_M, SHOP_M = 20.0, 12.0, 12.0
SHOP_DOOR_M, STAIR_M, EXIT_M = 1.8, 2.4, 6.0
FLIGHT_M, RISER_M, TREAD_M = 10.0, 0.17, 0.28
"""Length along the slope (storeys of 5 m, two flights) and step of the stairs."""
STAIRS_AT = (0, 3, 6, 9)
"""Corridor parts at which stairs and, on the ground, exits stand."""
PEOPLE_IN_SHOP, PEOPLE_ON_PART = 30, 46
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Room:
    """A shop or a part of a corridor, m; ``people`` stand in it at the start."""

    name: str
    length_m: float
    width_m: float
    people: int


@dataclass(frozen=True, slots=True)
class Flight:
    """A stair between two rooms; ``length_m`` along its slope."""

    name: str
    upper: str
    lower: str
    length_m: float
    width_m: float
    riser_m: float
    tread_m: float
    at_m: float
    """Where it stands in both rooms, from their start."""


@dataclass(frozen=True, slots=True)
class Door:
    """A door, or a place where two corridor parts meet."""

    one: str
    other: str
    """Room, or :data:`OUTSIDE`."""
    width_m: float
    at_m: tuple[float, float]
    """Its place in both rooms."""


@dataclass(frozen=True, slots=True)
class Mall:
    """Plain data from which any network engine can be built."""

    rooms: tuple[Room, ...]
    doors: tuple[Door, ...]
    flights: tuple[Flight, ...]

    @property
    def nodes(self) -> int:
        """Rooms, flights and the outside."""
        return len(self.rooms) + len(self.flights) + 1

    @property
    def links(self) -> int:
        """Directed links: doors inside twice, exits once, a flight in at its top and out at its foot."""
        ways = sum(1 if door.other == OUTSIDE else 2 for door in self.doors)
        return ways + 2 * len(self.flights)

    @property
    def people(self) -> int:
        """People at the start."""
        return sum(room.people for room in self.rooms)


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of a :class:`Mall`; one row each."""

    room: NDArray[np.int32]
    """Index into ``mall.rooms``."""
    speed_mps: NDArray[np.float64]
    start_s: NDArray[np.float64]


def mall_667(people: int | None = None) -> Mall:
    """The mall; with ``people`` that many instead of 20,300, spread over the rooms in proportion."""
    rooms: list[Room] = []
    doors: list[Door] = []
    flights: list[Flight] = []
    middle = PART_M / 2
    for floor in range(FLOORS):
        for part in range(PARTS):
            here = f"f{floor}-p{part}"
            rooms.append(Room(here, PART_M, CORRIDOR_M, PEOPLE_ON_PART))
            if part:
                doors.append(Door(f"f{floor}-p{part - 1}", here, CORRIDOR_M, (PART_M, 0.0)))
            for shop in range(SHOPS):
                rooms.append(Room(f"{here}-s{shop}", SHOP_M, SHOP_M, PEOPLE_IN_SHOP))
                doors.append(Door(f"{here}-s{shop}", here, SHOP_DOOR_M, (SHOP_M, middle)))
            if part not in STAIRS_AT:
                continue
            if floor:
                below = f"f{floor - 1}-p{part}"
                name = f"stair-f{floor}-p{part}"
                flights.append(Flight(name, here, below, FLIGHT_M, STAIR_M, RISER_M, TREAD_M, middle))
            else:
                doors.append(Door(here, OUTSIDE, EXIT_M, (middle, 0.0)))
    mall = Mall(tuple(rooms), tuple(doors), tuple(flights))
    return mall if people is None else _scaled(mall, people)


def _scaled(mall: Mall, people: int) -> Mall:
    """The same mall with ``people`` in all; what rounding leaves over goes to the first rooms."""
    share = np.array([room.people for room in mall.rooms]) * people / mall.people
    count = np.floor(share).astype(int)
    count[np.argsort(-(share - count), kind="stable")[: people - int(count.sum())]] += 1
    rooms = tuple(
        Room(room.name, room.length_m, room.width_m, n)
        for room, n in zip(mall.rooms, count.tolist(), strict=True)
    )
    return Mall(rooms, mall.doors, mall.flights)


def crowd_of(mall: Mall, *, seed: int, start_s: tuple[float, float] = (0.0, 60.0)) -> Crowd:
    """People in the middle of their rooms: free speeds of 1.0 to 1.4 m/s, starts even over ``start_s``."""
    rng = np.random.default_rng(seed)
    room = np.repeat(np.arange(len(mall.rooms), dtype=np.int32), [r.people for r in mall.rooms])
    speed = rng.uniform(1.0, 1.4, len(room))
    return Crowd(room=room, speed_mps=speed, start_s=rng.uniform(*start_s, len(room)))


def builder_of(mall: Mall, physics: Physics = CODE) -> NetworkBuilder:
    """The mall for our engine; room ``i`` of the mall is zone ``i``."""
    made = NetworkBuilder(physics=physics)
    number = {room.name: made.room(length_m=room.length_m, width_m=room.width_m) for room in mall.rooms}
    for door in mall.doors:
        if door.other == OUTSIDE:
            made.exit(number[door.one], width_m=door.width_m, at_m=door.at_m[0], name=f"exit-{door.one}")
        else:
            made.door(number[door.one], number[door.other], width_m=door.width_m, at_m=door.at_m)
    for flight in mall.flights:
        made.stair(
            number[flight.lower],
            number[flight.upper],
            length_m=flight.length_m,
            width_m=flight.width_m,
            riser_m=flight.riser_m,
            tread_m=flight.tread_m,
            at_m=(flight.at_m, flight.at_m),
            name=flight.name,
        )
    return made
