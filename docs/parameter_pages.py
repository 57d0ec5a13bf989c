"""Writes the page of parameters from the tables in the code, so that the manual cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from twin.live.occupancy import CounterModel
from twin.live.prior import WEIGHTS
from twin.live.rules import RULES
from twin.movement.network.physics import MODES, Physics
from twin.movement.populations import MALL_VISITORS
from twin.movement.sfpe import BOUNDARY_LAYER_M
from twin.world.arrivals import PURPOSE_SHARES, PURPOSES
from twin.world.categories import CATEGORIES, FIGURES
from twin.world.choice import EVIDENCE, ShopperModel
from twin.world.population import LOAD_PER_M2, SHOP_BY_ORDINAL
from twin.world.pre_movement import PRESETS
from twin.world.trading_day_setup import DAY_FACTOR, ENTRANCE_SHARES, PROFILE

ABOUT = """\
Written from the tables in the code. Grades: **A** peer-reviewed or measured on open data, **B** industry
survey or vendor page, **C** rule of thumb, **D** an assumption that a site must calibrate."""


def parameters_page() -> str:
    """Every table of parameters, with grade and source where the code has them."""
    words = [
        "# Parameters",
        "",
        ABOUT,
        "",
    ]
    for title, note, table in [*_movement(), *_day(), *_live()]:
        words += [f"## {title}", "", note, "", *table, ""]
    return "\n".join(words)


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A Markdown table."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return lines + ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]


def _cell(value: object) -> str:
    """A value as a reader reads it."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(_cell(one) for one in value)
    return " ".join(str(value).split()).replace("|", "\\|")


def _movement() -> list[tuple[str, str, list[str]]]:
    """How people move: speeds, modes, widths, loads, pre-movement."""
    speeds = [(one.name, one.share, one.level, one.down, one.up) for one in MALL_VISITORS]
    names = [one.name for one in fields(Physics) if one.name != "mode"]
    modes = [[name, *(getattr(mode, name) for mode in MODES.values())] for name in names]
    loads = [
        (f"sales floor, storey {ordinal:+d}", value, "GB 50016") for ordinal, value in SHOP_BY_ORDINAL.items()
    ]
    loads += [(kind.value, value, source) for kind, (value, source) in LOAD_PER_M2.items()]
    starts = [(name, one.name, round(one.median_s, 1), round(one.sigma, 3)) for name, one in PRESETS.items()]
    return [
        (
            "Walkers",
            "Free speeds in m/s, least and most of a uniform range (`twin.movement.demographics`).",
            _table(["group", "share", "level", "stairs down", "stairs up"], speeds),
        ),
        (
            "Door flow: the two modes",
            "What `--mode` chooses (`twin.movement.network.physics`).",
            _table(["figure", *MODES], modes),
        ),
        (
            "Boundary layers",
            "Width at each side of an element that nobody uses, m (`twin.movement.sfpe`).",
            _table(["element", "layer"], BOUNDARY_LAYER_M.items()),
        ),
        (
            "Occupant load",
            "People per m² where the plan gives none (`twin.world.population`).",
            _table(["space", "people/m²", "source"], loads),
        ),
        (
            "Pre-movement",
            "Log-normal times until people start (`twin.world.pre_movement`).",
            _table(["preset", "what", "median s", "sigma"], starts),
        ),
    ]


def _day() -> list[tuple[str, str, list[str]]]:
    """The trading day: arrivals, choice, categories."""
    hours = [(f"{hour:02d}-{hour + 1:02d} h", share) for hour, share in enumerate(PROFILE) if share]
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    model = ShopperModel()
    shopper = []
    for one in fields(ShopperModel):
        known = EVIDENCE.get(one.name)
        grade, source = (str(known.grade), known.source) if known else ("D", "assumption")
        shopper.append((one.name, getattr(model, one.name), grade, source))
    rows = [
        [row.name.en, row.nest.value, *(getattr(row, name) for name in FIGURES)]
        for row in CATEGORIES.values()
    ]
    return [
        ("Arrivals by hour", "Share of a Saturday's arrivals.", _table(["hour", "share"], hours)),
        (
            "Days of the week",
            "Visits relative to Saturday.",
            _table(["day", "factor"], zip(days, DAY_FACTOR, strict=True)),
        ),
        (
            "Entrances",
            "Share of visitors by kind of entrance.",
            _table(["kind", "share"], ((kind.value, share) for kind, share in ENTRANCE_SHARES.items())),
        ),
        (
            "Purposes",
            "What groups come for.",
            _table(["purpose", "share"], zip(PURPOSES, PURPOSE_SHARES, strict=True)),
        ),
        (
            "Shopper model",
            "Choice of stops and length of a visit (`twin.world.choice`). Rows: by nest or purpose.",
            _table(["parameter", "value", "grade", "source"], shopper),
        ),
        (
            "Tenant categories",
            "`twin.world.categories`; money in CNY. Grade and source of each figure: `Category.document()`.",
            _table(["category", "nest", *FIGURES], rows),
        ),
    ]


def _live() -> list[tuple[str, str, list[str]]]:
    """The live state: counters, priors, alert rules."""
    model = CounterModel()
    counters = [(one.name, getattr(model, one.name)) for one in fields(CounterModel)]
    rules = [
        (
            rule.id,
            rule.priority,
            rule.what.en,
            rule.on_delay_s,
            rule.off_delay_s,
            "yes" if rule.latched else "",
            rule.action.en,
        )
        for rule in RULES
    ]
    return [
        (
            "Counters",
            "Errors of a people counter (`twin.live.occupancy`).",
            _table(["figure", "share"], counters),
        ),
        (
            "Where people of a region are",
            "Relative people per m² by kind of space, where no simulated day is known (`twin.live.prior`).",
            _table(["kind", "weight"], ((kind.value, weight) for kind, weight in WEIGHTS.items())),
        ),
        (
            "Alert rules",
            "`twin.live.rules`; delays in s.",
            _table(
                ["rule", "priority", "what", "on delay", "off delay", "latched", "what a person does"], rules
            ),
        ),
    ]
