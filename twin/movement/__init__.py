"""How people move: demographics, fundamental diagrams, engines."""

from __future__ import annotations

import os

# Threads that wait for the next step sleep. By default GNU's OpenMP lets them spin, which on a busy machine
# takes the core from the thread that they wait for: a crowd on two threads was then four times slower than on
# one. It reads these when numba loads it, which is later; who set them keeps theirs.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
