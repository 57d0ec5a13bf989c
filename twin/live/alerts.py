"""The life of an alert after ISA-18.2 / IEC 62682: raised, acknowledged, returned, latched, cleared.

========================  =================  ==========================
state                     condition          a person has acknowledged
========================  =================  ==========================
``unacknowledged``        on                 no
``acknowledged``          on                 yes
``returned``              off                no
``latched``               off, held          no or yes
``cleared``               off                yes
========================  =================  ==========================

An alert is one rule at one place: while it is not cleared, a condition that comes on again adds to its count
and never makes a second alert. A latched alert (fire) is held after its condition went off until a person
acknowledged and reset it. An acknowledged alert that stays on too long, or gets worse, alarms again.

This module decides; :mod:`twin.live.twin_state` keeps what is decided in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from twin.errors import InputError
from twin.live.rules import Finding, Rule
from twin.live.snapshot import AlertView
from twin.plan.model import Label

KEEP_CLEARED_S = 600.0
"""How long a cleared alert stays in the snapshot."""


class AlertState(StrEnum):
    """Where an alert is in its life."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    LATCHED = "latched"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. Changing it makes another."""

    id: str
    rule: str
    place: str
    priority: int
    latching: bool
    active: bool
    raised: datetime
    what: Label
    cause: Label
    action: Label
    value: float
    limit: float
    unit: str
    level_id: str = ""
    space_id: str = ""
    device: str = ""
    acknowledged: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_value: float = 0.0
    returned: datetime | None = None
    cleared: datetime | None = None
    count: int = 1

    @property
    def state(self) -> AlertState:
        """The state, as the two flags and the latch make it."""
        if self.cleared is not None:
            return AlertState.CLEARED
        if self.active:
            return AlertState.ACKNOWLEDGED if self.acknowledged else AlertState.UNACKNOWLEDGED
        return AlertState.LATCHED if self.latching else AlertState.RETURNED

    def view(self) -> AlertView:
        """What the screens get."""
        return AlertView(
            id=self.id,
            rule=self.rule,
            priority=self.priority,
            state=self.state.value,
            raised=self.raised,
            what=self.what,
            cause=self.cause,
            action=self.action,
            level_id=self.level_id,
            space_id=self.space_id,
            device=self.device,
            value=self.value,
            limit=self.limit,
            unit=self.unit,
            acknowledged_by=self.acknowledged_by,
            acknowledged=self.acknowledged,
            returned=self.returned,
            cleared=self.cleared,
            count=self.count,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of an alert: what it is now, and what brought it there."""

    alert: Alert
    step: str
    at: datetime
    by: str = ""


@dataclass(slots=True)
class AlertBook:
    """All alerts that are not cleared (and the lately cleared), and the delays that run."""

    open: dict[tuple[str, str], Alert] = field(default_factory=dict)
    cleared: list[Alert] = field(default_factory=list)
    on_since: dict[tuple[str, str], datetime] = field(default_factory=dict)
    off_since: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def evaluate(self, rule: Rule, findings: Sequence[Finding], now: datetime) -> list[Change]:
        """Hold the findings of ``rule`` against its alerts.

        ``findings`` holds every place whose value is not below the limit less the deadband; a place that
        is not in it has returned to normal.
        """
        changes: list[Change] = []
        present = {one.place: one for one in findings}
        for place, finding in present.items():
            changes += self._present(rule, (rule.id, place), finding, now)
        for key in [key for key in self.open if key[0] == rule.id and key[1] not in present]:
            changes += self._absent(rule, key, now)
        for key in [key for key in self.on_since if key[0] == rule.id and key[1] not in present]:
            del self.on_since[key]
        self._forget(now)
        return changes

    def acknowledge(self, alert_id: str, by: str, now: datetime) -> list[Change]:
        """A person has seen the alert.

        Raises:
            InputError: if no such alert is open, or nobody is named.
        """
        if not by:
            raise InputError(f"alert {alert_id!r}: an acknowledgement names who made it")
        alert = self.find(alert_id)
        if alert.acknowledged is not None:
            return []
        seen = replace(alert, acknowledged=now, acknowledged_by=by, acknowledged_value=alert.value)
        if not seen.active and not seen.latching:
            return [self._put(seen, "acknowledged", now, by), self._clear(seen, now, by)]
        return [self._put(seen, "acknowledged", now, by)]

    def reset(self, alert_id: str, by: str, now: datetime) -> list[Change]:
        """A person gives a latched alert free.

        Raises:
            InputError: if it is not open, not acknowledged, or its condition is still on.
        """
        alert = self.find(alert_id)
        if alert.acknowledged is None:
            raise InputError(f"alert {alert_id!r}: it must be acknowledged before it is reset")
        if alert.active:
            raise InputError(f"alert {alert_id!r}: its condition is still on, so it cannot be reset")
        return [self._clear(alert, now, by)]

    def find(self, alert_id: str) -> Alert:
        """The open alert with ``alert_id``.

        Raises:
            InputError: if there is none.
        """
        for alert in self.open.values():
            if alert.id == alert_id:
                return alert
        raise InputError(f"alert {alert_id!r}: no open alert has this id")

    def views(self) -> tuple[AlertView, ...]:
        """Open alerts by priority and age, then the lately cleared."""
        standing = sorted(self.open.values(), key=lambda one: (one.priority, one.raised, one.id))
        return tuple(one.view() for one in [*standing, *reversed(self.cleared)])

    def _present(self, rule: Rule, key: tuple[str, str], finding: Finding, now: datetime) -> list[Change]:
        """A place where the condition is on, or within its deadband."""
        alert = self.open.get(key)
        over = finding.value >= finding.limit
        if alert is None:
            if not over:
                self.on_since.pop(key, None)
                return []
            if (now - self.on_since.setdefault(key, now)).total_seconds() < rule.on_delay_s:
                return []
            del self.on_since[key]
            return [self._put(_raised(rule, finding, now), "raised", now)]
        self.off_since.pop(key, None)
        current = replace(alert, value=finding.value, limit=finding.limit)
        if not alert.active:
            if not over:
                return []
            again = replace(
                current,
                active=True,
                count=alert.count + 1,
                acknowledged=None,
                acknowledged_by="",
                returned=None,
            )
            return [self._put(again, "re-alarmed", now)]
        if alert.acknowledged is not None and _alarms_again(rule, alert, finding, now):
            again = replace(current, acknowledged=None, acknowledged_by="", count=alert.count + 1)
            return [self._put(again, "re-alarmed", now)]
        self.open[key] = current
        return []

    def _absent(self, rule: Rule, key: tuple[str, str], now: datetime) -> list[Change]:
        """A place where the condition went off."""
        alert = self.open[key]
        if not alert.active:
            return []
        if (now - self.off_since.setdefault(key, now)).total_seconds() < rule.off_delay_s:
            return []
        del self.off_since[key]
        gone = replace(alert, active=False, returned=now)
        if rule.latched:
            return [self._put(gone, "latched", now)]
        if gone.acknowledged is not None:
            return [self._put(gone, "returned", now), self._clear(gone, now, gone.acknowledged_by)]
        return [self._put(gone, "returned", now)]

    def _put(self, alert: Alert, step: str, now: datetime, by: str = "") -> Change:
        self.open[alert.rule, alert.place] = alert
        return Change(alert=alert, step=step, at=now, by=by)

    def _clear(self, alert: Alert, now: datetime, by: str) -> Change:
        done = replace(alert, cleared=now)
        self.open.pop((alert.rule, alert.place), None)
        self.off_since.pop((alert.rule, alert.place), None)
        self.cleared.append(done)
        return Change(alert=done, step="cleared", at=now, by=by)

    def _forget(self, now: datetime) -> None:
        self.cleared = [
            one
            for one in self.cleared
            if one.cleared is not None and (now - one.cleared).total_seconds() < KEEP_CLEARED_S
        ]

    def delays(self) -> dict[str, Any]:
        """The delays that run, as a checkpoint keeps them: a restart must not start them anew."""
        return {
            "on": [[*key, at.isoformat()] for key, at in self.on_since.items()],
            "off": [[*key, at.isoformat()] for key, at in self.off_since.items()],
        }

    def restore_delays(self, document: dict[str, Any]) -> None:
        """Go on from what :meth:`delays` wrote."""
        self.on_since = {(r, place): datetime.fromisoformat(at) for r, place, at in document["on"]}
        self.off_since = {(r, place): datetime.fromisoformat(at) for r, place, at in document["off"]}


def _raised(rule: Rule, finding: Finding, now: datetime) -> Alert:
    """A new alert of ``rule``."""
    name = hashlib.sha256(f"{rule.id}|{finding.place}|{now.isoformat()}".encode()).hexdigest()[:12]
    return Alert(
        id=f"{rule.id}-{name}",
        rule=rule.id,
        place=finding.place,
        priority=rule.priority,
        latching=rule.latched,
        active=True,
        raised=now,
        what=rule.say(rule.what, finding),
        cause=rule.say(rule.cause, finding),
        action=rule.say(rule.action, finding),
        value=finding.value,
        limit=finding.limit,
        unit=rule.unit,
        level_id=finding.level_id,
        space_id=finding.space_id,
        device=finding.device,
    )


def _alarms_again(rule: Rule, alert: Alert, finding: Finding, now: datetime) -> bool:
    """Whether an acknowledged alert calls again: it stood too long, or got worse."""
    seen = alert.acknowledged
    if seen is None:
        return False
    if rule.re_alarm_s is not None and (now - seen).total_seconds() >= rule.re_alarm_s:
        return True
    return rule.re_alarm_factor is not None and finding.value >= rule.re_alarm_factor * max(
        alert.acknowledged_value, finding.limit
    )
