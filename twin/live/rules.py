"""The rules that raise alerts, as a table. A site adds its own by handing a longer table to the twin.

Every alert needs a defined action of a person (ISA-18.2); what needs none is an event, not an alert.
The density limit: 2 people per m² is the planning limit of UK crowd-safety practice, and walking is
slowed below it already (Fruin; Still). A fire has no delay and is latched, as its panel latches it. That the
silence of a fire feed is an alarm is the rule of fire-alarm interfaces that are published every 30 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from twin.live.energy import Energy
from twin.live.health import Health
from twin.plan.model import VERTICAL, DeviceKind, Label, Plan

MALL = "mall"
"""Place of an alert that is about the whole mall."""
TEST_PLACE = " (test)"
"""End of the place of a fire that is marked as a test: the true fire of that place is another alert."""
FEW_SILENT = 5
"""More silent counters than this are one alert about the feed, not one each (an alarm flood helps nobody)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FireSignal:
    """What a panel or detector said last of itself, or of one zone."""

    on: bool
    at: datetime
    device: str
    space_id: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """All that rules may look at."""

    plan: Plan
    now: datetime
    density: NDArray[np.float64]
    """People per m² by space, [S]."""
    known: NDArray[np.bool_]
    """Whether a space's estimate rests on readings, [S]."""
    silent: frozenset[str]
    health: Health
    energy: Energy
    fires: Mapping[str, FireSignal]
    faults: Mapping[str, datetime]
    """Devices that report a fault, and since when."""
    unreadable: Mapping[str, datetime] = field(default_factory=dict)
    """Fire devices whose last message could not be read, and when it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place at which a rule's value is at its limit, or within the deadband below it."""

    place: str
    value: float
    limit: float
    name: Label
    level_id: str = ""
    space_id: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to look for, how patiently, and what to tell whom to do.

    Words may hold ``{name}``, ``{value}`` and ``{limit}``.
    """

    id: str
    priority: int
    """1 now, 2 soon, 3 when there is time."""
    find: Callable[[Facts], Iterable[Finding]]
    what: Label
    cause: Label
    action: Label
    unit: str = ""
    digits: int = 0
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    latched: bool = False
    re_alarm_s: float | None = None
    re_alarm_factor: float | None = None

    def say(self, words: Label, finding: Finding) -> Label:
        """``words`` about ``finding``, in both languages."""
        value, limit = f"{finding.value:.{self.digits}f}", f"{finding.limit:.{self.digits}f}"
        return Label(
            en=words.en.format(name=finding.name.en, value=value, limit=limit),
            zh=words.zh.format(name=finding.name.text("zh"), value=value, limit=limit),
        )


def density_over(
    limit: float = 2.0, deadband: float = 0.2, least_m2: float = 20.0
) -> Callable[[Facts], list[Finding]]:
    """A finder of spaces with ``limit`` people per m² or more; stairs, lifts and closets are left out."""

    def find(facts: Facts) -> list[Finding]:
        crowded = np.flatnonzero((facts.density >= limit - deadband) & facts.known)
        found = []
        for i in crowded.tolist():
            space = facts.plan.spaces[i]
            if space.kind in VERTICAL or not space.walkable or space.shape.area < least_m2:
                continue
            found.append(
                Finding(
                    place=space.id,
                    value=float(facts.density[i]),
                    limit=limit,
                    name=_named(space.name, space.id),
                    level_id=space.level_id,
                    space_id=space.id,
                )
            )
        return found

    return find


def silent_devices(
    kinds: frozenset[DeviceKind], *, few: int | None = None
) -> Callable[[Facts], list[Finding]]:
    """A finder of silent devices of ``kinds``; none where more than ``few`` are silent at once."""

    def find(facts: Facts) -> list[Finding]:
        ids = [one for one in facts.health.watched if one in facts.silent and _kind(facts, one) in kinds]
        if few is not None and len(ids) > few:
            return []
        found = []
        for device_id in ids:
            device = facts.plan.device[device_id]
            found.append(
                Finding(
                    place=device_id,
                    value=facts.health.silence_s(device_id, facts.now),
                    limit=0.0 if device_id in facts.health.offline else facts.health.limit_s(device_id),
                    name=_named(device.name, device_id),
                    level_id=device.level_id,
                    space_id=device.space_id,
                    device=device_id,
                )
            )
        return found

    return find


def feed_lost(facts: Facts) -> list[Finding]:
    """Many counters silent at once."""
    watched = [one for one in facts.health.watched if _kind(facts, one) in _PEOPLE]
    silent = [one for one in watched if one in facts.silent]
    if len(silent) <= FEW_SILENT:
        return []
    name = Label(
        en=f"{len(silent)} of {len(watched)} counters", zh=f"{len(watched)} 个客流设备中的 {len(silent)} 个"
    )
    return [Finding(place=MALL, value=float(len(silent)), limit=float(FEW_SILENT + 1), name=name)]


def meter_jumps(facts: Facts) -> list[Finding]:
    """Meters far above their usual power."""
    found = []
    for jump in facts.energy.jumps():
        device = facts.plan.device.get(jump.device)
        found.append(
            Finding(
                place=jump.device,
                value=jump.power_kw,
                limit=jump.limit_kw,
                name=Label(en=jump.device) if device is None else _named(device.name, device.id),
                level_id="" if device is None else device.level_id,
                space_id="" if device is None else device.space_id,
                device=jump.device,
            )
        )
    return found


def fires(facts: Facts) -> list[Finding]:
    """Every panel or detector in alarm."""
    found = []
    for place, signal in facts.fires.items():
        if not signal.on:
            continue
        device_id = signal.device
        device = facts.plan.device.get(device_id)
        space = facts.plan.space.get(signal.space_id)
        name = _named(space.name, space.id) if space else Label(en=device_id)
        if device is not None and space is None:
            name = _named(device.name, device_id)
        if signal.test:
            name = Label(en=f"{name.en} (marked as a test)", zh=f"{name.text('zh')}（标为测试）")
        level_id = space.level_id if space else "" if device is None else device.level_id
        found.append(
            Finding(
                place=place + TEST_PLACE if signal.test else place,
                value=1.0,
                limit=1.0,
                name=name,
                level_id=level_id,
                space_id=signal.space_id if space else "",
                device=device_id,
            )
        )
    return found


def unreadable_fires(facts: Facts) -> list[Finding]:
    """Fire devices that said something that nobody could read: it may have been an alarm."""
    found = []
    for device_id in facts.unreadable:
        device = facts.plan.device.get(device_id)
        found.append(
            Finding(
                place=device_id,
                value=1.0,
                limit=1.0,
                name=Label(en=device_id) if device is None else _named(device.name, device_id),
                level_id="" if device is None else device.level_id,
                space_id="" if device is None else device.space_id,
                device=device_id,
            )
        )
    return found


def faulty(facts: Facts) -> list[Finding]:
    """Devices that report a fault of their own."""
    found = []
    for device_id in facts.faults:
        device = facts.plan.device[device_id]
        found.append(
            Finding(
                place=device_id,
                value=1.0,
                limit=1.0,
                name=_named(device.name, device_id),
                level_id=device.level_id,
                space_id=device.space_id,
                device=device_id,
            )
        )
    return found


def _kind(facts: Facts, device_id: str) -> DeviceKind:
    return facts.plan.device[device_id].kind


def _named(name: Label, fallback: str) -> Label:
    """``name``, or the id where a thing has no name."""
    return name if name.en else Label(en=fallback, zh=name.zh)


_PEOPLE = frozenset({DeviceKind.COUNTER, DeviceKind.ZONE_SENSOR})

RULES: tuple[Rule, ...] = (
    Rule(
        id="fire",
        priority=1,
        find=fires,
        latched=True,
        what=Label(en="Fire alarm: {name}", zh="火警：{name}"),
        cause=Label(en="The fire panel reports an alarm.", zh="火灾报警控制器报告火警。"),
        action=Label(
            en="Check by camera and by a person on the spot; start the evacuation plan; keep the exits named "
            "in the forecast free. Acknowledge, and reset when the panel is back to normal.",
            zh="通过摄像头和现场人员确认；启动疏散预案；保持预测中列出的出口畅通。确认警报，控制器恢复正常后复位。",
        ),
    ),
    Rule(
        id="fire_feed_silent",
        priority=1,
        find=silent_devices(frozenset({DeviceKind.FIRE_PANEL})),
        unit="s",
        re_alarm_s=1800.0,
        what=Label(en="Fire feed silent: {name}, {value} s", zh="火警信号中断：{name}，{value} 秒"),
        cause=Label(
            en="The fire panel has sent nothing for {value} s (limit {limit} s): line, gateway or panel.",
            zh="火灾报警控制器 {value} 秒无信号（上限 {limit} 秒）：线路、网关或控制器故障。",
        ),
        action=Label(
            en="Treat as an alarm: send a person to the panel, patrol until the feed is back.",
            zh="按火警处理：派人到控制器处查看，信号恢复前安排巡查。",
        ),
    ),
    Rule(
        id="fire_unreadable",
        priority=1,
        find=unreadable_fires,
        what=Label(en="Fire message not readable: {name}", zh="火警信息无法识别：{name}"),
        cause=Label(
            en="A fire device sent something that cannot be read; it may have been an alarm. It is kept with "
            "the dead letters.",
            zh="消防设备发来的信息无法识别，可能是火警。原文已存入死信表。",
        ),
        action=Label(
            en="Treat as an alarm: look at the panel, send a person to the spot; have the format mended.",
            zh="按火警处理：查看控制器，派人到现场；并修正信息格式。",
        ),
    ),
    Rule(
        id="density",
        priority=2,
        find=density_over(),
        unit="p/m²",
        digits=1,
        on_delay_s=60.0,
        off_delay_s=60.0,
        re_alarm_s=1800.0,
        re_alarm_factor=1.5,
        what=Label(en="Crowded: {name}, {value} people per m²", zh="拥挤：{name}，每平方米 {value} 人"),
        cause=Label(
            en="More people are in this space than move freely (limit {limit} per m²).",
            zh="该区域人数超过可自由通行的上限（每平方米 {limit} 人）。",
        ),
        action=Label(
            en="Look by camera; hold inflow at the escalators and doors that lead here; open more ways out.",
            zh="查看摄像头；在通往此处的扶梯和门口限流；增开出口。",
        ),
    ),
    Rule(
        id="fault",
        priority=2,
        find=faulty,
        off_delay_s=10.0,
        what=Label(en="Fault: {name}", zh="设备故障：{name}"),
        cause=Label(en="The device reports a fault of its own.", zh="设备自身上报故障。"),
        action=Label(
            en="Send a technician; a fire panel in fault is patrolled until it is mended.",
            zh="派技术人员检修；火灾报警控制器故障期间安排巡查。",
        ),
    ),
    Rule(
        id="feed_lost",
        priority=2,
        find=feed_lost,
        re_alarm_s=3600.0,
        what=Label(en="People counting lost: {name} silent", zh="客流数据中断：{name}无信号"),
        cause=Label(
            en="Many counters went silent together: broker, network or power.",
            zh="多个客流设备同时无信号：消息服务器、网络或供电故障。",
        ),
        action=Label(
            en="Check broker and network; take the number inside as uncertain until they are back.",
            zh="检查消息服务器与网络；恢复前场内人数仅供参考。",
        ),
    ),
    Rule(
        id="counter_silent",
        priority=3,
        find=silent_devices(_PEOPLE, few=FEW_SILENT),
        unit="s",
        on_delay_s=10.0,
        what=Label(en="Counter silent: {name}, {value} s", zh="客流设备无信号：{name}，{value} 秒"),
        cause=Label(
            en="It has sent nothing for {value} s (limit {limit} s).",
            zh="{value} 秒未收到数据（上限 {limit} 秒）。",
        ),
        action=Label(
            en="Check power and network of the device; the number inside is less certain until it is back.",
            zh="检查设备供电与网络；恢复前场内人数的误差增大。",
        ),
    ),
    Rule(
        id="meter_jump",
        priority=3,
        find=meter_jumps,
        unit="kW",
        digits=1,
        off_delay_s=60.0,
        what=Label(en="Meter jump: {name}, {value} kW", zh="用能突增：{name}，{value} kW"),
        cause=Label(
            en="The load is {value} kW; up to {limit} kW is usual here.",
            zh="当前负荷 {value} kW；此处通常不超过 {limit} kW。",
        ),
        action=Label(
            en="Ask the tenant or the plant room what was switched on; look for a fault if nothing was.",
            zh="向商户或机房核实新投入的设备；若无，检查故障。",
        ),
    ),
)
"""The rules of a mall, in the order of their urgency."""
