"""``python -m benchmarks``: one JSON document on stdout, progress on stderr.

Names of measures as arguments run only those; ``--sweep`` adds the drills over many sizes.
"""

from __future__ import annotations

import argparse
import resource
import sys

from benchmarks.machine import load, machine
from benchmarks.measures import MEASURES, sweep
from twin.console import print_document
from twin.errors import TwinError

WRONG_INPUT = 2


def main() -> int:
    """Run what was asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measure", nargs="*", help=f"{', '.join(MEASURES)}; all where none is named")
    parser.add_argument("--sweep", action="store_true", help="also drills over many sizes (minutes)")
    asked = parser.parse_args()
    for name in asked.measure:
        if name not in MEASURES:
            parser.error(f"measure {name!r} is not known; there are: {', '.join(MEASURES)}")
    document: dict[str, object] = {"machine": machine(), "measures": {}}
    figures: dict[str, object] = {}
    for name in asked.measure or MEASURES:
        sys.stderr.write(f"bench: {name}\n")
        try:
            figures[name] = MEASURES[name]()
        except TwinError as error:
            sys.stderr.write(f"bench: {name}: {error}\n")
            return WRONG_INPUT
    if asked.sweep:
        sys.stderr.write("bench: sweep\n")
        figures["sweep"] = sweep()
    document["measures"] = figures
    document["load_after"] = load()
    document["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print_document(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
