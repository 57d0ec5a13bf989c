"""What the tests of the feeds share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command under test sends logs to its own stderr, which is gone after it."""
    yield
    structlog.reset_defaults()
