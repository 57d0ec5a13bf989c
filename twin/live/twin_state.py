"""The live twin: what is true now. It takes readings, judges them, and gives snapshots.

Safe for threads: the ingest applies readings, the screens take snapshots and acknowledge alerts. The work
grows with the readings, and with the spaces once a tick.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Literal
from zoneinfo import ZoneInfo

from twin.live import keeping
from twin.live.alerts import AlertBook, AlertState, Change
from twin.live.energy import Energy
from twin.live.forecast import ForecastJob, ForecastRunner, people_samples
from twin.live.forecast_desk import ForecastDesk, Question
from twin.live.health import Health
from twin.live.intake import Intake
from twin.live.occupancy import CounterModel
from twin.live.people import People
from twin.live.placing import Placed
from twin.live.prior import AreaPrior, DayProfile
from twin.live.reading import Reading, Source
from twin.live.rules import RULES, Facts, Rule
from twin.live.snapshot import (
    DayFigures,
    FeedHealth,
    OccupancyEstimate,
    Snapshot,
    TruthError,
)
from twin.plan.model import Plan
from twin.store import Store

SAMPLE_S = 60.0
SPACE_SAMPLE_S = 300.0
CHECKPOINT_WALL_S = 30.0
_RANK = {Source.LIVE: 0, Source.REPLAY: 1, Source.SIMULATED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """What a site may set."""

    rules: tuple[Rule, ...] = RULES
    counters: CounterModel = field(default_factory=CounterModel)
    reset_hour: int = 4
    """Local hour at which the mall is known to be empty and a new day begins."""
    replications: int = 10
    """Drills of a forecast, each with its own sample of who is where."""
    seed: int = 1


class LiveTwin:
    """The state of one mall."""

    def __init__(
        self,
        plan: Plan,
        *,
        store: Store,
        now: datetime,
        source: Source = Source.LIVE,
        profile: DayProfile | None = None,
        day_before: DayFigures | None = None,
        forecaster: ForecastRunner | None = None,
        settings: LiveSettings | None = None,
    ) -> None:
        """Start from what the store holds of this plan: open alerts, and the last checkpoint of today."""
        self.plan = plan
        self.store = store
        self.settings = settings or LiveSettings()
        self.profile = profile
        self.inbox_id = 0
        """The newest message of the inbox whose readings are in the state."""
        self._zone = ZoneInfo(plan.timezone)
        self._lock = RLock()
        self._source = source
        self._now = now
        self._in = self._empty(now)
        self._book = AlertBook()
        self._feeds = FeedHealth()
        self._day_before = day_before
        self._looked_for_day_before = False
        self._desk = ForecastDesk(plan=plan, store=store, lock=self._lock, runner=forecaster)
        self._resumed = False
        self._error: TruthError | None = None
        self._speed = 1.0
        self._sampled: dict[str, datetime] = {}
        self._checkpointed = time.monotonic()
        self._cache: tuple[object, Placed] | None = None
        keeping.load_alerts(self._book, store)
        self._restore()

    # -- readings ------------------------------------------------------------------------------------

    def apply(self, readings: Iterable[Reading], now: datetime) -> None:
        """Take ``readings`` in the order in which they came; fire is judged at once."""
        with self._lock:
            self._advance(now)
            urgent = False
            for reading in readings:
                self._mark(reading.source)
                urgent |= self._in.take(reading)
            if urgent:
                self._judge(now, only=frozenset({"fire"}))

    def tick(self, now: datetime) -> None:
        """Judge all rules, keep samples and a checkpoint where they are due. Call it about once a second."""
        with self._lock:
            self._advance(now)
            self._judge(now)
            if not self._resumed:
                self._resume(now)
            self._sample(now)
            if time.monotonic() - self._checkpointed >= CHECKPOINT_WALL_S:
                self.checkpoint(now)

    def note_unreadable_fire(self, device: str, now: datetime) -> None:
        """A fire device sent what nobody can read: people are told at once."""
        with self._lock:
            self._in.not_read(device, now)
            self._judge(now, only=frozenset({"fire_unreadable"}))

    def note_feeds(
        self, *, broker: Literal["connected", "lost"], received: int, dead_letters: int, rejected: int
    ) -> None:
        """What the ingest counted since its start."""
        with self._lock:
            self._feeds = replace(
                self._feeds, broker=broker, received=received, dead_letters=dead_letters, rejected=rejected
            )

    def follow(self, source: Source, *, speed: float) -> None:
        """The feed says that it is not live, and how fast its clock runs."""
        with self._lock:
            self._mark(source)
            self._speed = speed

    def caught_up(self, now: datetime) -> None:
        """A feed that told the past of its day quickly goes on at its speed: silence counts from now."""
        with self._lock:
            self._in.health.started = now

    def begin_day(self, now: datetime, *, source: Source) -> None:
        """A simulated or replayed day begins: forget the counts and the clock of what was before."""
        with self._lock:
            self._source = source
            self._now = now
            self._in = self._empty(now)
            self._sampled = {}
            self._cache = None

    def note_truth(self, error: TruthError) -> None:
        """How far the belief is from the truth of a simulated feed."""
        with self._lock:
            self._error = error

    # -- people's deeds ------------------------------------------------------------------------------

    def acknowledge(self, alert_id: str, by: str, now: datetime) -> None:
        """A person has seen an alert.

        Raises:
            InputError: if no such alert is open, or nobody is named.
        """
        with self._lock:
            self._keep(self._book.acknowledge(alert_id, by, now), now)
            self.store.audit.add(at=now, who=by, action="acknowledge", subject=alert_id)

    def reset(self, alert_id: str, by: str, now: datetime) -> None:
        """A person gives a latched alert free.

        Raises:
            InputError: if it is not open, not acknowledged, or its condition is still on.
        """
        with self._lock:
            self._keep(self._book.reset(alert_id, by, now), now)
            self.store.audit.add(at=now, who=by, action="reset", subject=alert_id)

    def start_forecast(self, alert_id: str, now: datetime) -> bool:
        """Start a drill from who is where now; ``False`` where no forecaster runs.

        A forecast that runs already is not disturbed: the new one follows it.
        """
        with self._lock:
            alert = self._book.find(alert_id)

            def ask(number: int, at: datetime) -> Question:
                inside = self._placed(at)
                seed = self.settings.seed + number
                samples = people_samples(
                    self._in.people.regions, inside, replications=self.settings.replications, seed=seed
                )
                job = ForecastJob(
                    id=f"forecast-{alert_id}-{number}", people=samples, fire_space=alert.space_id, seed=seed
                )
                return Question(job=job, people_mean=inside.total)

            return self._desk.ask(alert_id, ask, now, speed=self._speed)

    # -- what is asked -------------------------------------------------------------------------------

    def occupancy(self, now: datetime) -> Mapping[str, OccupancyEstimate]:
        """People by space id, of all spaces in which people walk."""
        with self._lock:
            return self._estimates(now)[1]

    def snapshot(self, now: datetime) -> Snapshot:
        """The mall at ``now``."""
        with self._lock:
            inside, spaces = self._estimates(now)
            return Snapshot(
                clock=now.astimezone(self._zone),
                source=self._source,
                speed=self._speed,
                plan_version=self.plan.version,
                inside=inside,
                spaces=spaces,
                alerts=self._book.views(),
                devices=self._in.health.view(now),
                meters=self._in.energy.view(now),
                power_kw=self._in.energy.power_kw(),
                today=self._today(),
                day_before=self._yesterday(),
                currency=self.plan.currency,
                forecast=self._desk.view,
                feeds=self._in.feed_health(self._feeds),
                error_vs_truth=self._error,
                notes=self._in.people.regions.notes,
            )

    def checkpoint(self, now: datetime) -> None:
        """Keep the whole state, so that a restart goes on from here."""
        with self._lock:
            self._checkpointed = time.monotonic()
            document = {
                "plan_version": self.plan.version,
                "source": self._source.value,
                "delays": self._book.delays(),
                "intake": self._in.document(),
            }
            keeping.save_checkpoint(self.store, self.plan, now, self.inbox_id, document)
            self.store.samples.add(devices=keeping.devices_seen(self._in.health))

    # -- inside --------------------------------------------------------------------------------------

    def _mark(self, source: Source) -> None:
        """Remember the least live source: what was ever fed by a simulation stays marked."""
        if _RANK[source] > _RANK[self._source]:
            self._source = source

    def _judge(self, now: datetime, *, only: frozenset[str] | None = None) -> None:
        """Hold the rules against the facts."""
        silent = frozenset(self._in.health.silent(now))
        placed = self._placed(now)
        facts = Facts(
            plan=self.plan,
            now=now,
            density=placed.mean / self._in.people.areas,
            known=self._in.people.known(),
            silent=silent,
            health=self._in.health,
            energy=self._in.energy,
            fires=self._in.fires | self._in.late_fires,
            faults=self._in.faults,
            unreadable=self._in.unreadable,
        )
        for rule in self.settings.rules:
            if only is None or rule.id in only:
                self._keep(self._book.evaluate(rule, list(rule.find(facts)), now), now)
        self._in.late_fires = {}

    def _keep(self, changes: Sequence[Change], now: datetime) -> None:
        """Write steps of alerts to the store; a fire that was raised starts a forecast."""
        try:
            keeping.save_changes(self.store, changes)
        finally:
            # A store that cannot write (disk full, locked) must not keep a fire from its forecast.
            for change in changes:
                fire = change.alert.rule == "fire" and change.alert.state is AlertState.UNACKNOWLEDGED
                if fire and change.step in {"raised", "re-alarmed"}:
                    self.start_forecast(change.alert.id, now)

    def _resume(self, now: datetime) -> None:
        """After a restart: a fire that stood then, and stands still, is forecast again."""
        self._resumed = True
        fires = [one for one in self._book.open.values() if one.rule == "fire" and one.active]
        if fires and self._desk.view is None and self._source is Source.LIVE:
            self.start_forecast(max(fires, key=lambda one: one.raised).id, now)

    def _placed(self, now: datetime) -> Placed:
        """People by space, worked out again when something passed or a second went by."""
        silent = frozenset(self._in.health.silent(now))
        key = (self._in.people.flows.version, int(now.timestamp()), silent)
        if self._cache is None or self._cache[0] != key:
            local = now.astimezone(self._zone)
            clock_s = local.hour * 3600.0 + local.minute * 60.0 + local.second
            self._cache = (key, self._in.people.placed(now, clock_s, silent, self._in.health))
        return self._cache[1]

    def _estimates(self, now: datetime) -> tuple[OccupancyEstimate, dict[str, OccupancyEstimate]]:
        silent = frozenset(self._in.health.silent(now))
        return self._in.people.estimates(self._placed(now), now, silent, self._in.health)

    def _advance(self, now: datetime) -> None:
        """Move the clock on; at the reset hour the day's figures are kept and a new day begins."""
        self._now = max(now, self._now)
        day = self._in.business_day(self._now)
        if day != self._in.day:
            keeping.save_day(self.store, self.plan, self._source, self._today())
            self._day_before, self._looked_for_day_before = None, False
            self._in.new_day(day)

    def _today(self) -> DayFigures:
        """The figures of the day so far."""
        return self._in.figures(self.profile.sales_per_visit if self.profile is not None else None)

    def _yesterday(self) -> DayFigures | None:
        """The day before, as it was given or as the store kept it."""
        if self._day_before is None and not self._looked_for_day_before:
            self._looked_for_day_before = True
            self._day_before = keeping.day_before(self.store, self.plan, self._source, self._in.day)
        return self._day_before

    def _sample(self, now: datetime) -> None:
        """Keep what charts are drawn from."""
        due = {
            key
            for key, every in (("mall", SAMPLE_S), ("spaces", SPACE_SAMPLE_S))
            if key not in self._sampled or (now - self._sampled[key]).total_seconds() >= every
        }
        if not due:
            return
        self._sampled |= dict.fromkeys(due, now)
        inside, spaces = self._estimates(now)
        keeping.save_samples(
            self.store,
            now,
            self._source,
            {"": inside} | (spaces if "spaces" in due else {}),
            self._in.energy.view(now) if "spaces" in due else {},
        )

    def _empty(self, now: datetime) -> Intake:
        """The state of an empty mall."""
        prior = self.profile or AreaPrior.of(self.plan)
        taken = Intake(
            plan=self.plan,
            people=People(self.plan, prior=prior, model=self.settings.counters),
            energy=Energy(self.plan),
            health=Health(self.plan, started=now),
            zone=self._zone,
            reset_hour=self.settings.reset_hour,
            day="",
        )
        taken.day = taken.business_day(now)
        return taken

    def _restore(self) -> None:
        """Go on from the checkpoint where it is of this plan and of today."""
        kept = self.store.samples.checkpoint(self.plan.id)
        document = {} if kept is None else kept.document
        fits = document.get("plan_version") == self.plan.version
        if kept is None or not fits or document["intake"]["day"] != self._in.day:
            self._in.fires = keeping.fires_standing(self._book)
            # What was counted today is in the inbox still.
            self.inbox_id = self.store.inbox.last_before(self._in.day_began())
            return
        self._mark(Source(document["source"]))
        self._book.restore_delays(document["delays"])
        self._in.restore(document["intake"])
        self._in.fires = keeping.fires_standing(self._book) | self._in.fires
        self.inbox_id = kept.inbox_id
