"""What times are taken on, how busy it was meanwhile, and stopwatches for this process and its children."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

IDLE_SHARE = 0.15
"""Share of the machine that others may use while a race still counts as run on an idle machine."""


def machine() -> dict[str, object]:
    """What the times were taken on, and how busy it was."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_1_5_15_min": load(),
    }


def load() -> list[float]:
    """Processes that ran or waited for a core, mean over 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def _processor() -> str:
    """The name of the processor, or its architecture where the system does not say."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def busy_s() -> float | None:
    """Seconds that all cores together have worked since the start of the system; ``None``: not known."""
    counted = Path("/proc/stat")
    if not counted.exists():
        return None
    user, nice, system, idle, waiting, *rest = (
        int(part) for part in counted.read_text(encoding="utf-8").splitlines()[0].split()[1:]
    )
    del idle, waiting
    return (user + nice + system + sum(rest[:3])) / os.sysconf("SC_CLK_TCK")


def own_cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@dataclass(frozen=True, slots=True)
class Meter:
    """How much others used the machine between two moments."""

    wall: float
    busy: float | None
    own: float

    @classmethod
    def start(cls) -> Meter:
        """From now on."""
        return cls(time.perf_counter(), busy_s(), own_cpu_s())

    def others(self) -> float | None:
        """Share of all cores that other processes used since the start, 0 ... 1; ``None``: not known here."""
        now = Meter.start()
        if now.busy is None or self.busy is None:
            return None
        free = max((now.wall - self.wall) * (os.cpu_count() or 1), 1e-9)
        return round(min(max((now.busy - self.busy - (now.own - self.own)) / free, 0.0), 1.0), 3)


def idle_check(seconds: float = 1.0) -> dict[str, object]:
    """Look at the machine for ``seconds``; says on stderr if others work on it."""
    meter = Meter.start()
    time.sleep(seconds)
    others = meter.others()
    idle = others is not None and others <= IDLE_SHARE
    if not idle:
        share = "an unknown share" if others is None else f"{others:.0%}"
        sys.stderr.write(f"bench: the machine is not idle: others use {share} of it; times will flap\n")
    return {"idle": idle, "others_before": others, "load_before": load()}


class Stopwatch:
    """Wall and processor time since it was made or last read."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self) -> dict[str, float]:
        """Seconds since the last lap, on the wall and of this process."""
        wall, cpu = time.perf_counter(), time.process_time()
        found = {"wall_s": round(wall - self._wall, 3), "cpu_s": round(cpu - self._cpu, 3)}
        self._wall, self._cpu = wall, cpu
        return found


def resident_mb() -> float:
    """Memory of this process that is in use now, MB; the peak so far where the system does not say."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
