"""What a page is, and how the shell finds them.

A page is a module in ``dashboard/pages`` that has a :class:`Page` called ``PAGE``. Nothing else has to be
told about it: the rail, the router, its HTTP routes and its callbacks follow from that value.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from dash.development.base_component import Component

if TYPE_CHECKING:
    from dash import Dash
    from fastapi import APIRouter

    from dashboard.services import Services


@dataclass(frozen=True, kw_only=True)
class Page:
    """One job of the people who use the twin, as one screen.

    Attributes:
        id: short name, also of its icon ``assets/icons/<id>.svg``.
        path: where it is, ``/drill``.
        title: one or two English words for the rail, a key of the catalogue.
        question: the question it answers in its first second, a key of the catalogue.
        order: place in the rail, from the top.
        layout: makes the page for the viewer of the request. Fast: no simulation, no file.
        callbacks: registers its Dash callbacks with ``app.callback`` (never the global one). Each of them
            is ``async def`` and computes nothing: a plain ``def`` holds up every screen.
        routes: adds its HTTP routes.
        lifespan: what has to run as long as the server does, such as a pool of workers.
    """

    id: str
    path: str
    title: str
    question: str
    order: int
    layout: Callable[[Services], Component]
    callbacks: Callable[[Dash, Services], None] | None = None
    routes: Callable[[APIRouter, Services], None] | None = None
    lifespan: Callable[[Services], AbstractAsyncContextManager[None]] | None = None


@cache
def pages() -> tuple[Page, ...]:
    """All pages in the order of the rail."""
    package = import_module("dashboard.pages")
    found = (import_module(f"dashboard.pages.{one.name}") for one in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((m.PAGE for m in found if hasattr(m, "PAGE")), key=lambda page: page.order))


def page_at(path: str) -> Page | None:
    """The page at ``path``; the first one at ``/``."""
    clean = path.rstrip("/") or "/"
    if clean == "/":
        return pages()[0]
    return next((page for page in pages() if page.path == clean), None)
