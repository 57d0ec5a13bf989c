"""The maps of a drill's answer as the plan shows them: layers, their steps, colours and words.

The values themselves go to the browser as binary (:mod:`twin.world.drill_maps`); this is their legend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts import clock_label
from dashboard.colours import CIVIDIS, INK, NOTHING, TOKENS
from dashboard.language import _
from dashboard.viewer import viewer
from twin.world.drill_result import LOS_DENSITY
from twin.world.drill_zones import LEAST_BEGAN

Answer = Mapping[str, Any]
Layer = dict[str, Any]
DENSITIES = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Steps of density on the raster, people/m²: free below the first, pushed above the last."""
ZONE_DENSITIES = (0.25, 0.5, 1.0, 1.5, 2.0)
MEAN_DENSITIES = (0.1, 0.2, 0.5, 1.0, 2.0)
CROWDED_S = (1.0, 30.0, 60.0, 120.0, 300.0)
WAITING_MIN = (1.0, 5.0, 20.0, 60.0, 180.0)
"""Steps of waiting in a zone, person-minutes."""
TIME_STEPS_S = (10, 15, 20, 30, 60, 90, 120, 180, 300, 600, 900, 1800)
NEVER = 1e9
"""Above every time; a time that nobody reached is inf."""
FULL_INK = ("#FFFFFF", *INK[1:])


def layers_of(answer: Answer) -> list[Layer]:
    """The layers of the maps of ``answer``; none where it was answered before there were maps."""
    zones = answer.get("zones")
    if zones is None:
        return []
    found = [
        _layer(
            "los",
            _("Level of service"),
            _("Peak level of service of zones (Fruin, walkways)"),
            "density_peak",
            [round(bound, 2) for bound in LOS_DENSITY[1:]],
            list("ABCDEF"),
            form="level",
        ),
        _layer(
            "crowded",
            _("Time at E–F"),
            _("Minutes at level of service E or worse, zones, mean over replications"),
            "e_s",
            CROWDED_S,
            ["0", ">0", *(clock_label(bound) for bound in CROWDED_S[1:])],
            form="seconds",
        ),
    ]
    found += _densities(answer)
    found.append(
        _layer(
            "queues",
            _("Queues"),
            _("Person-minutes spent queueing, zones, mean over replications"),
            "queue_min",
            WAITING_MIN,
            ["0", *(f"{bound:.0f}" for bound in WAITING_MIN)],
            form="waiting",
        )
    )
    return found + _times_out(zones)


def _layer(
    name: str,
    label: str,
    title: str,
    values: str,
    bounds: Sequence[float],
    labels: Sequence[str],
    *,
    form: str,
    by: str = "zone",
) -> Layer:
    """One layer in six steps, of which the first is not painted."""
    return {
        "id": name,
        "label": label,
        "title": title,
        "layer": values,
        "by": by,
        "bounds": list(bounds),
        "labels": list(labels),
        "colours": [NOTHING, *CIVIDIS[1:]],
        "ink": list(INK),
        "format": form,
    }


def _densities(answer: Answer) -> list[Layer]:
    """Density from true positions where the engine has them; the network engine knows zones only."""

    def labels(bounds: Sequence[float]) -> list[str]:
        return ["0", *(f"{bound:g}" for bound in bounds)]

    zones_only = answer.get("engine") == "network"
    peak, mean = (
        (
            _("Peak density of zones, people/m²"),
            _("Mean density of zones from the alarm to the end, people/m²"),
        )
        if zones_only
        else (
            _("Peak density within 1 m of a place, from positions, people/m²"),
            _("Mean density within 1 m of a place from the alarm to the end, people/m²"),
        )
    )
    if answer.get("crowd_levels"):
        on = _(" (only {levels}, where people walk as a crowd)", levels=", ".join(answer["crowd_levels"]))
        peak, mean = peak + on, mean + on
    by, kept = ("zone", "density") if zones_only else ("cell", "cell")
    return [
        _layer(
            f"density-{name}", label, title, f"{kept}_{name}", bounds, labels(bounds), form="density", by=by
        )
        for name, label, title, bounds in (
            ("peak", _("Density, peak"), peak, ZONE_DENSITIES if zones_only else DENSITIES),
            ("mean", _("Density, mean"), mean, MEAN_DENSITIES),
        )
    ]


def _times_out(zones: Answer) -> list[Layer]:
    """From where it takes how long: the median, and the time by which 95 % were out."""
    times = [value for name in ("out_median_s", "out_p95_s") for value in zones[name] if value is not None]
    bounds = time_bounds(max(times, default=60), min(times, default=0))
    labels = ["0", *(clock_label(bound) for bound in bounds)]
    titles = (
        (
            "out-95",
            _("Time to get out"),
            _("By when 95 % of those who began here are out, minutes since the alarm"),
        ),
        ("out-50", _("… median"), _("By when half of those who began here are out, minutes since the alarm")),
    )
    found = []
    for (name, label, title), values in zip(titles, ("out_p95_s", "out_median_s"), strict=True):
        layer = _layer(name, label, title, values.removesuffix("_s"), bounds, labels, form="seconds")
        layer |= {"colours": list(CIVIDIS), "ink": list(FULL_INK)}
        stuck = any(
            value is None and began >= LEAST_BEGAN
            for value, began in zip(zones[values], zones["began"], strict=True)
        )
        if stuck:  # a seventh step, in the colour of an emergency
            layer["bounds"] = [*bounds, NEVER]
            layer["labels"] = [*labels, "✕"]
            layer["colours"] = [*CIVIDIS, TOKENS[viewer().theme]["p1"]]
            layer["ink"] = [*FULL_INK, "#14171A"]
        found.append(layer)
    return found


def time_bounds(longest_s: float, shortest_s: float = 0.0) -> list[float]:
    """Five whole times that cut ``shortest_s`` ... ``longest_s`` into six steps of equal length."""
    wanted = max(longest_s - shortest_s, 1.0) / 6
    step = next((s for s in TIME_STEPS_S if s >= wanted), TIME_STEPS_S[-1])
    first = (int(shortest_s // step) + 1) * step
    return [float(first + k * step) for k in range(5)]
