"""Handing a large value to a process that is only just starting.

Arguments of a spawned process go through a pipe of 64 kB, so starting one with a whole plan waits until the
child has imported everything and reads. A parcel lies in a file instead: the parent goes on at once.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Parcel(Generic[Value]):
    """A value in a temporary file, for child processes of this one; pickling it pickles the file's name.

    Args:
        value: anything that can be pickled.
    """

    def __init__(self, value: Value) -> None:
        with tempfile.NamedTemporaryFile(prefix="mall-twin-", suffix=".parcel", delete=False) as file:
            pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
            self.path = Path(file.name)

    def open(self) -> Value:
        """The value, anew in each process."""
        with self.path.open("rb") as file:
            value: Value = pickle.load(file)  # noqa: S301 - our own file, readable by this user only
        return value

    def close(self) -> None:
        """Remove the file; nobody can open the parcel any more."""
        self.path.unlink(missing_ok=True)
