"""Plans that several tests of the world stand on."""

from __future__ import annotations

import pytest
from shapely import LineString, box

from twin.plan import model as m


@pytest.fixture(scope="session")
def two_exit_room() -> m.Plan:
    """A room of 10 by 10 m with an exit of 1 m in the middle of its west wall and one of its east wall.

    ``west`` is an entrance, ``east`` is for emergencies only.
    """
    level = m.Level(
        id="L",
        ordinal=0,
        name=m.Label(en="L", zh="L"),
        short_name="L",
        elevation_m=0.0,
        height_m=4.0,
        outline=box(-1, -1, 11, 11),
    )
    room = m.Space(id="room", level_id="L", kind=m.SpaceKind.WALKWAY, shape=box(0, 0, 10, 10))
    west = m.Exit(
        id="west",
        level_id="L",
        kind=m.ExitKind.ENTRANCE,
        space_id="room",
        line=LineString([(0, 4.5), (0, 5.5)]),
        width_m=1.0,
    )
    east = m.Exit(
        id="east",
        level_id="L",
        kind=m.ExitKind.EMERGENCY,
        space_id="room",
        line=LineString([(10, 4.5), (10, 5.5)]),
        width_m=1.0,
        emergency_only=True,
    )
    return m.Plan(
        id="two-exits", name=m.Label(en="", zh=""), levels=(level,), spaces=(room,), exits=(west, east)
    )
