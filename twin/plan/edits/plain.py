"""Values of edits as JSON can hold them, and back."""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from shapely import LineString, Polygon

from twin.errors import EditError
from twin.plan.model import Label, Provenance, Tenant


def name_of(kind: type) -> str:
    """What an edit is called in a document: ``CloseExit`` is ``close_exit``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def plain(edit: object) -> Mapping[str, object]:
    """An edit as JSON can hold it."""
    values = {item.name: _plain(getattr(edit, item.name)) for item in dataclasses.fields(edit)}  # type: ignore[arg-type]  # every edit is a dataclass
    return {"edit": name_of(type(edit)), **values}


def _plain(value: object) -> object:
    """One value as JSON can hold it; places in local metres."""
    match value:
        case Polygon():
            return [list(place) for place in value.exterior.coords]
        case LineString():
            return [list(place) for place in value.coords]
        case Provenance():
            return str(value)
        case Label() | Tenant():
            return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def build(kind: type, document: Mapping[str, object], *, what: str) -> Any:  # noqa: ANN401 - an instance of kind
    """A frozen value of ``kind`` from the keys of ``document``.

    Raises:
        EditError: if a key is missing, not known, or holds another kind of value than it must.
    """
    hints = typing.get_type_hints(kind)
    known = {item.name: item for item in dataclasses.fields(kind)}
    for key in document:
        if key not in known:
            raise EditError(f"{what}: {key!r} is not one of its keys ({', '.join(known)})")
    values = {}
    for key, item in known.items():
        if key in document:
            values[key] = _value(hints[key], document[key], what=f"{what}: {key}")
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise EditError(f"{what}: {key!r} is missing")
    return kind(**values)


def _value(hint: Any, value: object, *, what: str) -> object:  # noqa: ANN401 - a type or a form of typing
    """``value`` as a field annotated ``hint`` holds it."""
    if isinstance(hint, types.UnionType):
        if value is None and types.NoneType in typing.get_args(hint):
            return None
        hint = next(kind for kind in typing.get_args(hint) if kind is not types.NoneType)
    origin = typing.get_origin(hint)
    if origin is tuple:
        kinds = typing.get_args(hint)
        if not isinstance(value, list | tuple) or len(value) != len(kinds):
            raise EditError(f"{what} must be a list of {len(kinds)}, not {value!r}")
        return tuple(_value(kind, item, what=what) for kind, item in zip(kinds, value, strict=True))
    reader = READERS.get(dict if origin is not None else hint)
    if reader is None:
        raise EditError(f"{what}: values of {hint} cannot be read")
    return reader(value, what)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise EditError(f"{what} must be a text, not {value!r}")
    return value


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EditError(f"{what} must be a number, not {value!r}")
    return float(value)


def _places(value: object, what: str, least: int) -> list[tuple[float, float]]:
    """Places in metres, from ``[[x, y], …]`` or a GeoJSON geometry in local metres."""
    if isinstance(value, Mapping):
        value = value.get("coordinates")
        if isinstance(value, list) and value and isinstance(value[0], list) and value[0]:
            value = value[0] if isinstance(value[0][0], list) else value
    if not isinstance(value, list | tuple) or len(value) < least:
        raise EditError(f"{what} must be a list of at least {least} places [x, y] in metres")
    places = []
    for place in value:
        if not isinstance(place, list | tuple) or len(place) != 2:  # noqa: PLR2004 - x and y
            raise EditError(f"{what}: {place!r} is not a place [x, y]")
        places.append((_number(place[0], what), _number(place[1], what)))
    return places


def _polygon(value: object, what: str) -> Polygon:
    shape = Polygon(_places(value, what, 3))
    if not shape.is_valid or shape.area <= 0:
        raise EditError(f"{what} must be the outline of an area that does not cross itself")
    return shape


def _line(value: object, what: str) -> LineString:
    line = LineString(_places(value, what, 2))
    if line.length <= 0:
        raise EditError(f"{what} must have a length")
    return line


def _label(value: object, what: str) -> Label:
    if isinstance(value, str):
        return Label(en=value)
    if not isinstance(value, Mapping):
        raise EditError(f"{what} must be a text or {{en, zh}}, not {value!r}")
    return typing.cast("Label", build(Label, value, what=what))


def _tenant(value: object, what: str) -> Tenant:
    if not isinstance(value, Mapping):
        raise EditError(f"{what} must hold the tenant's values, not {value!r}")
    return typing.cast("Tenant", build(Tenant, {"space_id": "", **value}, what=what))


def _sources(value: object, what: str) -> dict[str, Provenance]:
    try:
        return {str(key): Provenance(item) for key, item in dict(value).items()}  # type: ignore[call-overload]  # checked by trying
    except (TypeError, ValueError) as reason:
        raise EditError(f"{what}: {reason}") from reason


READERS: Mapping[type, Callable[[object, str], object]] = {
    str: _text,
    float: _number,
    Polygon: _polygon,
    LineString: _line,
    Label: _label,
    Tenant: _tenant,
    dict: _sources,
}
