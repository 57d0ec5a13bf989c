"""How the kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile ``function`` for the event loop, kept on disk.

    Without numba's reference counts: the kernel allocates nothing, and counting the references of the arrays
    in its named tuples at every call would cost ten times what it does.
    """
    options: dict[str, Any] = {"cache": True, "_nrt": False}
    compiled: Function = numba.njit(**options)(function)
    return compiled
