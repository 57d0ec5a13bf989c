"""The server: FastAPI with Dash on it, in one process with one event loop.

Start it with uvicorn and one worker (:mod:`dashboard.server`); ``Dash.run`` would start a child that
outlives its parent.
"""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import structlog
from dash import Dash, Input, Output
from dash.development.base_component import Component
from fastapi import APIRouter, FastAPI, HTTPException
from starlette.middleware.gzip import GZipMiddleware

from dashboard.api import alert_routes, health_route, live_routes, plan_routes, stream_route
from dashboard.colours import SHAPES, style_sheet
from dashboard.interrupts import children_ignore_interrupts
from dashboard.language import _, catalogue
from dashboard.page import page_at, pages
from dashboard.services import Services
from dashboard.shell import Ids, failed, frame, not_found
from dashboard.stream import LiveHub
from dashboard.viewer import ViewerMiddleware, viewer

_LOG = structlog.get_logger(__name__)
ASSETS = Path(__file__).parent / "assets"
_SCRIPT_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def _in_script(facts: Mapping[str, object]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(facts, ensure_ascii=False).translate(_SCRIPT_SAFE)


class _MallDash(Dash):
    """Dash whose first document speaks the viewer's language and carries the colours."""

    services: Services

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # only keywords are ever given
        """The HTML document that loads everything else."""
        who = viewer()
        facts = {
            "language": who.language,
            "theme": who.theme,
            "plan": self.services.plan.version,
            "timezone": self.services.plan.timezone,
            "source": self.services.source.value,
            "live": self.services.live is not None,
            "shapes": SHAPES,
            "words": dict(catalogue(who.language)),
        }
        title = html.escape(self.services.plan.name.text(who.language))
        return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if who.language == "zh" else "en"}" data-theme="{who.theme}"
 data-mantine-color-scheme="{who.theme}" data-source="{self.services.source.value}">
<head>
{parts["metas"]}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="/assets/icons/mark.svg">
{parts["css"]}
<style>{style_sheet()}</style>
<script type="application/json" id="mall-facts">{_in_script(facts)}</script>
</head>
<body>
<a class="skip" href="#page">{html.escape(_("Skip to content"))}</a>
{parts["app_entry"]}
<footer>{parts["config"]}{parts["scripts"]}{parts["renderer"]}</footer>
</body>
</html>"""


def _dash_on(server: FastAPI, services: Services) -> Dash:
    app = _MallDash(
        name="mall-twin",
        server=server,  # type: ignore[arg-type]  # Dash takes it, its annotation knows Flask only
        assets_folder=str(ASSETS),
        title=services.plan.name.en,
        update_title=None,  # type: ignore[arg-type]  # None is how Dash is told to leave the title alone
        suppress_callback_exceptions=True,
        include_assets_files=True,
    )
    app.services = services
    app.layout = lambda: frame(services)

    @app.callback(Output(Ids.PAGE, "children"), Input(Ids.URL, "pathname"))
    async def show_page(path: str | None) -> Component:
        page = page_at(path or "/")
        if page is None:
            return not_found()
        try:
            return page.layout(services)
        except Exception:  # noqa: BLE001 - Dash would answer with a bare 500; so the person sees a page that says it
            _LOG.exception("a page cannot be made", page=page.id)
            return failed()

    for page in pages():
        if page.callbacks is not None:
            page.callbacks(app, services)
    # Dash does this at the first request under its own prefix; a person may first ask for /live.
    app._setup_server()  # type: ignore[no-untyped-call]  # noqa: SLF001 - there is no public way
    return app


def create_app(services: Services) -> FastAPI:
    """The whole dashboard for ``services``: pages, HTTP API, live stream.

    One uvicorn worker serves it: the hub and the pages' pools live in this process.
    """
    hub = LiveHub(services, services.live) if services.live is not None else None

    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for page in pages():
                if page.lifespan is None:
                    continue
                with children_ignore_interrupts():
                    await stack.enter_async_context(page.lifespan(services))
            if hub is not None:
                hub.start()
                stack.push_async_callback(hub.stop)
            yield

    server = FastAPI(
        title="mall-twin",
        version=version("mall-twin"),
        description="One model of the building that is fed live and can be asked.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # the documentation viewer of FastAPI loads its scripts from an outside host
        redoc_url=None,
        lifespan=lifespan,
    )
    api = APIRouter(prefix="/api")
    plan_routes(api, services)
    live_routes(api, hub)
    alert_routes(api, services, hub)
    health_route(api, services, hub)
    for page in pages():
        if page.routes is not None:
            page.routes(api, services)

    @api.get("/{rest:path}", include_in_schema=False)
    async def unknown(rest: str) -> None:
        raise HTTPException(404, f"/api/{rest} is not known; see /api/openapi.json")

    server.include_router(api)
    stream = APIRouter()
    stream_route(stream, hub)
    server.include_router(stream)
    _dash_on(server, services)
    server.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    server.add_middleware(ViewerMiddleware)
    return server
