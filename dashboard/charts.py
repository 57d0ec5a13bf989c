"""The charts of the product: quiet, in the colours of the screen, with intervals wherever there is one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from dash import dcc
from dash.development.base_component import Component

from dashboard.colours import CIVIDIS, TOKENS
from dashboard.language import _
from dashboard.viewer import viewer

CONFIG: Any = {"displayModeBar": False, "responsive": True, "doubleClick": "reset", "scrollZoom": False}
MOST_LABELS = 8
LOS = ("A", "B", "C", "D", "E", "F")


def tokens() -> dict[str, str]:
    """The colours of the viewer's theme by name."""
    return dict(TOKENS[viewer().theme])


def chart(element_id: str, figure: go.Figure, *, height: int = 200) -> Component:
    """``figure`` as a component of a fixed height in pixels."""
    return dcc.Graph(
        id=element_id, figure=figure, config=CONFIG, style={"height": f"{height}px"}, className="chart"
    )


def canvas(*, x_title: str = "", y_title: str = "") -> go.Figure:
    """An empty figure in the product's dress."""
    colour = tokens()
    axis = {
        "gridcolor": colour["line"],
        "linecolor": colour["line"],
        "zeroline": False,
        "ticks": "",
        "automargin": True,
        "title": {"font": {"size": 11}},
        "fixedrange": True,
    }
    figure = go.Figure()
    figure.update_layout(
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={
            "family": "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', system-ui, sans-serif",
            "size": 11,
            "color": colour["quiet"],
        },
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={**axis, "title": {"text": x_title, "font": {"size": 11}}, "showgrid": False},
        yaxis={**axis, "title": {"text": y_title, "font": {"size": 11}}, "rangemode": "tozero"},
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
        hoverlabel={
            "bgcolor": colour["raised"],
            "bordercolor": colour["line"],
            "font": {"color": colour["text"]},
        },
        bargap=0.25,
        uirevision="keep",
    )
    return figure


def clock_label(seconds: float) -> str:
    """Seconds as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def seconds_axis(figure: go.Figure, last_s: float) -> None:
    """Label the x axis of ``figure``, in seconds, as minutes."""
    steps = (60, 120, 300, 600, 1200, 3600, 7200)
    step = next((s for s in steps if last_s / s <= MOST_LABELS), steps[-1])
    ticks = list(range(0, math.ceil(last_s) + step, step))
    figure.update_xaxes(tickvals=ticks, ticktext=[clock_label(t) for t in ticks], range=[0, max(last_s, 1)])


def band(
    figure: go.Figure, x: Sequence[float], low: Sequence[float], high: Sequence[float], *, name: str
) -> None:
    """Add the region between ``low`` and ``high`` to ``figure``."""
    outline = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=list(x), y=list(high), name=name, **outline)
    figure.add_scatter(
        x=list(x), y=list(low), fill="tonexty", fillcolor="rgba(127,178,255,0.22)", name=name, **outline
    )


def evacuation_curve(
    time_s: Sequence[float], mean: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> go.Figure:
    """People still inside over time, with the band over replications."""
    figure = canvas(x_title=_("Minutes since the alarm"), y_title=_("People inside"))
    band(figure, time_s, low, high, name=_("Band over replications"))
    figure.add_scatter(
        x=list(time_s),
        y=list(mean),
        mode="lines",
        line={"color": tokens()["accent"], "width": 2},
        customdata=[clock_label(t) for t in time_s],
        hovertemplate="%{customdata} · %{y:,.0f}<extra></extra>",
    )
    seconds_axis(figure, max(time_s, default=1.0))
    return figure


def ranked_bars(
    names: Sequence[str], values: Sequence[float], *, unit: str, errors: Sequence[float] | None = None
) -> go.Figure:
    """Horizontal bars, the largest on top."""
    figure = canvas(x_title=unit)
    figure.add_bar(
        x=list(values),
        y=list(names),
        orientation="h",
        marker={"color": tokens()["edge"]},
        error_x=None
        if errors is None
        else {"type": "data", "array": list(errors), "color": tokens()["text"], "thickness": 1, "width": 3},
        hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=True, rangemode="tozero")
    return figure


def level_of_service_bars(person_minutes: Sequence[float]) -> go.Figure:
    """Person-minutes in each of the six levels of service, A to F, in the colours of the plan."""
    figure = canvas(x_title=_("Level of service (Fruin)"), y_title=_("Person-minutes"))
    figure.add_bar(
        x=list(LOS),
        y=list(person_minutes),
        marker={"color": list(CIVIDIS), "line": {"color": tokens()["edge"], "width": 1}},
        hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
    )
    return figure


def by_hour(
    today: Sequence[float], before: Sequence[float] | None, *, unit: str, now_hour: float
) -> go.Figure:
    """A figure of today by clock hour against the day before; the running hour is paler: it is not over."""
    colour = tokens()
    figure = canvas(y_title=unit)
    hours = list(range(24))
    if before is not None:
        figure.add_scatter(
            x=hours,
            y=list(before),
            mode="lines",
            line={"color": colour["quiet"], "width": 1.5, "shape": "hvh", "dash": "dot"},
            name=_("Day before"),
            hovertemplate=_("Day before") + " %{x}:00 · %{y:,.0f}<extra></extra>",
        )
    opacity = [0.45 if hour == int(now_hour) else 1.0 for hour in hours]
    figure.add_bar(
        x=hours,
        y=[None if hour > now_hour else value for hour, value in enumerate(today)],
        marker={"color": colour["accent"], "opacity": opacity},
        name=_("Today"),
        hovertemplate=_("Today") + " %{x}:00 · %{y:,.0f}<extra></extra>",
    )
    figure.update_layout(showlegend=before is not None)
    first, last = _trading_hours(today, before)
    figure.update_xaxes(
        range=[first - 0.6, last + 0.6], tickvals=list(range(first, last + 1, 2)), ticksuffix=":00"
    )
    return figure


def _trading_hours(*rows: Sequence[float] | None) -> tuple[int, int]:
    """First and last hour in which anything happened; the whole day where nothing did."""
    busy = [hour for row in rows if row is not None for hour, value in enumerate(row) if value]
    return (min(busy), max(busy)) if busy else (0, 23)


def difference_bars(
    names: Sequence[str],
    deltas: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    detectable: Sequence[bool],
    *,
    unit: str,
) -> go.Figure:
    """Paired differences with their intervals; what cannot be told from no change is hollow."""
    colour = tokens()
    figure = canvas(x_title=unit)
    fills = [colour["accent"] if seen else "rgba(0,0,0,0)" for seen in detectable]
    figure.add_scatter(
        x=list(deltas),
        y=list(names),
        mode="markers",
        marker={"size": 9, "color": fills, "line": {"color": colour["accent"], "width": 1.5}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [h - d for h, d in zip(high, deltas, strict=True)],
            "arrayminus": [d - one for one, d in zip(low, deltas, strict=True)],
            "color": colour["accent"],
            "thickness": 1,
            "width": 4,
        },
        hovertemplate="%{y}: %{x:+,.0f}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": colour["edge"], "width": 1})
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=True, rangemode="normal")
    return figure
