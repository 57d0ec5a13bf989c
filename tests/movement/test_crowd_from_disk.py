"""The crowd engine runs in a process that finds its kernels compiled on disk."""

from __future__ import annotations

import subprocess
import sys

WALK = """
from scenarios.verification.case import Setting
from scenarios.verification.experiments_run import repeated
from scenarios.verification.experiments_setups import bottleneck
done = repeated(bottleneck(2.0, people=10), Setting(engine="crowd", mode="calibrated"), 1, until_s=60.0)
print(done.out)
"""


def test_a_second_process_walks_with_the_kernels_of_the_first() -> None:
    """A copy from disk must start the threads that a compiled kernel has started by itself."""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", WALK], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "10"
