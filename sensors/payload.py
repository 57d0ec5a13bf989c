"""What came over the wire, parsed once; typed access to its fields with errors that name the field."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import NoReturn
from zoneinfo import ZoneInfo

from twin.errors import ReadingError

LONGEST_NAME = 200
MILLISECONDS_FROM = 1e11
"""A Unix time above this is in milliseconds: in seconds it would be the year 5138."""
_OFFSET = re.compile(r"UTC\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?")


@dataclass(frozen=True)
class Payload:
    """The bytes of one message, and what they are as JSON."""

    raw: bytes

    @cached_property
    def json(self) -> object:
        """The parsed JSON.

        Raises:
            ReadingError: if it is none.
        """
        try:
            return json.loads(self.raw.decode("utf-8"), parse_constant=_refuse)
        except UnicodeDecodeError as error:
            raise ReadingError("payload is not UTF-8 text") from error
        except RecursionError as error:
            raise ReadingError("payload is nested too deeply") from error
        except ValueError as error:
            raise ReadingError(f"payload is not JSON: {error}") from error

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the top object; empty where it is none or no JSON."""
        try:
            value = self.json
        except ReadingError:
            return frozenset()
        return frozenset(value) if isinstance(value, dict) else frozenset()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def mapping(value: object, where: str) -> Mapping[str, object]:
    """``value`` as an object.

    Raises:
        ReadingError: if it is none.
    """
    if not isinstance(value, dict):
        raise ReadingError(f"{where} is no object")
    return value


def sequence(value: object, where: str) -> list[object]:
    """``value`` as a list; absent is empty.

    Raises:
        ReadingError: if it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise ReadingError(f"{where} is no list")
    return value


def number(value: object, where: str) -> float:
    """``value`` as a finite number; booleans and texts are none.

    Raises:
        ReadingError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReadingError(f"{where} is no number: {value!r:.60}")
    try:
        found = float(value)
    except OverflowError as error:
        raise ReadingError(f"{where} is too large") from error
    if not math.isfinite(found):
        raise ReadingError(f"{where} is not finite")
    return found


def whole(value: object, where: str) -> int:
    """``value`` as a whole number.

    Raises:
        ReadingError: if it is none.
    """
    found = number(value, where)
    if found != int(found):
        raise ReadingError(f"{where} is no whole number: {found:g}")
    return int(found)


def text(value: object, where: str) -> str:
    """``value`` as a text that can be stored; absent is empty, numbers are written out.

    Raises:
        ReadingError: if it is something else, too long, or holds what is no character.
    """
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        value = str(value)
    if not isinstance(value, str):
        raise ReadingError(f"{where} is no text")
    if len(value) > LONGEST_NAME:
        raise ReadingError(f"{where} is longer than {LONGEST_NAME} characters")
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ReadingError(f"{where} holds a character that no text may hold")
    return value


def moment(value: object, where: str, zone: ZoneInfo, *, zone_text: str = "") -> datetime:
    """``value`` as a moment in UTC: RFC 3339 text, or Unix time in seconds or milliseconds.

    Args:
        value: what the payload says.
        where: the field, for the error.
        zone: the zone of a time that names none.
        zone_text: the zone as the payload says it (``UTC+8:00 China Standard Time``).

    Raises:
        ReadingError: if it is no time.
    """
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip().replace("/", "-"))
            if found.tzinfo is None:
                found = found.replace(tzinfo=_offset(zone_text) or zone)
            return found.astimezone(UTC)
        seconds = number(value, where)
        if abs(seconds) >= MILLISECONDS_FROM:
            seconds /= 1000.0
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, ReadingError):
            raise
        raise ReadingError(f"{where} is no time: {value!r:.60}") from error


def _offset(words: str) -> timezone | None:
    """The zone that a vendor writes as ``UTC+8:00``."""
    found = _OFFSET.search(words)
    if found is None:
        return None
    sign = -1 if found[1] == "-" else 1
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 14 or minutes > 59:  # noqa: PLR2004 - the widest zones of the world
        return None
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
