"""What stands at the same place on every level: voids, escalator wells, lifts, stairs with their passages."""

from __future__ import annotations

from dataclasses import dataclass

from floorplans.demo_mall.figure import room
from twin.plan.model import OpeningKind, Shape

DOOR, FIRE, OPEN = OpeningKind.DOOR, OpeningKind.FIRE_DOOR, OpeningKind.OPEN_FRONT

FLIGHT_ZONE_M = 4.0
"""Length of the landing part of an escalator where it meets a floor."""


@dataclass(frozen=True)
class Well:
    """A pair of escalators, one up and one down, stacked over several levels."""

    name: str
    en: str
    zh: str
    area: tuple[float, float, float, float]
    foot: str
    """The end (``W``, ``E``, ``S``, ``N``) where the flight to the next level begins."""
    levels: tuple[str, ...]
    """Levels it serves, from low to high."""

    def end(self, which: str) -> Shape:
        """The landing part at the foot or at the head."""
        x0, y0, x1, y1 = self.area
        side = self.foot if which == "foot" else {"W": "E", "E": "W", "S": "N", "N": "S"}[self.foot]
        return {
            "W": room(x0, y0, x0 + FLIGHT_ZONE_M, y1),
            "E": room(x1 - FLIGHT_ZONE_M, y0, x1, y1),
            "S": room(x0, y0, x1, y0 + FLIGHT_ZONE_M),
            "N": room(x0, y1 - FLIGHT_ZONE_M, x1, y1),
        }[side]

    def step_off(self, which: str) -> tuple[float, float]:
        """The middle of the edge over which one steps on (foot) or off (head)."""
        x0, y0, x1, y1 = self.area
        side = self.foot if which == "foot" else {"W": "E", "E": "W", "S": "N", "N": "S"}[self.foot]
        return {
            "W": (x0, (y0 + y1) / 2),
            "E": (x1, (y0 + y1) / 2),
            "S": ((x0 + x1) / 2, y0),
            "N": ((x0 + x1) / 2, y1),
        }[side]


WELLS = (
    Well("esc-west", "West escalators", "西扶梯", (58, 61.1, 72, 64.5), "W", ("B1", "L1", "L2", "L3", "L4")),
    Well("esc-atrium", "Atrium escalators", "中庭扶梯", (98, 48, 112, 51.4), "E", ("L1", "L2", "L3", "L4")),
    Well("esc-east", "East escalators", "东扶梯", (136, 55.5, 150, 58.9), "W", ("L1", "L2", "L3", "L4")),
    Well("esc-metro", "Metro escalators", "地铁扶梯", (41, 50.5, 44.4, 66.5), "S", ("B1", "L1")),
)


@dataclass(frozen=True)
class Shaft:
    """A lift shaft, with a point in the space its door opens to."""

    name: str
    en: str
    zh: str
    area: tuple[float, float, float, float]
    door: tuple[float, float]
    levels: tuple[str, ...]
    capacity: int
    """People in the car: 1,350 kg take 18, 1,600 kg take 21 (75 kg each)."""
    public: bool = True
    panorama: bool = False


