"""How the kernel is compiled, and when what was compiled before is still good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])

_SOURCES = ("arrays", "compiled", "events", "kernel", "model", "room", "service", "walking")
_HERE = Path(__file__).parent


def _stamp() -> str:
    """Names the source of the whole kernel and of the constants in it."""
    digest = hashlib.sha256()
    for path in (*(_HERE / f"{name}.py" for name in _SOURCES), _HERE.parent / "sfpe.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_STAMP = _stamp()


def kernel(function: Function) -> Function:
    """Compile ``function`` for the event loop, kept on disk.

    Without numba's reference counts: the kernel allocates nothing, and counting the references of the arrays
    in its named tuples at every call would cost five times what it does.

    numba only looks at a function's own file to tell whether a compiled copy is still good, and callees are
    compiled into their callers. So the stamp of a copy is taken from all files of the kernel.

    It becomes a part of whatever calls it: passing the fields of the named tuples on, one by one, would cost
    three times what the function does. So each is called from one place, or is short.

    Only the kernel itself can call ``function``: unpacking hundreds of array fields from Python objects is a
    third of the work of the compiler. What Python calls is an :func:`entry`.
    """
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True})


def entry(function: Function) -> Function:
    """As :func:`kernel`, for a function that Python calls."""
    return _compiled(function, {"no_cfunc_wrapper": True})


def _compiled(function: Function, more: dict[str, Any]) -> Function:
    options: dict[str, Any] = {"cache": True, "_nrt": False, "error_model": "numpy", **more}
    compiled: Any = numba.njit(**options)(function)
    compiled._cache._cache_file._source_stamp = _STAMP  # noqa: SLF001 - numba has no public way
    result: Function = compiled
    return result
