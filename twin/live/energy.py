"""Energy and water by meter: what it counts today, its power now, and jumps that no tenant explains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twin.live.counting import CountStream, Outcome, Step
from twin.live.snapshot import MeterState
from twin.plan.model import DeviceKind, Plan

JUMP_FACTOR = 4.0
"""A meter jumps when its power is this many times its usual power ..."""
JUMP_KW_M2 = 0.15
"""... and more than this for each m² that it feeds: twice what a brightly lit, full shop draws, so that the
lights at opening time are no jump ..."""
JUMP_LEAST_KW = 10.0
"""... and more than this: smaller loads may come and go as they like."""
USUAL_AFTER = 4
"""Intervals after which a usual power is known."""
SMOOTH = 0.1
STEP_LEAST_S = 1.0
"""Power is not worked out from totals closer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A meter whose power is far above its usual power, both in kW."""

    device: str
    power_kw: float
    limit_kw: float


@dataclass(slots=True)
class _Meter:
    unit: str
    stream: CountStream = field(default_factory=lambda: CountStream(cumulative=True))
    today: float = 0.0
    power_kw: float | None = None
    usual_kw: float = 0.0
    intervals: int = 0
    at: datetime | None = None
    says_power: bool = False
    jump: Jump | None = None


@dataclass(slots=True)
class Energy:
    """All meters. ``by_hour`` is kWh of today by local hour, over :attr:`counted` meters."""

    plan: Plan
    meters: dict[str, _Meter] = field(default_factory=dict)
    by_hour: list[float] = field(default_factory=lambda: [0.0] * 24)
    _floor_kw: dict[str, float] = field(default_factory=dict)
    counted: frozenset[str] = field(init=False)
    """Meters that make the mall's sum: the main meters where there are some, else all."""

    def __post_init__(self) -> None:
        """Find the meters that make the sum without counting a kilowatt-hour twice."""
        electric = [one for one in self.plan.devices if one.kind is DeviceKind.ELECTRICITY_METER]
        main = [one.id for one in electric if one.watches in {"", self.plan.id}]
        self.counted = frozenset(main or [one.id for one in electric])

    def total(
        self, device: str, value: float, measured: datetime, sequence: int | None, *, hour: int
    ) -> Step:
        """Take a cumulative reading (kWh or m³)."""
        meter = self._meter(device)
        before = meter.stream.last_measured
        step = meter.stream.take(value, measured, sequence)
        if Outcome.DUPLICATE in step.outcomes or Outcome.OUT_OF_ORDER in step.outcomes:
            return step
        meter.today += step.increment
        meter.at = measured
        if device in self.counted:
            self.by_hour[hour] += step.increment
        seconds = 0.0 if before is None else (measured - before).total_seconds()
        if seconds >= STEP_LEAST_S and Outcome.RESET not in step.outcomes:
            mean_kw = step.increment * 3600.0 / seconds
            self._judge(device, meter, mean_kw)
            if not meter.says_power:
                meter.power_kw = mean_kw
        return step

    def power(self, device: str, watts: float, measured: datetime) -> bool:
        """Take a reading of the power now; ``False`` where a newer one is known."""
        meter = self._meter(device)
        if meter.says_power and meter.at is not None and measured < meter.at:
            return False
        meter.says_power = True
        meter.power_kw = watts / 1000.0
        meter.at = measured if meter.at is None else max(meter.at, measured)
        self._judge(device, meter, meter.power_kw)
        return True

    def jumps(self) -> list[Jump]:
        """Meters that jump now."""
        return [meter.jump for meter in self.meters.values() if meter.jump is not None]

    def power_kw(self) -> float | None:
        """Power of the mall; ``None`` where no meter told."""
        known = [
            meter.power_kw
            for device, meter in self.meters.items()
            if device in self.counted and meter.power_kw is not None
        ]
        return sum(known) if known else None

    def today_kwh(self) -> float | None:
        """Energy of the mall today; ``None`` where no meter told."""
        known = [meter.today for device, meter in self.meters.items() if device in self.counted]
        return sum(known) if known else None

    def view(self, now: datetime) -> dict[str, MeterState]:
        """What the screens get."""
        return {
            device: MeterState(
                power_kw=meter.power_kw,
                today=meter.today,
                total=None if meter.stream.last_measured is None else meter.stream.last_value,
                unit=meter.unit,
                age_s=None if meter.at is None else max((now - meter.at).total_seconds(), 0.0),
            )
            for device, meter in self.meters.items()
        }

    def new_day(self) -> None:
        """Begin a day at zero; the meters' own totals go on."""
        self.by_hour = [0.0] * 24
        for meter in self.meters.values():
            meter.today = 0.0

    def _meter(self, device: str) -> _Meter:
        if device not in self.meters:
            water = device in self.plan.device and self.plan.device[device].kind is DeviceKind.WATER_METER
            self.meters[device] = _Meter(unit="m³" if water else "kWh")
        return self.meters[device]

    def _least_jump_kw(self, device_id: str) -> float:
        """Power below which a meter never jumps, by the area that it feeds."""
        if device_id not in self._floor_kw:
            device = self.plan.device.get(device_id)
            tenant = self.plan.tenant.get(device.watches) if device else None
            space = self.plan.space.get(tenant.space_id if tenant else device.watches if device else "")
            area = space.shape.area if space else 0.0
            self._floor_kw[device_id] = max(JUMP_LEAST_KW, JUMP_KW_M2 * area)
        return self._floor_kw[device_id]

    def _judge(self, device: str, meter: _Meter, kw: float) -> None:
        """Compare with the usual power, and learn it from intervals that are no jump."""
        if meter.unit != "kWh":
            return
        limit = max(JUMP_FACTOR * meter.usual_kw, self._least_jump_kw(device))
        if meter.intervals >= USUAL_AFTER and kw > limit:
            meter.jump = Jump(device=device, power_kw=kw, limit_kw=limit)
            return
        meter.jump = None
        meter.intervals += 1
        weight = max(SMOOTH, 1.0 / meter.intervals)
        meter.usual_kw += weight * (kw - meter.usual_kw)

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "by_hour": self.by_hour,
            "meters": {
                device: {
                    "unit": meter.unit,
                    "stream": meter.stream.document(),
                    "today": meter.today,
                    "power_kw": meter.power_kw,
                    "usual_kw": meter.usual_kw,
                    "intervals": meter.intervals,
                    "at": None if meter.at is None else meter.at.isoformat(),
                    "says_power": meter.says_power,
                }
                for device, meter in self.meters.items()
            },
        }

    def restore(self, document: dict[str, Any]) -> None:
        """Go on from what :meth:`document` wrote."""
        self.by_hour = list(document["by_hour"])
        self.meters = {
            device: _Meter(
                unit=kept["unit"],
                stream=CountStream.restored(kept["stream"]),
                today=kept["today"],
                power_kw=kept["power_kw"],
                usual_kw=kept["usual_kw"],
                intervals=kept["intervals"],
                at=None if kept["at"] is None else datetime.fromisoformat(kept["at"]),
                says_power=kept["says_power"],
            )
            for device, kept in document["meters"].items()
        }
