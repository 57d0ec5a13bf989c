"""What a failed test means for the answer of a drill: what it is about, and on which side the times err.

Nothing here says what failed: that comes from a run. The side follows from the numbers that broke their
bounds. Who walks quicker or passes a door faster than measured gets out too soon, so the time is too short,
which is the dangerous side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from scenarios.verification.case import Check


class Subject(StrEnum):
    """What a test is about."""

    WALKING = "walking"
    STAIRS = "stairs"
    DOORS = "doors"
    DENSE = "dense"
    OPPOSED = "opposed"
    SINGLE_FILE = "single_file"
    CORNERS = "corners"
    BUILDING = "building"
    ROUTES = "routes"
    PEOPLE = "people"
    GROUPS = "groups"
    LIFTS = "lifts"
    SMOKE = "smoke"
    HELP = "help"


class Side(StrEnum):
    """On which side the times of a drill err where a test failed."""

    SHORT = "short"
    """People are too quick: the times are too short. The dangerous side."""
    LONG = "long"
    """People are too slow: the times are too long."""
    BOTH = "both"
    """Too quick here, too slow there."""
    UNKNOWN = "unknown"
    """What broke its bound tells no side."""


_SUBJECTS: Mapping[Subject, Mapping[str, str]] = MappingProxyType(
    {
        Subject.WALKING: {"rimea": "1", "imo": "1", "nist": "2.1", "iso": "2"},
        Subject.STAIRS: {
            "rimea": "2 3 13 13-v3",
            "imo": "2 3 11",
            "nist": "2.2 5.1",
            "iso": "3 10 12",
            "sfpe": "stair-speed stair-table stair merging",
            "experiments": "stairs",
        },
        Subject.DOORS: {
            "rimea": "9 12 12a 12b 12c 12d",
            "imo": "4 9",
            "nist": "5.2",
            "iso": "11",
            "sfpe": "door room",
            "experiments": "J-Kretz J-Seyfried J-EG 040_c_56_h-",
        },
        Subject.DENSE: {
            "rimea": "4 4-weidmann",
            "imo": "12",
            "iso": "13",
            "sfpe": "speed",
            "experiments": "UO UO-1.8",
        },
        Subject.OPPOSED: {"imo": "8", "nist": "2.8", "iso": "6", "sfpe": "counterflow", "experiments": "BO"},
        Subject.SINGLE_FILE: {"rimea": "16 4-single-file", "experiments": "1D-band 1D-oval"},
        Subject.CORNERS: {"rimea": "6 15", "imo": "6", "nist": "2.3", "iso": "4"},
        Subject.BUILDING: {"rimea": "8", "imo": "procedure", "sfpe": "guide-1 nine-storeys"},
        Subject.ROUTES: {
            "rimea": "10 11 14",
            "imo": "10",
            "nist": "3.1 3.2 3.3 4.1",
            "iso": "8 9 15 16 17",
        },
        Subject.PEOPLE: {"rimea": "5 7", "imo": "5 7", "nist": "1.1 2.4", "iso": "1 5"},
        Subject.GROUPS: {"nist": "2.9", "iso": "14"},
        Subject.LIFTS: {"nist": "2.7"},
        Subject.SMOKE: {"nist": "2.5 2.5-laws 2.6", "iso": "18 19"},
        Subject.HELP: {"nist": "2.10", "iso": "7"},
    }
)
_BY_TEST: Mapping[tuple[str, str], Subject] = MappingProxyType(
    {
        (suite, number): subject
        for subject, by_suite in _SUBJECTS.items()
        for suite, numbers in by_suite.items()
        for number in numbers.split()
    }
)
_QUICKER_ABOVE: Mapping[str, int] = MappingProxyType(
    {"m/s": 1, "people/s": 1, "/s": 1, "people/(m s)": 1, "s": -1}
)
"""By unit: 1 where a greater number means quicker people, -1 where it means slower ones."""
_NO_SIDE = (
    "largest rise",
    "root mean square",
    "largest |",
    "largest spread",
    "least rise",
    "mean difference",
)
"""Measures of shape or of distance: how far off, not to which side."""
_OF_ONE_CHECK: Mapping[tuple[str, str, str], int] = MappingProxyType(
    {
        ("rimea", "15", "least of 75.4 m less corner, over the seeds"): 1,
        ("rimea", "15", "least of corner less 44 m, over the seeds"): -1,
    }
)
"""Differences of two times, by what the later one means."""


def subject_of(suite: str, number: str) -> Subject | None:
    """What a test is about; ``None``: not known here."""
    return _BY_TEST.get((suite, number))


def side_of(suite: str, number: str, checks: Iterable[Check]) -> Side:
    """On which side the times of a drill err, from the numbers of a test that broke their bounds."""
    found = {_sign(suite, number, check) for check in checks if not check.passed} - {0}
    if not found:
        return Side.UNKNOWN
    if len(found) > 1:
        return Side.BOTH
    return Side.SHORT if found == {1} else Side.LONG


def _sign(suite: str, number: str, check: Check) -> int:
    """1: people are too quick, -1: too slow, 0: the number does not tell."""
    above = check.value > check.high
    if not above and not check.value < check.low:
        return 0
    quick = _OF_ONE_CHECK.get((suite, number, check.what))
    if quick is None:
        difference = " less " in check.what or check.what.startswith(_NO_SIDE)
        quick = 0 if difference else _QUICKER_ABOVE.get(check.unit, 0)
    return quick if above else -quick
