"""People in smoke: how it slows them, what they breathe, and who can go on no more.

Every :data:`BREATH_S` the air where each person is sets the speed (see :mod:`twin.fire.smoke`) and adds to
the dose (see :mod:`twin.fire.toxicity`). Who reaches a dose of 1 stays where he or she is. The air comes
from any field with ``sample(places, time)``.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.fire.air import AirField, Places
from twin.fire.smoke import SmokeLaw, speed_factor
from twin.fire.toxicity import INCAPACITATED, fed_rate
from twin.movement.network.model import Bools, Floats, Ints, Network

BREATH_S = 1.0
"""Time for which the air around a person is taken as unchanged."""
_NOTICED = 0.005
"""A change of the speed by less than this share is not passed on."""


class Exposed(Protocol):
    """The part of a movement run that is needed here."""

    network: Network

    @property
    def now_s(self) -> float:
        """The clock."""

    @property
    def node(self) -> Ints:
        """[n] node in which each is; -1: in none."""

    @property
    def xy(self) -> Floats:
        """[n, 2] where each is."""

    @property
    def outside(self) -> Bools:
        """[n] who has left."""

    def set_speed_factor(self, agents: ArrayLike, factors: ArrayLike) -> None:
        """Let agents walk at a share of their speed; 0: never again."""


class Exposure:
    """What smoke does to the people of one run. Call :meth:`breathe` at each step of the clock.

    Args:
        run: whose people they are.
        field: smoke and gas by place and time.
        free_mps: [n] speed of each in clear air, m/s.
        law: how smoke slows.
    """

    def __init__(
        self, run: Exposed, field: AirField, *, free_mps: ArrayLike, law: SmokeLaw = SmokeLaw.LUND
    ) -> None:
        self._run, self._field, self._law = run, field, law
        self._free = np.array(free_mps, np.float64)
        count = len(self._free)
        self.dose = np.zeros(count)
        """[n] fractional effective dose so far."""
        self.down_s: NDArray[np.float64] = np.full(count, np.nan)
        """[n] when each could go on no more; NaN: never."""
        self._factor = np.ones(count)
        self._rate = np.zeros(count)
        self._last_s = run.now_s
        self._look()

    def breathe(self) -> Ints:
        """Take up what was breathed since the last call and look at the air of now; who has gone down."""
        now = self._run.now_s
        if now <= self._last_s:
            return np.zeros(0, np.int32)
        before = self.dose.copy()
        self.dose += self._rate * (now - self._last_s)
        fell = np.flatnonzero((self.dose >= INCAPACITATED) & np.isnan(self.down_s) & ~self._run.outside)
        if len(fell):
            self.down_s[fell] = self._last_s + (INCAPACITATED - before[fell]) / self._rate[fell]
            self._factor[fell] = 0.0
            self._run.set_speed_factor(fell, 0.0)
        self._last_s = now
        self._look()
        return fell.astype(np.int32)

    def _look(self) -> None:
        """Speeds and doses in the air of now."""
        node = self._run.node
        net = self._run.network
        space = np.where(node >= 0, net.node_space[np.maximum(node, 0)], -1).astype(np.int32)
        air = self._field.sample(Places(space=space, xy=self._run.xy), self._run.now_s)
        gone = self._run.outside
        self._rate = np.where(gone, 0.0, fed_rate(air))
        factor = speed_factor(air.extinction_per_m, self._law, free_mps=self._free)
        change = np.abs(factor - self._factor) > _NOTICED
        cleared = (factor >= 1.0) & (self._factor < 1.0)
        slower = np.flatnonzero((change | cleared) & ~gone & np.isnan(self.down_s))
        if len(slower):
            self._factor[slower] = factor[slower]
            self._run.set_speed_factor(slower, factor[slower])
