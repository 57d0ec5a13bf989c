"""People drawn at random: pre-movement times and walking speeds follow the laws that they are drawn from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves, histogram
from scenarios.verification.setups.walking import room_plan
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers, draw_people
from twin.movement.populations import IMO, RIMEA_ADULTS, age_speed, same_speed
from twin.world.pre_movement import PreMovement
from twin.world.streams import Streams

Law = Callable[[Floats], Floats]
"""Quantiles of a law at shares."""

UNIFORM = stats.uniform(10.0, 90.0)
NORMAL = stats.norm(60.0, 15.0)
GAMMA = stats.gamma(1.291, scale=103.901)
LOGNORMAL = stats.lognorm(0.967, scale=float(np.exp(4.586)))
WEIBULL = stats.weibull_min(1.195, scale=139.285)
"""NIST 1.1: U(10, 100), gamma(1.291, 103.901), log-normal(4.586, 0.967), Weibull(139.285; 1.195), s."""


def started_at(setting: Setting, times: Floats) -> Floats:
    """When people in a room of 8 by 5 m with a 1 m exit began to walk, who were told to at ``times``."""
    trial = Trial(room_plan(), setting)
    who = trial.add(spread((0.4, 0.4, 7.6, 4.6), len(times), 1), drawn(same_speed(1.2), len(times), 1))
    trial.send(who, trial.run.goal_nearest_exit(), times)
    first = np.full(len(times), np.nan)

    def see(now: float) -> None:
        first[~np.isin(trial.run.state, (0, 1)) & np.isnan(first)] = now

    trial.until(float(times.max()) + 60.0, each=see, step_s=0.5)
    return first


def pre_movement(setting: Setting, laws: dict[str, object], *, replications: int = 10) -> Outcome:
    """Ten people a run; when they start, against the law (Kolmogorov-Smirnov over all runs, 5 %)."""
    seeds = setting.seeds(replications)
    checks, shown = [], {}
    for name, law in laws.items():
        told = [_times(law, name, seed) for seed in seeds]
        seen = [started_at(setting, times) for times in told]
        late = float(np.abs(np.concatenate(seen) - np.concatenate(told)).max())
        # The engine is looked at every 0.5 s, so a start is seen up to that much late.
        share = float(stats.kstest(np.concatenate(seen) - 0.25, law.cdf).pvalue)  # type: ignore[attr-defined] # scipy has no types
        checks += [
            Check(f"{name}: p of the KS test", share, 0.05, 1.0),
            Check(f"{name}: largest difference to the own start", late, 0.0, 0.6, "s"),
        ]
        shown[name] = (np.sort(np.concatenate(seen)), np.linspace(0, 1, 10 * len(seeds)))
    return Outcome(
        checks=tuple(checks),
        note=f"{10 * len(seeds)} people a law",
        seeds=seeds,
        draw=curves(shown, x="start, s", y="share"),
    )


def _times(law: object, name: str, seed: int) -> Floats:
    """Pre-movement times of ten people; log-normal ones by the product's own law."""
    streams, who = Streams(seed), np.arange(10)
    if law is LOGNORMAL:
        mine = PreMovement(mu=4.586, sigma=0.967)
        return streams.lognormal("pre_movement", who, mu=mine.mu, sigma=mine.sigma)
    quantiles: Floats = law.ppf(streams.uniform(f"pre-movement {name}", who))  # type: ignore[attr-defined] # as above
    return np.maximum(quantiles, 0.0)


N12 = Population(
    name="N(1.2, 0.2)",
    rows=(Walkers("adult", 1.0, (1.2, 0.2), (0.7, 0.1), (0.6, 0.1), law=SpeedLaw.NORMAL),),
    source="NIST 2.4, ISO 5",
)


def normal_speeds(setting: Setting) -> Outcome:
    """NIST 2.4, ISO 5: a hundred people N(1.2, 0.2) m/s; mean and deviation over 20 populations."""
    seeds = setting.seeds(20)
    samples = [draw_people(Streams(seed), np.arange(100), N12).speed_mps[:, 0] for seed in seeds]
    means, deviations = [s.mean() for s in samples], [s.std(ddof=1) for s in samples]
    told, walked = lanes(setting, samples[0])
    return Outcome(
        checks=(
            Check(
                "95th percentile of |mean - 1.2|",
                float(np.quantile(np.abs(np.subtract(means, 1.2)), 0.95)),
                0.0,
                0.05,
                "m/s",
            ),
            Check(
                "95th percentile of |deviation - 0.2|",
                float(np.quantile(np.abs(np.subtract(deviations, 0.2)), 0.95)),
                0.0,
                0.05,
                "m/s",
            ),
            Check(
                "largest |walked - drawn| of 100 people, each alone",
                float(np.abs(walked - told).max()),
                0.0,
                0.05,
                "m/s",
            ),
        ),
        seeds=seeds,
        draw=histogram(np.concatenate(samples), x="speed, m/s", law=_bell(1.2, 0.2)),
    )


