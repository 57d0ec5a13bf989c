"""The frame of every page: the rail of jobs at the left, the top line, the page in the middle.

What changes each second in the top line is written by ``assets/live.js`` into elements with ``data-live``;
they have no children here, so that React leaves them alone.
"""

from __future__ import annotations

from enum import StrEnum

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.furniture import aria, data, empty, icon
from dashboard.language import _, in_words
from dashboard.page import Page, pages
from dashboard.services import Services
from dashboard.viewer import viewer
from twin.live.reading import Source


class Ids(StrEnum):
    """Elements of the frame."""

    URL = "url"
    PAGE = "page"


HEADER_PX = 48
RAIL_PX = 76


def _source_word(source: Source) -> str:
    return {Source.LIVE: _("LIVE"), Source.REPLAY: _("REPLAY"), Source.SIMULATED: _("SIMULATED")}[source]


def _rail_link(page: Page) -> Component:
    return dcc.Link(
        [icon(page.id), html.Span(_(page.title))],
        href=page.path,
        className="rail-link",
        title=_(page.question),
    )


def _switch(label: str, query: str, title: str, mark: str = "") -> Component:
    """A link that loads the page anew with another language or theme (see ``assets/keys.js``)."""
    return html.A(
        icon(mark, title=title) if mark else label,
        href=query,
        className="switch",
        title=title,
        **data(switch=query),
    )


def _live_slot(name: str, label: str, *, extra: str = "") -> Component:
    return html.Div(className=f"slot slot-{name} {extra}".strip(), **data(live=name), **aria(label=label))


def _top_line(services: Services) -> list[Component]:
    other = (
        ("zh", "中文", "切换到中文") if viewer().language == "en" else ("en", "English", "Switch to English")
    )
    theme = "light" if viewer().theme == "dark" else "dark"
    parts: list[Component] = [
        html.Div(
            [html.Img(src="/assets/icons/mark.svg", alt=""), html.Span(in_words(services.plan.name))],
            className="brand",
        )
    ]
    if services.live is not None:
        parts += [
            _live_slot("clock", _("Mall clock")),
            html.Div(
                _source_word(services.source), className=f"badge source-{services.source.value.lower()}"
            ),
            _live_slot("feed", _("Feeds")),
            html.Div(className="grow"),
            _live_slot("alerts", _("Open alerts by priority")),
            _live_slot("inside", _("People inside")),
        ]
    else:
        parts += [html.Div(_("PLANNING"), className="badge"), html.Div(className="grow")]
    parts += [
        _switch(
            "", f"?theme={theme}", _("Light theme") if theme == "light" else _("Dark theme"), mark="theme"
        ),
        _switch(other[1], f"?lang={other[0]}", other[2]),
    ]
    return parts


def frame(services: Services) -> Component:
    """The whole document for the viewer of the request; the page is put in by the router."""
    shell = dmc.AppShell(
        [
            dmc.AppShellHeader(_top_line(services), className="top"),
            dmc.AppShellNavbar(
                html.Nav([_rail_link(page) for page in pages()], className="rail", **aria(label=_("Pages"))),
                className="rail-bar",
            ),
            dmc.AppShellMain(
                [
                    html.Div(className="banner", role="alert", **data(live="banner")),
                    html.Div(id=Ids.PAGE, className="page", tabIndex="-1"),
                ],
                className="main",
            ),
        ],
        header={"height": HEADER_PX},
        navbar={"width": RAIL_PX, "breakpoint": 0},
        padding=0,
        transitionDuration=0,
        id="shell",
    )
    theme = {
        "fontFamily": "var(--font)",
        "primaryColor": "blue",
        "defaultRadius": 6,
        "cursorType": "pointer",
        "respectReducedMotion": True,
    }
    parts: list[Component] = [dcc.Location(id=Ids.URL, refresh=False), shell]
    if services.live is not None and services.source is not Source.LIVE:
        word = _source_word(services.source)
        parts.append(html.Div(className=f"source-frame frame-{services.source.value.lower()}", title=word))
    whole: Component = dmc.MantineProvider(parts, theme=theme, forceColorScheme=viewer().theme)
    return whole


def not_found() -> Component:
    """What stands at an address that is no page."""
    return empty(_("There is no such page"), _("Choose one at the left."), mark="plan")


def failed() -> Component:
    """What stands where a page could not be made."""
    return empty(
        _("This page cannot be shown"),
        _("The cause is in the log of the server. Other pages work."),
        mark="close",
    )
