"""Plans of the plan room's tests: single rooms, and random small malls."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from twin.plan import model as m


def level(name: str, ordinal: int = 0, outline: Polygon | None = None) -> m.Level:
    return m.Level(
        id=name,
        ordinal=ordinal,
        name=m.Label(en=name),
        short_name=name,
        elevation_m=5.0 * ordinal,
        height_m=5.0,
        outline=outline or box(-100, -100, 200, 200),
    )


@pytest.fixture(scope="session")
def one_level() -> Callable[..., m.Plan]:
    """A plan of one level "A" from its spaces, openings and exits."""

    def build(*features: m.Space | m.Opening | m.Exit) -> m.Plan:
        return m.Plan(
            id="one-level",
            name=m.Label(en="One level"),
            levels=(level("A"),),
            spaces=tuple(x for x in features if isinstance(x, m.Space)),
            openings=tuple(x for x in features if isinstance(x, m.Opening)),
            exits=tuple(x for x in features if isinstance(x, m.Exit)),
        )

    return build


@pytest.fixture(scope="session")
def space() -> Callable[..., m.Space]:
    """A space of level "A"."""

    def build(name: str, shape: Polygon, kind: m.SpaceKind = m.SpaceKind.WALKWAY) -> m.Space:
        return m.Space(id=name, level_id="A", kind=kind, shape=shape)

    return build


@st.composite
def _malls(draw: st.DrawFn) -> m.Plan:
    """A mall of one to three levels: a corridor with units on both sides, some of them shut or cut off.

    Floors do not overlap, and nothing is narrower than 1 m. A stair joins some of the levels.
    """
    levels = draw(st.integers(1, 3))
    length = draw(st.floats(12.0, 60.0))
    corridor = draw(st.floats(1.5, 9.0))
    spaces: list[m.Space] = []
    openings: list[m.Opening] = []
    for n in range(levels):
        at = f"L{n}"
        spaces.append(
            m.Space(id=f"{at}-c", level_id=at, kind=m.SpaceKind.WALKWAY, shape=box(0, 0, length, corridor))
        )
        for side in (-1, 1):
            cuts = sorted(draw(st.lists(st.floats(0.15, 0.85), max_size=4)))
            walls = [0.0, *[cut * length for cut in cuts], length]
            for k, (left, right) in enumerate(pairwise(walls)):
                if right - left < 1.0:
                    continue
                depth = draw(st.floats(1.0, 25.0))
                y = (0.0, -depth) if side < 0 else (corridor, corridor + depth)
                name = f"{at}{'s' if side < 0 else 'n'}{k}"
                spaces.append(
                    m.Space(
                        id=name,
                        level_id=at,
                        kind=draw(st.sampled_from([m.SpaceKind.SHOP, m.SpaceKind.FOOD, m.SpaceKind.SERVICE])),
                        shape=box(left, min(y), right, max(y)),
                    )
                )
                kind = draw(st.sampled_from([None, m.OpeningKind.DOOR, m.OpeningKind.OPEN_FRONT]))
                if kind is None:
                    continue
                width = min(right - left, 1.0 if kind is m.OpeningKind.DOOR else 30.0)
                middle = (left + right) / 2
                openings.append(
                    m.Opening(
                        id=f"{name}-o",
                        level_id=at,
                        kind=kind,
                        spaces=(name, f"{at}-c"),
                        line=LineString([(middle - width / 2, y[0]), (middle + width / 2, y[0])]),
                        width_m=width,
                        open=draw(st.booleans()),
                    )
                )
    connectors = tuple(
        m.Connector(
            id=f"stair-{n}",
            kind=m.ConnectorKind.STAIRS,
            stops=tuple(m.Stop(level_id=f"L{k}", space_id=f"L{k}-c", at=Point(1, 0.7)) for k in (n, n + 1)),
            width_m=1.5,
        )
        for n in range(levels - 1)
        if draw(st.booleans())
    )
    return m.Plan(
        id="random",
        name=m.Label(en="Random"),
        levels=tuple(level(f"L{n}", n) for n in range(levels)),
        spaces=tuple(spaces),
        openings=tuple(openings),
        connectors=connectors,
        exits=(
            m.Exit(
                id="out",
                level_id="L0",
                kind=m.ExitKind.ENTRANCE,
                space_id="L0-c",
                line=LineString([(0, 0.2), (0, 1.2)]),
                width_m=1.0,
            ),
        ),
    )


@pytest.fixture(scope="session")
def malls() -> st.SearchStrategy[m.Plan]:
    """Random small malls."""
    return _malls()
