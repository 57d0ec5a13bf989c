"""The same random numbers as :class:`twin.world.streams.Streams`, compiled.

A trading day draws some ten million numbers in a hundred thousand small batches; NumPy spends most of such
a call on its own overhead. A test holds both equal bit by bit.
"""

from __future__ import annotations

import zlib

import numba as nb
import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.world.streams import Floats, Streams

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _SHIFT, _ELEVEN = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(11)


@nb.njit(cache=True)
def uniform(seed: int, purpose: int, agent: int, index: int | np.int64) -> float:
    """One draw of ``Streams(seed).uniform`` for the purpose whose CRC-32 is ``purpose``."""
    c0, c1 = np.uint64(agent), np.uint64(index)
    c2, c3 = np.uint64(purpose), np.uint64(0)
    key = np.uint64(seed)
    k0, k1 = key & _LOW, (key >> _SHIFT) & _LOW
    for _ in range(10):
        product0, product1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (product1 >> _SHIFT) ^ c1 ^ k0,
            product1 & _LOW,
            (product0 >> _SHIFT) ^ c3 ^ k1,
            product0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    bits = ((c0 << _SHIFT) | c1) >> _ELEVEN
    return (np.float64(bits) + 0.5) * 2.0**-53


@nb.njit(cache=True)
def _uniforms(seed: int, purpose: int, agent: NDArray[np.int64], index: NDArray[np.int64]) -> Floats:
    out = np.empty(agent.size)
    for i in range(agent.size):
        out[i] = uniform(seed, purpose, agent[i], index[i])
    return out


class CompiledStreams(Streams):
    """:class:`Streams` whose ``uniform``, and with it every other draw, is compiled."""

    __slots__ = ()

    def uniform(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> Floats:
        """Uniform on the open interval (0, 1), with 53 random bits."""
        agents = np.asarray(agent, dtype=np.int64)
        indices = np.asarray(index, dtype=np.int64)
        shape = np.broadcast_shapes(agents.shape, indices.shape)
        flat = _uniforms(self.seed, zlib.crc32(purpose.encode()), _flat(agents, shape), _flat(indices, shape))
        shaped: Floats = flat.reshape(shape)
        return shaped


def _flat(values: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """``values`` broadcast to ``shape`` as one contiguous row."""
    if values.shape != shape:
        values = np.full(shape, values)
    return np.ascontiguousarray(values).ravel()
