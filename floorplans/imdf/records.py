"""Dataclasses of the plan as JSON records, and back, by their declared types.

Numbers keep their exact value: what was written is read back bit by bit.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import shapely
import shapely.geometry

from floorplans.archive import shape_of
from twin.errors import PlanError

T = TypeVar("T")


def record_of(value: Any, *, omit: frozenset[str] = frozenset()) -> dict[str, Any]:  # noqa: ANN401  # any dataclass
    """The fields of the dataclass ``value`` as JSON holds them, without ``omit`` and without defaults."""
    record = {}
    for item in dataclasses.fields(value):
        if item.name in omit:
            continue
        content = getattr(value, item.name)
        # 13 and 13.0, and 0.0 and -0.0, are equal and have different versions: a default stands for itself.
        if item.default is not dataclasses.MISSING and repr(content) == repr(item.default):
            continue
        if item.default_factory is not dataclasses.MISSING and content == item.default_factory():
            continue
        record[item.name] = _plain(content)
    return record


def _plain(value: Any) -> Any:  # noqa: ANN401  # any field
    if isinstance(value, shapely.Geometry):
        return shapely.geometry.mapping(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return record_of(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def restore(kind: type[T], record: object, where: str, given: Mapping[str, object] | None = None) -> T:
    """The dataclass ``kind`` from ``record``; the fields in ``given`` are taken as they are.

    Raises:
        PlanError: naming ``where``, the field and the rule: unknown, missing, or of a wrong type.
    """
    if not isinstance(record, dict):
        raise PlanError(f"{where}: must be an object")
    values: dict[str, object] = dict(given or {})
    hints = _hints(cast("Hashable", kind))
    for name, content in record.items():
        if name not in hints:
            raise PlanError(f"{where}: {name!r} is not a field of {kind.__name__}")
        if name not in values:
            values[name] = _restored(hints[name], content, f"{where}.{name}")
    try:
        return kind(**values)
    except TypeError as error:
        raise PlanError(f"{where}: a field is missing ({error})") from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _restored(hint: Any, value: Any, where: str) -> Any:  # noqa: ANN401  # any field
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _restored_union(get_args(hint), value, where)
    if origin is tuple:
        return _restored_tuple(get_args(hint), value, where)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise PlanError(f"{where}: must be an object")
        item = get_args(hint)[1]
        return {key: _restored(item, content, f"{where}.{key}") for key, content in value.items()}
    if isinstance(hint, type) and issubclass(hint, shapely.Geometry):
        shape = shape_of(value, where)
        if not isinstance(shape, hint):
            raise PlanError(f"{where}: must be a {hint.__name__}")
        return shape
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        try:
            return hint(value)
        except ValueError as error:
            raise PlanError(f"{where}: {value!r} is not one of {', '.join(m.value for m in hint)}") from error
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return restore(hint, value, where)
    return _restored_scalar(hint, value, where)


def _restored_union(hints: tuple[Any, ...], value: Any, where: str) -> Any:  # noqa: ANN401  # any field
    if value is None and type(None) in hints:
        return None
    kinds = [hint for hint in hints if hint is not type(None)]
    if all(isinstance(hint, type) and issubclass(hint, shapely.Geometry) for hint in kinds):
        shape = shape_of(value, where)
        if not isinstance(shape, tuple(kinds)):
            raise PlanError(f"{where}: must be a {' or a '.join(kind.__name__ for kind in kinds)}")
        return shape
    return _restored(kinds[0], value, where)


def _restored_tuple(hints: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise PlanError(f"{where}: must be a list")
    if hints[-1] is Ellipsis:
        return tuple(_restored(hints[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    if len(value) != len(hints):
        raise PlanError(f"{where}: must have {len(hints)} items")
    return tuple(
        _restored(hint, item, f"{where}[{number}]")
        for number, (hint, item) in enumerate(zip(hints, value, strict=True))
    )


def _restored_scalar(hint: Any, value: Any, where: str) -> Any:  # noqa: ANN401  # any field
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        float: number,
        int: number,  # 13.0 where 13 is declared was so in the plan that was written
        bool: isinstance(value, bool),
        str: isinstance(value, str),
    }
    if not fits.get(hint, False):
        raise PlanError(f"{where}: {value!r} is not a {getattr(hint, '__name__', hint)}")
    return value
