"""Crowds on stairs: congestion before them, flow by width, speed by density."""

from __future__ import annotations

import numpy as np

from scenarios.verification.case import Check, Draw, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.experiments_reference import stair_band
from scenarios.verification.pictures import curves
from scenarios.verification.setups.rooms import steady_flow
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers
from twin.movement.populations import RIMEA_ADULTS
from twin.plan.model import Plan

RISER_M, TREAD_M = 0.17, 0.29
_SLOPE = float(np.hypot(RISER_M, TREAD_M)) / TREAD_M
"""Length along the slope over its horizontal projection."""


_UP, _DOWN = 0.61 / 1.34, 0.694 / 1.34
"""Weidmann's mean horizontal speeds up and down stairs, over his mean on the level."""


def _weidmann(name: str, share: float, level: float) -> Walkers:
    """An age group: its mean speeds, on stairs in proportion and turned to along the slope."""
    stairs = ((_DOWN * level * _SLOPE, 0.0), (_UP * level * _SLOPE, 0.0))
    return Walkers(name, share, (level, 0.19 * level), *stairs, law=SpeedLaw.NORMAL)


ADULTS = Population(
    name="adults on stairs after Weidmann",
    rows=(
        _weidmann("under 30", 0.106, 1.58),
        _weidmann("30-50", 0.394, 1.48),
        _weidmann("over 50", 0.500, 1.22),
    ),
    source="level: Weidmann by age, the guideline's adults; stairs: Weidmann's means (0.61 m/s up, 0.694 m/s "
    "down, horizontally) in proportion; shares: ages normal around 50 with deviation 20, from 20 to 80",
)
"""Who takes part in RiMEA 13."""


def queue_plan() -> Plan:
    """A room of 8 by 5 m, a corridor of 12 by 2 m, a stair up of 3 m (horizontal), a landing."""
    made = Drawing("queue-at-stair")
    rise = 3.0 * RISER_M / TREAD_M
    upper = made.level("upper", rise)
    room = made.space("room", (0, 0, 8, 5))
    way = made.space("corridor", (8, 1.5, 20, 3.5))
    landing = made.space("landing", (23, 1.5, 24, 3.5), level=upper)
    made.front("room-exit", (room, way), ((8, 1.5), (8, 3.5)))
    made.flight(
        "stair",
        (way, (20.0, 2.5)),
        (landing, (23.0, 2.5)),
        width_m=2.0,
        length_m=3.0 * _SLOPE,
        riser_m=RISER_M,
        tread_m=TREAD_M,
    )
    made.exit("exit", landing, ((24, 1.5), (24, 3.5)))
    return made.plan()


def queue_at_stair(setting: Setting, people: int, population: Population = RIMEA_ADULTS) -> Outcome:
    """People leave a room, walk a corridor and climb a stair: queues at the exit and the stair's foot."""
    seeds = setting.seeds(3)
    at_room, at_foot, first, second = [], [], [], []
    lines = {}
    for seed in seeds:
        trial = Trial(queue_plan(), setting, watch=("room-exit", "stair"))
        who = trial.add(spread((0.3, 0.3, 7.7, 4.7), people, seed), drawn(population, people, seed))
        trial.send(who, trial.run.goal_exit("exit"))
        times, (room_queue, foot_queue) = _queues(trial, ("room", "corridor"))
        at_room.append(max(room_queue))
        at_foot.append(max(foot_queue))
        corridor_times = trial.passages_s("room-exit")
        first.append(_early_flow(corridor_times))
        second.append(steady_flow(trial.passages_s("stair")))
        lines = {"at the room's exit": (times, room_queue), "at the stair's foot": (times, foot_queue)}
    return Outcome(
        checks=(
            Check("most people who queue at the room's exit, least of the runs", min(at_room), people * 0.1),
            Check("most people who queue at the stair's foot, least of the runs", min(at_foot), 5),
            Check(
                "flow of the stair less that into the corridor, mean",
                float(np.mean(np.subtract(second, first))),
                high=0.0,
                unit="people/s",
            ),
        ),
        note=f"corridor {np.mean(first):.2f}, stair {np.mean(second):.2f} people/s",
        seeds=seeds,
        draw=curves(lines, x="time, s", y="people who queue"),
    )


def _queues(trial: Trial, spaces: tuple[str, ...]) -> tuple[list[float], tuple[list[int], ...]]:
    """Run to the end; people who queue in each space, every half second."""
    times: list[float] = []
    queues: tuple[list[int], ...] = tuple([] for _ in spaces)

    def see(now: float) -> None:
        times.append(now)
        for space, queue in zip(spaces, queues, strict=True):
            queue.append(int(trial.run.node_queued[trial.run.network.zones_of_space[space]].sum()))

    trial.until(900.0, each=see, step_s=0.5)
    return times, queues


def _early_flow(times: Floats) -> float:
    """People/s of the first quarter, before a queue from the stair can reach back."""
    quarter = len(times) // 4
    return float(quarter / (times[quarter] - times[0]))


