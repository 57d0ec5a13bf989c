"""Who looks: the language and the theme of the request that is being answered.

Both are part of the address or a cookie, never of the server's state: two screens side by side may show
two languages. A middleware reads them once a request; layouts and callbacks ask :func:`viewer`.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Literal, cast
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin.plan.model import Language

Theme = Literal["dark", "light"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")
THEMES: tuple[Theme, ...] = ("dark", "light")
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a page needs to know about the person in front of it."""

    language: Language = "en"
    theme: Theme = "dark"


_VIEWER: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def viewer() -> Viewer:
    """The viewer of the request that is being answered; English and dark outside a request."""
    return _VIEWER.get() or Viewer()


def set_viewer(new: Viewer) -> None:
    """Answer as for ``new`` from here on, in this context only."""
    _VIEWER.set(new)


def _asked(query: str, name: str) -> str:
    return parse_qs(query).get(name, [""])[0]


def viewer_of(query: str, headers: Headers) -> tuple[Viewer, dict[str, str]]:
    """The viewer of a request, and which choices it makes anew (to be kept in cookies).

    In this order: the query (``?lang=zh``), the query of the page that asks (``Referer``), the cookie,
    and for the language what the browser prefers.
    """
    referer = urlsplit(headers.get("referer", "")).query
    cookies = SimpleCookie(headers.get("cookie", ""))
    chosen: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        here = _asked(query, name)
        if here in known:
            chosen[name] = here
        candidates = (here, _asked(referer, name), cookies[name].value if name in cookies else "")
        values[name] = next((one for one in candidates if one in known), "")
    preferred = headers.get("accept-language", "").lower()
    language = values["lang"] or ("zh" if preferred.startswith("zh") else "en")
    theme = values["theme"] or "dark"
    return Viewer(language=cast("Language", language), theme=cast("Theme", theme)), chosen


class ViewerMiddleware:
    """Finds the viewer of each request and keeps a new choice in a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with its viewer in the context."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        found, chosen = viewer_of(scope.get("query_string", b"").decode("latin-1"), Headers(scope=scope))
        token = _VIEWER.set(found)

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in chosen.items():
                    headers.append("set-cookie", f"{name}={value}; Path=/; Max-Age={_A_YEAR}; SameSite=Lax")
            await send(message)

        try:
            await self._app(scope, receive, send_with_cookies)
        finally:
            _VIEWER.reset(token)