def lanes(setting: Setting, speeds: Floats) -> tuple[Floats, Floats]:
    """(drawn, walked) speeds of people who walk 20 m each in a lane of its own, between two lines."""
    made = Drawing("lanes")
    names = []
    for n in range(len(speeds)):
        y = 2.5 * n
        before, way = made.space(f"in {n}", (0, y, 3, y + 2)), made.space(f"lane {n}", (3, y, 23, y + 2))
        made.front(f"begin {n}", (before, way), ((3, y), (3, y + 2)))
        made.exit(f"end {n}", way, ((23, y), (23, y + 2)))
        names.append((f"begin {n}", f"end {n}"))
    trial = Trial(made.plan(), setting, watch=[name for pair in names for name in pair])
    people = drawn(same_speed(1.0), len(speeds), 1)
    people.speed_mps[:, 0] = speeds
    who = trial.add([(1.0, 2.5 * n + 1.0) for n in range(len(speeds))], people)
    for n, agent in enumerate(who.tolist()):
        trial.send([agent], trial.run.goal_exit(names[n][1]))
    trial.until(400.0)
    rows = trial.run.passages
    begin, end = np.full(len(speeds), np.nan), np.full(len(speeds), np.nan)
    begin[rows["source"][rows["source"] % 2 == 0] // 2] = rows["t"][rows["source"] % 2 == 0]
    end[rows["source"][rows["source"] % 2 == 1] // 2] = rows["t"][rows["source"] % 2 == 1]
    return speeds, 20.0 / (end - begin)


def adults_by_age(setting: Setting) -> Outcome:
    """RiMEA 7: 50 adults; speeds by age as in the guideline's figure, drawn and walked."""
    seeds = setting.seeds(20)
    off, inside = [], []
    for seed in seeds:
        people = draw_people(Streams(seed), np.arange(50), RIMEA_ADULTS)
        ages = np.array([sum(map(float, row.name.split()[1].split("-"))) / 2 for row in RIMEA_ADULTS.rows])[
            people.row
        ]
        mean = np.array([age_speed(age) for age in ages])
        off.append(float((people.speed_mps[:, 0] / mean).mean()))
        inside.append(float((np.abs(people.speed_mps[:, 0] / mean - 1) <= 3 * 0.19 + 1e-9).mean()))
    sample = draw_people(Streams(seeds[0]), np.arange(50), RIMEA_ADULTS).speed_mps[:, 0]
    told, walked = lanes(setting, sample)
    return Outcome(
        checks=(
            Check(
                "95th percentile of |speed over the age's mean - 1|, means of 50",
                float(np.quantile(np.abs(np.subtract(off, 1)), 0.95)),
                0.0,
                0.08,
            ),
            Check("least share within three deviations", min(inside), 1.0, 1.0),
            Check("slowest drawn", float(sample.min()), 0.2, unit="m/s"),
            Check(
                "largest |walked - drawn| of 50 people, each alone",
                float(np.abs(walked - told).max()),
                0.0,
                0.05,
                "m/s",
            ),
        ),
        seeds=seeds,
        draw=histogram(sample, x="speed, m/s", bins=12),
    )


def imo_groups(setting: Setting) -> Outcome:
    """IMO 7: fifty people of each group; speeds on the level and on stairs within the table's ranges."""
    seeds = setting.seeds(5)
    outside, spans = 0, []
    for row in IMO.rows:
        group = Population(name=row.name, rows=(row,), source=IMO.source)
        ranges = np.array([row.level, row.down, row.up])
        for seed in seeds:
            speed = draw_people(Streams(seed), np.arange(50), group).speed_mps
            outside += int(((speed < ranges[:, 0] - 1e-9) | (speed > ranges[:, 1] + 1e-9)).sum())
            spans.append(
                float(((speed.max(axis=0) - speed.min(axis=0)) / (ranges[:, 1] - ranges[:, 0])).min())
            )
    men = Population(
        name="men 30-50", rows=tuple(r for r in IMO.rows if r.name == "man 30-50"), source=IMO.source
    )
    sample = draw_people(Streams(seeds[0]), np.arange(50), men).speed_mps[:, 0]
    told, walked = lanes(setting, sample)
    return Outcome(
        checks=(
            Check("speeds outside the table's ranges", outside, 0, 0),
            Check("least part of a range that 50 people fill", min(spans), 0.8, 1.0),
            Check(
                "largest |walked - drawn| of 50 people, each alone",
                float(np.abs(walked - told).max()),
                0.0,
                0.05,
                "m/s",
            ),
        ),
        seeds=seeds,
        draw=histogram(sample, x="speed of men 30-50, m/s", bins=12),
    )


def _bell(mean: float, deviation: float) -> tuple[Floats, Floats]:
    """A normal law, for a picture."""
    x = np.linspace(mean - 3.5 * deviation, mean + 3.5 * deviation, 80)
    return x, np.asarray(stats.norm(mean, deviation).pdf(x))
