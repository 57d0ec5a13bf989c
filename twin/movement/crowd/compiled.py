"""How the kernels of the crowd engine are compiled, and when what was compiled before is still good."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

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
        if path.name == "compiled.py" or _COMPILED.search(path.read_text("utf-8"))
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
    """Compile ``function``, kept on disk, to be called by other kernels only.

    numba only looks at a function's own file to tell whether a compiled copy is still good, and callees are
    compiled into their callers: so the stamp of a copy is taken from all files of the engine. What Python
    calls is an :func:`entry`: unpacking hundreds of array fields from Python objects is much of the
    compiler's work.
    """
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def bare(function: Function) -> Function:
    """As :func:`kernel`, for what allocates nothing: without numba's counts of references.

    Counting the references of all arrays of the named tuples at each call would cost more than the call.
    """
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False})


def inlined(function: Function) -> Function:
    """As :func:`bare`, and put into its callers: handing named tuples over copies all that is in them."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, "forceinline": True}
    return _compiled(function, options)


def entry(function: Function) -> Function:
    """As :func:`kernel`, for a function that Python calls."""
    return _compiled(function, {"no_cfunc_wrapper": True})


def threaded(function: Function) -> Function:
    """As :func:`bare`, on all of numba's threads (``prange``); can be called from Python and from kernels."""
    return _compiled(function, {"parallel": True})


def _compiled(function: Function, options: dict[str, Any]) -> Function:
    compiled: Any = numba.njit(cache=True, **options)(function)
    compiled._cache._cache_file._source_stamp = _STAMP  # noqa: SLF001 - numba has no public way
    result: Function = compiled
    return result
