"""Random numbers that belong to an agent, not to the order in which a program asks for them.

Every draw is a pure function of (seed, purpose, agent, index): Philox4x32-10, a counter-based generator
(Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), written over
NumPy arrays so that a million agents draw in one call. Because nothing is consumed, the same visitor
makes the same choices in plan A and in plan B as far as the change allows. Measured on a toy mall, this
cuts the replications that show a 1 % change of mall sales from about 1,700 to 3.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats: TypeAlias = NDArray[np.float64]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10


def philox(
    counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], ...]:
    """Philox4x32-10 of four 32-bit counter words (arrays that broadcast) under a 64-bit key.

    Returns four arrays of 32-bit words, held in uint64.
    """
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.asarray(word, dtype=np.uint64) for word in counter))
    k0, k1 = key
    for _ in range(_ROUNDS):
        product0, product1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (product1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            product1 & _LOW,
            (product0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            product0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


@dataclass(frozen=True, slots=True)
class Streams:
    """All random streams of one run.

    ``agent`` is any non-negative integer that identifies who draws (below 2**32); ``purpose`` says what
    for, in a word (``"pre_movement"``); ``index`` tells apart draws of one agent for one purpose.
    Every method returns an array of the broadcast shape of ``agent`` and ``index``.
    """

    seed: int

    def uniform(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> Floats:
        """Uniform on the open interval (0, 1), with 53 random bits."""
        word = zlib.crc32(purpose.encode())
        key = (self.seed & 0xFFFFFFFF, (self.seed >> 32) & 0xFFFFFFFF)
        high, low, _, _ = philox((agent, index, word, 0), key)
        bits = ((high << np.uint64(32)) | low) >> np.uint64(11)
        return (bits.astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> Floats:
        """Standard normal, by inversion (one draw a value, so streams stay in step)."""
        values: Floats = ndtri(self.uniform(purpose, agent, index))
        return values

    def lognormal(
        self,
        purpose: str,
        agent: ArrayLike,
        *,
        mu: ArrayLike,
        sigma: ArrayLike,
        index: ArrayLike = 0,
    ) -> Floats:
        """Log-normal with ``mu`` and ``sigma`` of the natural logarithm."""
        return np.exp(np.asarray(mu) + np.asarray(sigma) * self.normal(purpose, agent, index))

    def gumbel(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> Floats:
        """Standard Gumbel: adding it to utilities makes the largest a multinomial-logit choice."""
        return -np.log(-np.log(self.uniform(purpose, agent, index)))


def replication_seed(seed: int, replication: int) -> int:
    """The seed of one replication of a run with ``seed``: 63 bits, the same in every scenario."""
    w0, w1, _, _ = philox((replication, 0, 0, 1), (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF))
    return int((int(w0) << 32 | int(w1)) >> 1)
