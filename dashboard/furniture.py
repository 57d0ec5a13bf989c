"""The pieces that pages are put together from, so that the same thing looks the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

Children = Component | str | Sequence["Component | str"] | None


def data(**values: str) -> dict[str, Any]:
    """Attributes for our scripts: ``data(live_part="head")`` is ``data-live-part="head"``."""
    return {f"data-{name.replace('_', '-')}": value for name, value in values.items()}


def aria(**values: str) -> dict[str, Any]:
    """Attributes for screen readers: ``aria(label="Pages")`` is ``aria-label="Pages"``."""
    return {f"aria-{name.replace('_', '-')}": value for name, value in values.items()}


def icon(name: str, *, title: str = "") -> Component:
    """One of our own icons, in the colour of the text around it."""
    extra = aria(label=title) | {"role": "img"} if title else aria(hidden="true")
    return html.Span(className="icon", style={"--icon": f"url(/assets/icons/{name}.svg)"}, **extra)


def plan_view(
    element_id: str,
    *,
    version: str,
    fill: Literal["people", "los", "difference", "none"] = "people",
    layers: Sequence[str] = ("names", "exits", "alerts"),
    live: bool = False,
    store: str = "",
    url: str = "",
    switches: Sequence[str] = ("people", "los", "names", "devices", "alerts"),
) -> Component:
    """The plan on one canvas, with its storeys, legend and scale.

    From a clientside callback: ``window.mallPlan.get(element_id).set({...})``; see ``plan_canvas.js``.

    Args:
        element_id: id of the element; the handle has the same name.
        version: the plan version to draw.
        fill: what colours the spaces at the start.
        layers: what is drawn on top at the start.
        live: take values, alerts and devices from the live stream.
        store: id of a ``dcc.Store`` that receives what is selected: ``{"kind", "id", "level"}``.
        url: where the drawing is, when it is not the served plan's.
        switches: which layers the legend offers to switch.
    """
    options: Mapping[str, object] = {
        "version": version,
        "fill": fill,
        "layers": list(layers),
        "live": live,
        "store": store,
        "url": url,
        "switches": list(switches),
    }
    return html.Div(id=element_id, className="plan", **data(plan=json.dumps(options)))


def stage(
    plan: Component, *, side: Children = None, foot: Children = None, head: Children = None, kind: str = ""
) -> Component:
    """A page whose hero is the plan: a line of words above, a drawer at the right, a strip below."""
    parts: list[Component] = []
    if head is not None:
        parts.append(html.Div(head, className="stage-head"))
    parts.append(html.Div(plan, className="stage-plan"))
    if side is not None:
        parts.append(html.Aside(side, className="stage-side"))
    if foot is not None:
        parts.append(html.Div(foot, className="stage-foot"))
    names = ["stage", kind, "" if side is not None else "no-side", "" if foot is not None else "no-foot"]
    return html.Div(parts, className=" ".join(filter(None, names)))


def panel(title: str, children: Children, *, element_id: str | None = None, kind: str = "") -> Component:
    """A titled part of a drawer; a hairline apart from the next one.

    ``kind="forecast"`` frames it in dashed violet: what is in it is no measurement.
    """
    named: dict[str, Any] = {} if element_id is None else {"id": element_id}
    return html.Section(
        [html.H2(title), html.Div(children, className="panel-body")],
        className=f"panel {kind}".strip(),
        **named,
    )


def number(value: str, label: str, *, band: str = "", note: str = "") -> Component:
    """One of the few figures that matter, with its interval."""
    parts: list[Component] = [
        html.Div(
            [html.Span(value, className="big"), html.Span(band, className="band")], className="figure-line"
        ),
        html.Div(label, className="figure-label"),
    ]
    if note:
        parts.append(html.Div(note, className="figure-note"))
    return html.Div(parts, className="figure")


def facts(rows: Sequence[tuple[str, str]]) -> Component:
    """Names and values, one a line."""
    cells = [part for name, value in rows for part in (html.Dt(name), html.Dd(value))]
    return html.Dl(cells, className="facts")


def empty(title: str, sentence: str = "", *, mark: str = "calm") -> Component:
    """What stands where there is nothing to show: says that this is right, or what to do."""
    return html.Div(
        [icon(mark), html.Div(title, className="empty-title"), html.Div(sentence, className="empty-words")],
        className="empty",
    )


def notice(words: str, *, kind: Literal["advisory", "failed", "guessed"] = "advisory") -> Component:
    """One sentence that must be read with the figures beside it."""
    return html.P(words, className=f"notice {kind}", role="note")


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str | Component]], *, numeric: Sequence[int] = ()
) -> Component:
    """A plain table; the columns in ``numeric`` are right-aligned with tabular figures."""

    def kind(column: int) -> str:
        return "num" if column in numeric else ""

    return html.Table(
        [
            html.Thead(
                html.Tr([html.Th(head, className=kind(i), scope="col") for i, head in enumerate(heads)])
            ),
            html.Tbody(
                [html.Tr([html.Td(cell, className=kind(i)) for i, cell in enumerate(row)]) for row in rows]
            ),
        ],
        className="table",
    )
