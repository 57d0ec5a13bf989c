"""What breathing smoke does: the fractional effective dose (FED) after Purser, as FDS+Evac adds it up.

FED = (CO + CN + NOx + irritants) x hyperventilation by CO2 + lack of oxygen; at 1 a person of average
susceptibility is incapacitated. Source: FDS+Evac Technical Reference, section 3.4 (Purser, SFPE Handbook).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.fire.air import AMBIENT_O2_PERCENT, Air

Floats = NDArray[np.float64]

INCAPACITATED = 1.0
"""Dose at which a person of average susceptibility can do nothing any more."""
_MINUTE_S = 60.0
_MOST_HCN_PPM = 1000.0
"""The fit ends far below: here a dose of 1 takes microseconds, and the exponential stays finite."""


def co_rate(co_ppm: ArrayLike) -> Floats:
    """Dose of carbon monoxide, 1/min: 2.764e-5 ppm^1.036."""
    return np.asarray(2.764e-5 * np.maximum(np.asarray(co_ppm, np.float64), 0.0) ** 1.036, np.float64)


def cn_rate(hcn_ppm: ArrayLike) -> Floats:
    """Dose of hydrogen cyanide, 1/min: exp(ppm / 43) / 220 - 0.0045; none in clean air."""
    cyanide = np.clip(np.asarray(hcn_ppm, np.float64), 0.0, _MOST_HCN_PPM)
    return np.asarray(np.where(cyanide > 0, np.exp(cyanide / 43.0) / 220.0 - 0.0045, 0.0), np.float64)


def nox_rate(nox_ppm: ArrayLike) -> Floats:
    """Dose of nitrogen oxides, 1/min: ppm / 1500."""
    return np.maximum(np.asarray(nox_ppm, np.float64), 0.0) / 1500.0


def o2_rate(o2_percent: ArrayLike) -> Floats:
    """Dose by lack of oxygen, 1/min: 1 / exp(8.13 - 0.54 (20.9 - %)); none at 20.9 % and above."""
    lack = AMBIENT_O2_PERCENT - np.asarray(o2_percent, np.float64)
    return np.asarray(np.where(lack > 0, np.exp(0.54 * lack - 8.13), 0.0), np.float64)


def hyperventilation(co2_percent: ArrayLike) -> Floats:
    """How much more one breathes in carbon dioxide: exp(0.1903 % + 2.0004) / 7.1, at least 1."""
    percent = np.asarray(co2_percent, np.float64)
    return np.asarray(np.maximum(np.exp(0.1903 * percent + 2.0004) / 7.1, 1.0), np.float64)


def fed_rate(air: Air) -> Floats:
    """Dose that a person takes up in ``air`` in one second, 1/s."""
    poisons = co_rate(air.co_ppm) + cn_rate(air.hcn_ppm) + nox_rate(air.nox_ppm) + air.irritant_per_min
    total = poisons * hyperventilation(air.co2_percent) + o2_rate(air.o2_percent)
    return np.asarray(total / _MINUTE_S, np.float64)


def seconds_to(dose: float, air: Air) -> Floats:
    """Seconds in unchanged ``air`` until a dose of ``dose``; inf in clean air."""
    rate = fed_rate(air)
    return np.where(rate > 0, dose / np.where(rate > 0, rate, 1.0), math.inf)
