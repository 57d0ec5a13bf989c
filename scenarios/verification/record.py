"""The last whole run of ``twin verify``, kept with the project: how far an answer can be trusted.

``twin verify --record`` writes it; nobody edits it. It holds a stamp of each engine's code: after a change of
the engine the record is stale, and whoever shows it says so. Comments and docstrings do not count.
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import twin.movement
from scenarios.verification.case import ENGINES, CaseResult, Check, Engine, Status
from scenarios.verification.registry import cases_of
from scenarios.verification.report import Origin
from twin.errors import InputError

RECORD = Path(__file__).with_name("record.json")
"""Where the record of this project lies."""
_MOVEMENT = Path(twin.movement.__file__).parent
_FOLDERS: Mapping[str, tuple[str, ...]] = {"network": ("network",), "crowd": ("network", "crowd")}
"""What each engine is made of, beside what lies in ``twin/movement`` itself: a crowd takes its routes from
the network."""
_FAR = 1e300
"""Written for a bound that is none, or a number that is not finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run of every test on every engine."""

    origin: Origin
    stamps: Mapping[str, str]
    """Of each engine's code when it ran."""
    results: tuple[CaseResult, ...]

    def stale(self, engine: str) -> bool:
        """Whether ``engine`` has been changed since."""
        return self.stamps.get(engine) != stamp_of(engine)

    @property
    def not_run(self) -> tuple[tuple[str, str], ...]:
        """Tests that there are now and that were not part of it."""
        ran = {(one.suite, one.id) for one in self.results}
        return tuple(case.key for case in cases_of() if case.key not in ran)

    def of(self, engine: str, mode: str) -> tuple[CaseResult, ...]:
        """The results of one engine in one mode, and what could not be put to it."""
        return tuple(one for one in self.results if (one.engine, one.mode) == (engine, mode))


@cache
def stamp_of(engine: str) -> str:
    """Names the code of an engine: what Python runs, without comments and docstrings."""
    digest = hashlib.sha256()
    for path in _files(engine):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):  # a string that stands alone says something to people only
                node.body = [one for one in body if not _is_words(one)]  # type: ignore[attr-defined]  # as above
        digest.update(path.relative_to(_MOVEMENT).as_posix().encode())
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()[:12]


def _files(engine: str) -> Iterator[Path]:
    for folder in (_MOVEMENT, *(_MOVEMENT / name for name in _FOLDERS[engine])):
        yield from sorted(folder.glob("*.py"))


def _is_words(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def record_of(results: Sequence[CaseResult], made: Origin) -> Record:
    """A record of ``results``, which came of a run at ``made``.

    Raises:
        InputError: if they are not those of every test on every engine.
    """
    wanted = {(*case.key, engine) for case in cases_of() for engine in ENGINES}
    missing = wanted - {(one.suite, one.id, one.engine) for one in results}
    if missing:
        raise InputError(f"a record is of a whole run, and {len(missing)} results are missing")
    return Record(
        origin=made,
        stamps={engine: stamp_of(engine) for engine in ENGINES},
        results=tuple(results),
    )


def write_record(record: Record, path: Path | None = None) -> None:
    """Write ``record`` as JSON, to :data:`RECORD` by default."""
    document = {
        "written_by": "twin verify --record",
        "origin": asdict(record.origin),
        "engines": dict(record.stamps),
        "results": [_written(one) for one in record.results],
    }
    words = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    (RECORD if path is None else path).write_text(words + "\n", encoding="utf-8")


def read_record(path: Path | None = None) -> Record | None:
    """The record at ``path`` (:data:`RECORD` by default); ``None`` where there is none.

    Raises:
        InputError: if the file is not a record.
    """
    path = RECORD if path is None else path
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            origin=Origin(**document["origin"]),
            stamps=document["engines"],
            results=tuple(_read(one) for one in document["results"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a record of twin verify ({error})") from error


def _written(result: CaseResult) -> dict[str, Any]:
    """A result with all that a page needs, and its numbers with their bounds."""
    document: dict[str, Any] = dict(result.document())
    document.pop("figures")
    return document | {
        "checks": [[c.what, _kept(c.value), _kept(c.low), _kept(c.high), c.unit] for c in result.checks]
    }


def _read(document: Mapping[str, Any]) -> CaseResult:
    checks = tuple(
        Check(what, _value(value), _value(low), _value(high), unit)
        for what, value, low, high, unit in document["checks"]
    )
    return CaseResult(
        **{name: value for name, value in document.items() if name not in {"checks", "status", "seeds"}},
        status=Status(document["status"]),
        seeds=tuple(document["seeds"]),
        checks=checks,
        figures={check.what: check.value for check in checks},
    )


def _kept(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return None if math.isnan(value) else max(-_FAR, min(_FAR, float(value)))


def _value(kept: float | None) -> float:
    if kept is None:
        return math.nan
    return kept if abs(kept) < _FAR else math.copysign(math.inf, kept)


def counts_of(results: Sequence[CaseResult]) -> tuple[int, int, int]:
    """(passed, failed, not applicable)."""
    states = [one.status for one in results]
    return states.count(Status.PASS), states.count(Status.FAIL), states.count(Status.NOT_APPLICABLE)


def engines_of(engine: str, *, mixed: bool) -> tuple[Engine, ...]:
    """The engines that an answer rests on, the one that was asked for first."""
    if mixed:
        return ("crowd", "network")
    return ("network",) if engine == "network" else ("crowd",)
