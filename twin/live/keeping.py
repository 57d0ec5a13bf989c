"""Between the live values and the rows of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from twin.live.alerts import Alert, AlertBook, Change
from twin.live.forecast import ForecastJob
from twin.live.health import Health
from twin.live.reading import Source
from twin.live.rules import TEST_PLACE, FireSignal
from twin.live.snapshot import DayFigures, ForecastView, MeterState, OccupancyEstimate
from twin.plan.model import Label, Plan
from twin.store import Store
from twin.store.alerts import AlertEvent, AlertRecord
from twin.store.runs import Run
from twin.store.samples import Checkpoint, DeviceSeen, MeterSample, OccupancySample

_TIMES = ("acknowledged", "returned")
_LABELS = ("what", "cause", "action")
_COLUMNS = ("id", "rule", "place", "priority", "raised", "cleared")


def save_changes(store: Store, changes: Sequence[Change]) -> None:
    """Write alerts as they are now, and each step that brought them there."""
    latest = {change.alert.id: change.alert for change in changes}
    store.alerts.save(
        [alert_record(alert) for alert in latest.values()],
        [
            AlertEvent(
                alert_id=change.alert.id,
                at=change.at,
                step=change.step,
                state=change.alert.state.value,
                by=change.by,
                value=change.alert.value,
            )
            for change in changes
        ],
    )


def alert_record(alert: Alert) -> AlertRecord:
    """The alert as the store keeps it."""
    document = {key: value for key, value in asdict(alert).items() if key not in _COLUMNS}
    for name in _TIMES:
        document[name] = None if document[name] is None else document[name].isoformat()
    return AlertRecord(
        id=alert.id,
        rule=alert.rule,
        place=alert.place,
        state=alert.state.value,
        priority=alert.priority,
        raised=alert.raised,
        cleared=alert.cleared,
        document=document,
    )


def alert_of(record: AlertRecord) -> Alert:
    """The alert that the store kept."""
    rest: dict[str, Any] = dict(record.document)
    for name in _TIMES:
        rest[name] = None if rest[name] is None else datetime.fromisoformat(rest[name])
    for name in _LABELS:
        rest[name] = Label(**rest[name])
    return Alert(
        id=record.id,
        rule=record.rule,
        place=record.place,
        priority=record.priority,
        raised=record.raised,
        cleared=record.cleared,
        **rest,
    )


def load_alerts(book: AlertBook, store: Store) -> None:
    """Take the open alerts of the store into ``book``."""
    for record in store.alerts.open():
        alert = alert_of(record)
        book.open[alert.rule, alert.place] = alert


def save_samples(
    store: Store,
    at: datetime,
    source: Source,
    occupancy: Mapping[str, OccupancyEstimate],
    meters: Mapping[str, MeterState],
) -> None:
    """Keep estimates and meter values of one moment."""
    store.samples.add(
        occupancy=[
            OccupancySample(
                at=at,
                space_id=space_id,
                mean=one.mean,
                low=one.low,
                high=one.high,
                quality=one.quality,
                source=source.value,
            )
            for space_id, one in occupancy.items()
        ],
        meters=[
            MeterSample(
                at=at,
                device=device,
                total=one.total,
                power_kw=one.power_kw,
                unit=one.unit,
                source=source.value,
            )
            for device, one in meters.items()
        ],
    )


def devices_seen(health: Health) -> list[DeviceSeen]:
    """When each device was last seen."""
    return [
        DeviceSeen(
            device=device,
            known=True,
            last_seen=at,
            readings=health.readings.get(device, 0),
            last_topic=health.topics.get(device, ""),
        )
        for device, at in health.seen.items()
    ]


def save_day(store: Store, plan: Plan, source: Source, figures: DayFigures) -> None:
    """Keep the figures of a day that ends."""
    store.samples.save_day(plan.id, figures.day, source.value, asdict(figures))


def day_before(store: Store, plan: Plan, source: Source, day: str) -> DayFigures | None:
    """The kept figures of the day before ``day``."""
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    kept = store.samples.day(plan.id, before, source.value)
    if kept is None:
        return None
    kept["footfall_by_hour"] = tuple(kept["footfall_by_hour"])
    kept["energy_by_hour"] = tuple(kept["energy_by_hour"])
    return DayFigures(**kept)


def save_checkpoint(store: Store, plan: Plan, at: datetime, inbox_id: int, document: dict[str, Any]) -> None:
    """Keep the whole live state."""
    store.samples.save_checkpoint(Checkpoint(plan_id=plan.id, at=at, inbox_id=inbox_id, document=document))


def save_forecast(store: Store, view: ForecastView, job: ForecastJob, plan: Plan) -> None:
    """Keep a forecast as a run."""
    store.runs.save(
        Run(
            id=view.id,
            kind="forecast",
            state=view.state,
            asked=view.asked,
            done=view.done,
            plan_version=plan.version,
            seed=job.seed,
            cause=view.cause,
            error=view.error,
            question={"fire_space": job.fire_space, "people": [sum(one.values()) for one in job.people]},
            answer=None if view.drill is None else dict(view.drill),
        )
    )


def fires_document(fires: Mapping[str, FireSignal]) -> dict[str, Any]:
    """The fire signals as a checkpoint keeps them."""
    return {
        key: {
            "on": one.on,
            "at": one.at.isoformat(),
            "device": one.device,
            "space_id": one.space_id,
            "test": one.test,
        }
        for key, one in fires.items()
    }


def fires_restored(document: Mapping[str, Any]) -> dict[str, FireSignal]:
    """The fire signals that :func:`fires_document` wrote."""
    return {
        key: FireSignal(
            on=one["on"],
            at=datetime.fromisoformat(one["at"]),
            device=one.get("device", key),
            space_id=one["space_id"],
            test=one["test"],
        )
        for key, one in document.items()
    }


def fires_standing(book: AlertBook) -> dict[str, FireSignal]:
    """The signals behind fires that stood at the last stop: they stand until their sender says otherwise.

    The sender's own time of them is not known, so anything that it says now is newer.
    """
    return {
        alert.place.removesuffix(TEST_PLACE): FireSignal(
            on=True,
            at=datetime.min.replace(tzinfo=UTC),
            device=alert.device,
            space_id=alert.space_id,
            test=alert.place.endswith(TEST_PLACE),
        )
        for alert in book.open.values()
        if alert.rule == "fire" and alert.active
    }
