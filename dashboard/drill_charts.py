"""Charts of a drill's answer: each level emptying, people by exit, and the flow at one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts import band, canvas, clock_label, ranked_bars, seconds_axis, tokens
from dashboard.language import _

Row = Mapping[str, Any]
LEVEL_HEIGHT = 44
"""Pixels of one level in :func:`level_curves`."""


def level_curves(time_s: Sequence[float], rows: Sequence[tuple[str, Row]]) -> go.Figure:
    """People on each level over time, one small curve a level with its band; each has its own height.

    ``rows``: the name of the level and its part of the answer (``inside``, ``low``, ``high``), from the top.
    """
    figure = make_subplots(
        rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.25 / max(len(rows), 1)
    )
    figure.update_layout(canvas().layout)
    colour = tokens()
    for place, (name, row) in enumerate(rows, start=1):
        inside, most = row["inside"], max(row["high"] or row["inside"])
        if row["low"] is not None:
            _band(figure, time_s, row, place)
        figure.add_scatter(
            x=list(time_s),
            y=list(inside),
            row=place,
            col=1,
            mode="lines",
            line={"color": colour["accent"], "width": 1.5},
            customdata=[clock_label(t) for t in time_s],
            hovertemplate=f"{name} · %{{customdata}} · %{{y:,.0f}}<extra></extra>",
        )
        figure.update_yaxes(
            row=place,
            col=1,
            range=[0, max(most, 1) * 1.05],
            showticklabels=False,
            showgrid=False,
            showline=False,
            zeroline=False,
            fixedrange=True,
        )
        figure.update_xaxes(
            row=place, col=1, showgrid=False, zeroline=False, fixedrange=True, linecolor=colour["line"]
        )
        end = clock_label(emptied_s(time_s, inside))
        figure.add_annotation(
            x=1, y=1, xref="x domain" if place == 1 else f"x{place} domain",
            yref="y domain" if place == 1 else f"y{place} domain", xanchor="right", yanchor="top",
            showarrow=False, align="right", text=f"<b>{name}</b>  {max(inside):,.0f} → {end}",
            font={"size": 11, "color": colour["text"]},
        )  # fmt: skip
    last = time_s[-1] if time_s else 1.0
    seconds_axis(figure, last)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 8})
    return figure


def _band(figure: go.Figure, time_s: Sequence[float], row: Row, place: int) -> None:
    outline: dict[str, Any] = {
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "row": place,
        "col": 1,
    }
    figure.add_scatter(x=list(time_s), y=list(row["high"]), **outline)
    figure.add_scatter(
        x=list(time_s), y=list(row["low"]), fill="tonexty", fillcolor="rgba(127,178,255,0.22)", **outline
    )


def emptied_s(time_s: Sequence[float], inside: Sequence[float]) -> float:
    """From when on less than 5 % of the most people are there, s; the last time where it never is so."""
    limit = 0.05 * max(inside, default=0.0)
    over = [t for t, people in zip(time_s, inside, strict=True) if people > limit]
    later = [t for t in time_s if not over or t > over[-1]]
    return later[0] if later else (time_s[-1] if time_s else 0.0)


def exit_bars(names: Sequence[str], estimates: Sequence[Row]) -> go.Figure:
    """People by exit, the busiest on top, with the interval over replications where there is one."""
    values = [one["mean"] for one in estimates]
    single = any(one["high"] is None for one in estimates)
    errors = None if single else [one["high"] - one["mean"] for one in estimates]
    figure = ranked_bars(names, values, unit=_("people"), errors=errors)
    figure.update_xaxes(
        range=[
            0,
            1.08 * max((v + e for v, e in zip(values, errors or [0] * len(values), strict=True)), default=1),
        ]
    )
    return figure


def _tick(top: float) -> float:
    """A round step that cuts 0 ... ``top`` into two to five."""
    return next((step for step in (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if top / step <= 5), 5.0)  # noqa: PLR2004


def door_flow(time_s: Sequence[float], row: Row) -> go.Figure:
    """Flow at one door over time in people/min; at the right the same by metre of clear width and second."""
    colour = tokens()
    figure = canvas(x_title=_("Minutes since the alarm"), y_title=_("people/min"))
    step = time_s[1] - time_s[0] if len(time_s) > 1 else time_s[0]
    middle = [t - step / 2 for t in time_s]
    if row["low"] is not None:
        band(figure, middle, row["low"], row["high"], name="")
    figure.add_scatter(
        x=middle,
        y=list(row["per_min"]),
        mode="lines",
        line={"color": colour["accent"], "width": 2},
        customdata=[
            (clock_label(t), flow / 60 / row["width_m"])
            for t, flow in zip(middle, row["per_min"], strict=True)
        ],
        hovertemplate="%{customdata[0]} · %{y:,.0f}/min · %{customdata[1]:.2f}/(m·s)<extra></extra>",
    )
    capacity = row["capacity_per_min"]
    top = 1.15 * max([*(row["high"] or row["per_min"]), capacity or 0.0, 1.0])
    if capacity is not None and capacity < 4 * max([*row["per_min"], 1.0]):
        figure.add_hline(
            y=capacity,
            line={"color": colour["p2"], "width": 1.5, "dash": "dash"},
            annotation={
                "text": _("capacity {flow:.0f}", flow=capacity),
                "font": {"color": colour["p2"], "size": 11},
            },
            annotation_position="top right",
        )
    else:
        top = 1.15 * max([*(row["high"] or row["per_min"]), 1.0])
    scale = 60 * row["width_m"]
    figure.add_scatter(x=[middle[0]], y=[0], yaxis="y2", mode="markers", opacity=0, hoverinfo="skip")
    figure.update_layout(
        yaxis={"range": [0, top]},
        yaxis2={
            "overlaying": "y", "side": "right", "range": [0, top / scale], "showgrid": False,
            "zeroline": False, "tickmode": "linear", "dtick": _tick(top / scale),
            "automargin": True, "title": {"text": _("per m and s"), "font": {"size": 11}}, "fixedrange": True,
        },
    )  # fmt: skip
    seconds_axis(figure, time_s[-1])
    return figure
