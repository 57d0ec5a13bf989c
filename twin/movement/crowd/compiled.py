"""How the kernels of the crowd engine are compiled, and when what was compiled before is still good."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from twin.movement.crowd.whole import TRANSLATED, WHOLE

Function = TypeVar("Function", bound=Callable[..., object])
_HERE = Path(__file__).parent
_COMPILED = re.compile(r"^@\w+$|\(NamedTuple\)", re.MULTILINE)

# Starts numba's threads. A copy from disk of a kernel that calls a parallel one does not start them by
# itself, and would jump into nothing.
numba.get_num_threads()


def _sources() -> list[Path]:
    """The files with kernels or arrays; what only calls them may change and nothing is compiled anew."""
    return [
        path
        for path in sorted(_HERE.glob("*.py"))
        if path.name in ("compiled.py", "lanes.py", "whole.py") or _COMPILED.search(path.read_text("utf-8"))
    ]


def _stamp() -> str:
    """Names the source of all kernels and of the arrays that they share with the network engine."""
    digest = hashlib.sha256()
    for path in (
        # The law is an argument: its figures are not compiled in, and other fields are another type.
        *(path for path in _sources() if path.name != "law.py"),
        _HERE.parent / "network" / "arrays.py",
        _HERE.parent / "sfpe.py",
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_STAMP = _stamp()


def kernel(function: Function) -> Function:
    """Translate ``function``, to be called by other kernels only.

    Without numba's counts of references: no kernel allocates anything, and to count the references of all
    arrays of the named tuples at each call would cost more than the call. Nothing is divided by zero.
    """
    return _translated(function, {})


def inlined(function: Function) -> Function:
    """As :func:`kernel`, and always put into its callers."""
    return _translated(function, {"forceinline": True})


def threaded(function: Function) -> Function:
    """As :func:`kernel`, for a loop on all of numba's threads (``prange``), which may allocate."""
    return _translated(function, {"parallel": True, "_nrt": True})


def _translated(function: Function, options: dict[str, Any]) -> Function:
    every: dict[str, Any] = {
        "pipeline_class": TRANSLATED,
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "_nrt": False,
        "error_model": "numpy",
    }
    compiled: Any = numba.njit(**(every | options))(function)
    result: Function = compiled
    return result


def entry(function: Function) -> Function:
    """Compile ``function``, which Python calls, with all the kernels that it calls; kept on disk.

    numba only looks at a function's own file to tell whether a compiled copy is still good: so the stamp of a
    copy is taken from all files of the engine. There are few entries: unpacking hundreds of array fields from
    Python objects is much of the compiler's work.
    """
    options: dict[str, Any] = {"no_cfunc_wrapper": True, "error_model": "numpy"}
    compiled: Any = numba.njit(cache=True, pipeline_class=WHOLE, **options)(function)
    compiled._cache._cache_file._source_stamp = _STAMP  # noqa: SLF001 - numba has no public way
    result: Function = compiled
    return result
