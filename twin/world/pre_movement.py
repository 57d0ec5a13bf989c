"""How long people take to start: log-normal pre-movement times by management level.

Source: PD 7974-6 presets for retail (awake, unfamiliar) as 1st and 99th percentiles, log-normal through them
(verification.md 7.8); unannounced store evacuations end within 165 s with trained staff (Shields et al.).
The retail rows were read through an open tool, not in the standard itself: grade C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from twin.errors import ScenarioError

_Z99 = 2.3263
"""99th percentile of the standard normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreMovement:
    """A log-normal pre-movement time: ``mu`` and ``sigma`` of the natural logarithm of seconds."""

    mu: float
    sigma: float
    name: str = ""
    """The preset that it is, for reports."""

    def __post_init__(self) -> None:
        """Check that it is a distribution."""
        if not (math.isfinite(self.mu) and self.sigma >= 0):
            raise ScenarioError(
                f"pre-movement mu {self.mu}, sigma {self.sigma}: needs a finite mu and sigma >= 0"
            )

    @property
    def median_s(self) -> float:
        """Half of the people start within this time."""
        return math.exp(self.mu)

    @classmethod
    def between(cls, first_s: float, last_s: float, *, name: str = "") -> PreMovement:
        """The log-normal whose 1st and 99th percentiles are ``first_s`` and ``last_s``.

        Raises:
            ScenarioError: unless 0 < first_s <= last_s.
        """
        if not 0 < first_s <= last_s:
            raise ScenarioError(f"pre-movement from {first_s} s to {last_s} s: needs 0 < first <= last")
        mu = (math.log(first_s) + math.log(last_s)) / 2
        return cls(mu=mu, sigma=(math.log(last_s) - math.log(first_s)) / (2 * _Z99), name=name)


TRAINED = PreMovement.between(30.0, 120.0, name="M1 trained staff, voice alarm")
ORDINARY = PreMovement.between(60.0, 180.0, name="M2 ordinary staff, alarm bell")
IN_FIRE_SPACE = PreMovement.between(5.0, 40.0, name="sees the fire")
"""Who is in the burning space starts at once: an assumption, below the 60 s that C/VM2 gives."""
NEAR_FACTOR = 0.6
"""On the pre-movement of those who are told by people who run out of the next space."""
NONE = PreMovement(mu=-20.0, sigma=0.0, name="none")
"""Everybody starts at the alarm."""

PRESETS = {"trained": TRAINED, "ordinary": ORDINARY, "none": NONE}