_ALL = ("B1", "L1", "L2", "L3", "L4")
_UP = _ALL[1:]
SHAFTS = (
    Shaft(
        "lift-p1", "Panorama lift 1", "观光电梯1", (91, 58, 93.3, 60.3), (91, 59.15), _ALL, 18, panorama=True
    ),
    Shaft(
        "lift-p2",
        "Panorama lift 2",
        "观光电梯2",
        (91, 60.3, 93.3, 62.6),
        (91, 61.45),
        _ALL,
        18,
        panorama=True,
    ),
    Shaft(
        "lift-p3",
        "Panorama lift 3",
        "观光电梯3",
        (116.7, 57, 119, 59.3),
        (119, 58.15),
        _ALL,
        18,
        panorama=True,
    ),
    Shaft(
        "lift-p4",
        "Panorama lift 4",
        "观光电梯4",
        (116.7, 59.3, 119, 61.6),
        (119, 60.45),
        _ALL,
        18,
        panorama=True,
    ),
    Shaft(
        "lift-p5", "Panorama lift 5", "观光电梯5", (79.7, 58, 82, 60.3), (82, 59.15), _ALL, 18, panorama=True
    ),
    Shaft(
        "lift-p6",
        "Panorama lift 6",
        "观光电梯6",
        (129, 60.2, 131.3, 62.5),
        (129, 61.35),
        _UP,
        18,
        panorama=True,
    ),
    Shaft("lift-c1", "Core lift 1", "客梯1", (70.8, 71.0, 73.4, 73.6), (73.4, 72.3), _ALL, 21),
    Shaft("lift-c2", "Core lift 2", "客梯2", (70.8, 73.6, 73.4, 76.2), (73.4, 74.9), _ALL, 21),
    Shaft("lift-c3", "Core lift 3", "客梯3", (136.6, 71.0, 139.2, 73.6), (136.6, 72.3), _UP, 21),
    Shaft("lift-c4", "Core lift 4", "客梯4", (136.6, 73.6, 139.2, 76.2), (136.6, 74.9), _UP, 21),
    Shaft("lift-g1", "Goods lift 1", "货梯1", (69.6, 90.4, 73.4, 93.6), (71.5, 93.6), _ALL, 40, public=False),
    Shaft(
        "lift-g2", "Goods lift 2", "货梯2", (136.6, 90.4, 140.4, 93.6), (138.5, 93.6), _UP, 40, public=False
    ),
    Shaft("lift-g3", "Goods lift 3", "货梯3", (25, 90.4, 28.8, 93.6), (26.9, 93.6), _UP, 40, public=False),
    Shaft("lift-g4", "Goods lift 4", "货梯4", (182, 90.4, 185.8, 93.6), (183.9, 93.6), _UP, 40, public=False),
)


@dataclass(frozen=True)
class Core:
    """An enclosed exit stair with the protected passage that leads to it."""

    name: str
    en: str
    zh: str
    stair: tuple[float, float, float, float]
    passage: tuple[float, float, float, float] | None
    """The passage between gallery and service corridor; the anchors' stairs have none above L1."""
    street: tuple[float, float, float, float]
    """The passage on L1, which reaches the facade."""
    discharge: tuple[float, float]
    """Where it opens to the street."""
    levels: tuple[str, ...]
    width_m: float


CORES = (
    Core("stair-1", "Stair 1", "1号楼梯", (13, 26.4, 22.4, 32), None,
         (16.6, 24, 19.4, 26.4), (18, 24), _ALL, 2.4),
    Core("stair-2", "Stair 2", "2号楼梯", (13, 88, 22.4, 93.6), None,
         (16.6, 93.6, 19.4, 96), (18, 96), _ALL, 2.4),
    Core("stair-3", "Stair 3", "3号楼梯", (68.8, 32, 73.4, 41.4), (66, 26.4, 68.8, 50.5),
         (66, 24, 68.8, 50.5), (67.4, 24), _ALL, 1.8),
    Core("stair-4", "Stair 4", "4号楼梯", (68.8, 77.6, 73.4, 87), (66, 69.5, 68.8, 93.6),
         (66, 69.5, 68.8, 104), (67.4, 104), _ALL, 1.8),
    Core("stair-5", "Stair 5", "5号楼梯", (113.8, 26, 118.4, 35.4), (111, 18.4, 113.8, 42),
         (111, 16, 113.8, 42), (112.4, 16), _ALL, 2.0),
    Core("stair-6", "Stair 6", "6号楼梯", (94.8, 81.6, 99.4, 91), (92, 78, 94.8, 93.6),
         (92, 78, 94.8, 104), (93.4, 104), _ALL, 2.0),
    Core("stair-7", "Stair 7", "7号楼梯", (136.6, 32, 141.2, 41.4), (141.2, 26.4, 144, 50.5),
         (141.2, 24, 144, 50.5), (142.6, 24), _UP, 1.8),
    Core("stair-8", "Stair 8", "8号楼梯", (136.6, 77.6, 141.2, 87), (141.2, 69.5, 144, 93.6),
         (141.2, 69.5, 144, 104), (142.6, 104), _UP, 1.8),
    Core("stair-9", "Stair 9", "9号楼梯", (186, 26.4, 195.4, 32), None,
         (189.3, 24, 192.1, 26.4), (190.7, 24), _UP, 2.4),
    Core("stair-10", "Stair 10", "10号楼梯", (186, 88, 195.4, 93.6), None,
         (189.3, 93.6, 192.1, 96), (190.7, 96), _UP, 2.4),
)  # fmt: skip