def flow_by_width(setting: Setting) -> Outcome:
    """ISO 12: a hundred people up a stair of 4.24 m incline, 1.0 to 1.8 m wide."""
    widths, flows = (1.0, 1.2, 1.4, 1.6, 1.8), []
    seeds = setting.seeds(3)
    for width in widths:
        made = Drawing(f"stair-{width:g}")
        upper = made.level("upper", 4.24 * RISER_M / float(np.hypot(RISER_M, TREAD_M)))
        end = 8 + 4.24 / _SLOPE
        room = made.space("room", (0, 0, 8, 5))
        head = made.space("head", (end, 2.5 - width / 2, end + 4, 2.5 + width / 2), level=upper)
        made.flight(
            "stair",
            (room, (8.0, 2.5)),
            (head, (end, 2.5)),
            width_m=width,
            length_m=4.24,
            riser_m=RISER_M,
            tread_m=TREAD_M,
        )
        made.exit("exit", head, ((end + 4, 2.5 - width / 2), (end + 4, 2.5 + width / 2)))
        plan, own = made.plan(), []
        for seed in seeds:
            trial = Trial(plan, setting, watch=("stair",))
            who = trial.add(spread((0.4, 0.4, 7.0, 4.6), 100, seed), drawn(RIMEA_ADULTS, 100, seed))
            trial.send(who, trial.run.goal_exit("exit"))
            trial.until(900.0)
            own.append(steady_flow(trial.passages_s("stair")))
        flows.append(float(np.mean(own)))
    return Outcome(
        checks=(
            Check("least rise of the flow by 0.2 m", float(np.diff(flows).min()), 0.02, unit="people/s"),
        ),
        note="; ".join(f"{w:g} m {j:.2f} people/s" for w, j in zip(widths, flows, strict=True)),
        seeds=seeds,
        draw=curves({"flow": (widths, flows)}, x="width, m", y="people/s"),
    )


def stair_speeds(setting: Setting, *, up: bool, seeds: tuple[int, ...]) -> tuple[Floats, Floats]:
    """RiMEA 13: density (1/m²) and mean horizontal speed (m/s) on a stair of 5 by 2 m, every second."""
    made = Drawing("stair-band")
    upper = made.level("upper", 5.0 * RISER_M / TREAD_M)
    here, there = ("ground", upper) if up else (upper, "ground")
    room = made.space("room", (0, 0, 10, 10), level=here)
    way = made.space("approach", (10, 4, 12, 6), level=here)
    end = made.space("end", (17, 4, 21, 6), level=there)
    made.front("way", (room, way), ((10, 4), (10, 6)))
    ends = ((way, (12.0, 5.0)), (end, (17.0, 5.0)))
    made.flight(
        "stair",
        *(ends if up else ends[::-1]),
        width_m=2.0,
        length_m=5.0 * _SLOPE,
        riser_m=RISER_M,
        tread_m=TREAD_M,
    )
    made.exit("exit", end, ((21, 4), (21, 6)))
    plan, points = made.plan(), []
    for seed in seeds:
        trial = Trial(plan, setting, watch=("stair",))
        who = trial.add(spread((0.4, 0.4, 9.6, 9.6), 100, seed), drawn(ADULTS, 100, seed), level=here)
        trial.send(who, trial.run.goal_exit("exit"))
        if setting.engine == "network":
            trial.until(600.0)
            _, on, off = trial.on_flight("stair")
            points += _each_second(on, off)
        else:
            points += _looked_at(trial)
    columns = np.array(points).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


def _looked_at(trial: Trial) -> list[tuple[float, float]]:
    """(density, mean speed) of those on the stair at each second, over half a second around it."""
    points = []
    stair = trial.run.network.zones
    second = 1
    while trial.run.moving and second < _LATEST_S:
        trial.advance(second - 0.25)
        before, on_before = np.array(trial.run.xy), np.array(trial.run.node) == stair
        trial.advance(second + 0.25)
        there = on_before & (np.array(trial.run.node) == stair)
        if there.any():
            way = np.hypot(*(np.array(trial.run.xy)[there] - before[there]).T)
            points.append((float(there.sum()) / 10.0, float(way.mean()) / 0.5))
        second += 1
    return points


_LATEST_S = 600


def _each_second(on: Floats, off: Floats) -> list[tuple[float, float]]:
    """(density, mean speed) of those on the stair at each full second; each walks at the mean of its ride."""
    speed = 5.0 / (off - on)
    points = []
    for second in range(int(on.min()) + 1, int(off.max()) + 1):
        there = (on <= second) & (off > second)
        if there.any():
            points.append((float(there.sum()) / 10.0, float(speed[there].mean())))
    return points


def in_band(setting: Setting) -> Outcome:
    """RiMEA 13 (v4): points in the band between 0.6 and 1.5 /m², down faster than up."""
    seeds = setting.seeds(5)
    shares, means, shown, judged = {}, {}, {}, {}
    for up in (False, True):
        density, speed = stair_speeds(setting, up=up, seeds=seeds)
        kept = (density >= 0.6) & (density <= 1.5)  # noqa: PLR2004 - where the band is given
        low, high = stair_band(density[kept], up=up)
        name = "up" if up else "down"
        shares[name] = float(((speed[kept] >= low) & (speed[kept] <= high)).mean()) if kept.any() else np.nan
        judged[name] = int(kept.sum())
        means[name] = float(speed[kept].mean()) if kept.any() else np.nan
        shown[name] = (density, speed)
    return Outcome(
        checks=(
            Check("share in the band, down", shares["down"], 0.9, 1.0),
            Check("share in the band, up", shares["up"], 0.9, 1.0),
            Check("mean speed down less up", means["down"] - means["up"], 0.0, unit="m/s"),
        ),
        note=f"{judged['down']} and {judged['up']} points; stair speeds after Weidmann",
        seeds=seeds,
        draw=_band_picture(shown),
    )


def _band_picture(shown: dict[str, tuple[Floats, Floats]]) -> Draw:
    """Points and band of walking up (the narrower one)."""
    rho = np.linspace(0.6, 1.5, 30)
    low, high = stair_band(rho, up=True)
    return curves(
        shown, x="density, 1/m²", y="horizontal speed, m/s", band=(rho, low, high), points=tuple(shown)
    )
