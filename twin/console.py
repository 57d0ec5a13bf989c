"""What every command shares: one JSON document on stdout, people's words and progress on stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Called with the number of steps that were done since the last call."""

    def __call__(self, steps: float = 1.0) -> None:
        """Move the bar on by ``steps``."""


def print_document(document: Mapping[str, object] | list[object]) -> None:
    """Write ``document`` as the one JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def printer() -> Console:
    """Where words for people go on stdout."""
    return Console(highlight=False)


@contextmanager
def progress(label: str, total: float) -> Iterator[Advance]:
    """A progress bar on stderr where that is a terminal; silence elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(label, total=total)

        def advance(steps: float = 1.0) -> None:
            bars.advance(task, steps)

        yield advance


def log_to_stderr(*, level: int = logging.INFO) -> None:
    """Send structured logs of this process to stderr, so that stdout stays one document."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
