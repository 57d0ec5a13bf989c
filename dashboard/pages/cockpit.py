"""Cockpit: how was today against the day before?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.charts import by_hour, chart
from dashboard.furniture import empty, notice, number, panel
from dashboard.language import _
from dashboard.page import Page
from dashboard.services import Services
from twin.live.reading import Source

REFRESH_MS = 10_000
Document = Mapping[str, Any]


class Ids(StrEnum):
    """Elements of this page."""

    TICK = "cockpit-tick"
    FIGURES = "cockpit-figures"
    FOOTFALL = "cockpit-footfall"
    ENERGY = "cockpit-energy"


def so_far(by_hours: Sequence[float], hour: float, *, since: int = 0) -> float:
    """What a day's hourly figures came to from clock hour ``since`` to ``hour``; within the hour evenly."""
    whole = int(hour)
    running = by_hours[whole] * (hour - whole) if whole < len(by_hours) else 0.0
    return float(sum(by_hours[since:whole]) + running)


def first_hour(by_hours: Sequence[float]) -> int:
    """The first clock hour with anything measured: a feed that began at ten has no night to compare."""
    return next((hour for hour, value in enumerate(by_hours) if value), 0)


def change_words(today: float | None, before: float | None) -> str:
    """Today against the day before at the same time of day, in words; nothing where either is unknown."""
    if today is None or not before:
        return ""
    return _("{change:+.0%} against the day before at this time", change=today / before - 1)


def clock_hour(document: Document, zone: str) -> float:
    """The mall's clock as a decimal hour."""
    moment = datetime.fromisoformat(str(document["clock"])).astimezone(ZoneInfo(zone))
    return moment.hour + moment.minute / 60 + moment.second / 3600


def _figure(value: float | None, label: str, *, unit: str = "", band: str = "", note: str = "") -> Component:
    shown = (
        "–" if value is None else f"{value:,.0f}".replace(",", "\u2009") + (f"\u2009{unit}" if unit else "")
    )
    return number(shown, label, band=band, note=note or ("" if value is not None else _("not measured yet")))


def key_figures(document: Document, hour: float) -> list[Component]:
    """The four figures of the day, each against the day before at the same time."""
    before: Document = document.get("day_before") or {}

    def earlier(part: str) -> float | None:
        rows = before.get(part, {}).get("by_hour")
        since = first_hour(document[part]["by_hour"])
        return so_far(rows, hour, since=since) if rows and any(rows) else None

    inside = document["inside"]
    footfall = document["footfall"]["today_in"]
    energy = document["energy"]["today_kwh"]
    sales = document["sales_estimate"]["today"]
    sales_before = (before.get("sales_estimate") or {}).get("today")
    footfall_before = earlier("footfall")
    whole_day = (before.get("footfall") or {}).get("today_in")
    share = footfall_before / whole_day if footfall_before is not None and whole_day else None
    sales_then = sales_before * share if sales_before is not None and share is not None else None
    band = f"{inside['low']:,.0f}–{inside['high']:,.0f}".replace(",", "\u2009")
    peak = document.get("peak_inside")
    peak_note = "" if peak is None else _("Peak today {peak:,.0f}", peak=peak)
    return [
        _figure(footfall, _("Footfall today"), note=change_words(footfall, footfall_before)),
        _figure(inside["mean"], _("People inside now"), band=band, note=peak_note),
        _figure(energy, _("Energy today"), unit="kWh", note=change_words(energy, earlier("energy"))),
        _figure(
            sales,
            _("Sales today, estimate"),
            unit=document["sales_estimate"]["currency"],
            note=change_words(sales, sales_then),
        ),
    ]


def hour_charts(document: Document, hour: float) -> tuple[Figure, Figure]:
    """Footfall and energy by clock hour against the day before."""
    before: Document = document.get("day_before") or {}
    rows = [
        (part, document[part]["by_hour"], (before.get(part) or {}).get("by_hour"))
        for part in ("footfall", "energy")
    ]
    units = {"footfall": _("people in"), "energy": "kWh"}
    first, second = (
        by_hour(today, earlier if earlier and any(earlier) else None, unit=units[part], now_hour=hour)
        for part, today, earlier in rows
    )
    return first, second


def _estimate_words(services: Services) -> list[Component]:
    words = [
        notice(
            _(
                "Sales are an estimate: footfall and dwell by the model of the trading day, "
                "no till is connected. "
                "People inside come from counters, with the band that their error makes."
            )
        )
    ]
    if services.source is not Source.LIVE:
        words.append(
            notice(
                _("These are not measurements of a mall: the feeds are simulated or replayed."),
                kind="guessed",
            )
        )
    return words


def layout(services: Services) -> Component:
    """The page: four figures, two charts, and what they rest on."""
    if services.live is None:
        return empty(
            _("No feed is connected"),
            _("Start with a broker to see the day: twin serve PLAN --broker HOST:PORT"),
        )
    blank = by_hour([0] * 24, None, unit="", now_hour=-1)
    return html.Div(
        [
            dcc.Interval(id=Ids.TICK, interval=REFRESH_MS),
            html.Div(id=Ids.FIGURES, className="cockpit-figures"),
            html.Div(
                [
                    panel(_("Footfall by hour"), chart(Ids.FOOTFALL, blank, height=340)),
                    panel(_("Energy by hour"), chart(Ids.ENERGY, blank, height=340)),
                ],
                className="cockpit-charts",
            ),
            html.Div(_estimate_words(services), className="cockpit-notes"),
        ],
        className="cockpit",
    )


def callbacks(app: Dash, services: Services) -> None:
    """One callback: the figures and the charts of this moment."""
    live = services.live
    if live is None:
        return

    @app.callback(
        Output(Ids.FIGURES, "children"),
        Output(Ids.FOOTFALL, "figure"),
        Output(Ids.ENERGY, "figure"),
        Input(Ids.TICK, "n_intervals"),
    )
    async def refresh(_ticks: int | None) -> tuple[list[Component], Figure, Figure]:
        document = await asyncio.to_thread(lambda: live.snapshot(services.clock.now()).document())
        hour = clock_hour(document, services.plan.timezone)
        return (key_figures(document, hour), *hour_charts(document, hour))


PAGE = Page(
    id="cockpit",
    path="/cockpit",
    title="Cockpit",
    question="How was today against the day before?",
    order=60,
    layout=layout,
    callbacks=callbacks,
)
