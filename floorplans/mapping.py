"""Mapping files: how the GeoJSON of one publisher is read, as data.

A mapping says where the levels are, which property holds what, and which names mean which kind of space.
Shipped mappings lie in ``floorplans/mappings``; a user's own is given by ``--mapping FILE``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from twin.errors import PlanError
from twin.plan.model import ExitKind, OpeningKind, SpaceKind


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recognise(_Strict):
    """How a folder of this format is known: each level's folder holds ``file``."""

    file: str


class Levels(_Strict):
    """Where the levels are.

    ``file`` is the path of a level's GeoJSON with ``{level}`` for its name; ``pattern`` matches that name,
    with groups ``below`` (1 is ordinal -1) and ``above`` (1 is ordinal 0), or is left out where ``ordinals``
    names each level.
    """

    file: str
    info: str | None = None
    pattern: Pattern = r"^(?:B(?P<below>\d+)|[FL]?(?P<above>\d+)F?)$"
    ordinals: dict[str, int] = {}


class Fields(_Strict):
    """The properties that hold the name, the category (a text, or a list from broad to narrow) and the id."""

    name: str = "name"
    category: str = "category"
    id: str = "id"


class NameRule(_Strict):
    """Units whose name matches are of ``kind``; with ``exit`` they are a way out of that kind."""

    match: Pattern
    kind: SpaceKind
    public: bool | None = None
    exit: ExitKind | None = None


class CategoryRule(_Strict):
    """What a category is: a space of ``kind``, an ``opening``, an ``exit``, or the level's ``outline``."""

    kind: SpaceKind | None = None
    opening: OpeningKind | None = None
    exit: ExitKind | None = None
    outline: bool = False
    ignore: bool = False
    public: bool | None = None


class Trade(_Strict):
    """What units sell: kind of space and tenant category."""

    kind: SpaceKind
    category: str


class TradeRule(Trade):
    """A trade, and the names that vote for it."""

    match: Pattern


class Bays(_Strict):
    """Unnamed units between two areas are parking bays, on levels below ground."""

    below_ground: bool = True
    least_m2: float
    most_m2: float


class Mapping(_Strict):
    """One publisher's GeoJSON."""

    name: str
    recognise: Recognise | None = None
    levels: Levels
    crs: str = "wgs84"
    """``wgs84`` (degrees), ``local`` (metres), or a code such as ``EPSG:6677``."""
    metres_per_unit: float = 1.0
    """Of local coordinates."""
    outline: Literal["first", "category", "hull"] = "hull"
    fields: Fields = Fields()
    names: tuple[NameRule, ...] = ()
    categories: dict[str, CategoryRule] = {}
    vacant: Pattern | None = None
    unnamed: SpaceKind = SpaceKind.ROOM
    """Kind of a unit that neither its name nor its category explains."""
    voids_around_escalators: bool = False
    """Learn the category of voids from lying around most escalators."""
    parking_bays: Bays | None = None
    same_outline: Literal["split", "newest"] = "newest"
    openings: Literal["fronts", "given"] = "fronts"
    register_levels: bool = True
    trades: tuple[TradeRule, ...] = ()
    default_trade: Trade | None = None
    level_height_m: float = 5.0


@cache
def shipped() -> dict[str, Mapping]:
    """The mappings that come with mall-twin, by file name without suffix."""
    folder = files("floorplans") / "mappings"
    return {
        item.name.removesuffix(".yaml"): parse(item.read_text("utf-8"), item.name)
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".yaml")
    }


def load(path: Path) -> Mapping:
    """The mapping in the YAML file ``path``.

    Raises:
        PlanError: naming the file, the place and the rule.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"mapping {str(path)!r} cannot be read ({error})") from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Mapping:
    """The mapping in ``text``; errors name ``file``.

    Raises:
        PlanError: if it is not YAML, or breaks a rule.
    """
    try:
        document = YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise PlanError(f"{file}: {place}not YAML ({error.problem})") from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        raise PlanError(f"{file}: {place}: {first['msg']}") from error
