"""The HTTP API: the plan, the live state, alerts, health. Its OpenAPI is at ``/api/openapi.json``."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field

from dashboard.drawing import drawing_bytes
from dashboard.services import Services
from dashboard.stream import LiveHub
from twin.errors import InputError

_FOR_EVER = "public, max-age=31536000, immutable"


class Acknowledgement(BaseModel):
    """Who takes note of an alert, or resets it."""

    by: Annotated[str, Field(min_length=1, max_length=80)] = "control room"


class Health(BaseModel):
    """Whether the twin can be trusted right now."""

    status: str
    plan_version: str
    source: str
    screens: int
    live: str


def plan_routes(router: APIRouter, services: Services) -> None:
    """Add what concerns the plan."""
    made: dict[str, asyncio.Task[bytes]] = {}

    async def body() -> bytes:
        """Made once, in a thread; those who ask meanwhile wait for the same one."""
        if "" not in made:
            made[""] = asyncio.create_task(asyncio.to_thread(drawing_bytes, services.plan))
        return await asyncio.shield(made[""])

    @router.get("/plan/{version}/drawing", summary="The plan as the canvas draws it", tags=["plan"])
    async def drawing(version: str, request: Request) -> Response:
        if version not in {services.plan.version, "current"}:
            raise HTTPException(404, f"plan version {version!r} is not the one that is served")
        caching = _FOR_EVER if version != "current" else "no-cache"
        headers = {"ETag": f'"{services.plan.version}"', "Cache-Control": caching, "Content-Encoding": "gzip"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(await body(), media_type="application/json", headers=headers)


def live_routes(router: APIRouter, hub: LiveHub | None) -> None:
    """Add what concerns the live state."""

    @router.get("/live", summary="The live state, as pushed over /live/stream", tags=["live"])
    async def live() -> Response:
        if hub is None or not hub.last_text:
            raise HTTPException(503, "there is no live state")
        return Response(hub.last_text, media_type="application/json", headers={"Cache-Control": "no-store"})

    @router.get("/live/history", summary="People inside, or in one space, minute by minute", tags=["live"])
    async def history(space: str = "") -> dict[str, list[float | None]]:
        if hub is None:
            raise HTTPException(503, "there is no live state")
        try:
            return hub.history.document(space)
        except KeyError as error:
            raise HTTPException(404, f"space {space!r} is not one that people walk in") from error


def alert_routes(router: APIRouter, services: Services, hub: LiveHub | None) -> None:
    """Add what a person does with an alert."""

    def from_our_pages(request: Request) -> None:
        """Every browser says where a request comes from; programs say nothing and are let through."""
        if request.headers.get("sec-fetch-site") == "cross-site":
            raise HTTPException(403, "an alert is not answered from the pages of another site")

    ours = [Depends(from_our_pages)]

    @router.post(
        "/alerts/{alert_id}/acknowledge", summary="Take note of an alert", tags=["live"], dependencies=ours
    )
    async def acknowledge(alert_id: str, note: Acknowledgement | None = None) -> dict[str, str]:
        if services.live is None or hub is None:
            raise HTTPException(503, "there is no live state")
        by = (note or Acknowledgement()).by
        try:
            await asyncio.to_thread(services.live.acknowledge, alert_id, by, services.clock.now())
        except (InputError, KeyError) as error:
            raise HTTPException(404, str(error)) from error
        await hub.refresh()
        return {"id": alert_id, "acknowledged_by": by}

    @router.post(
        "/alerts/{alert_id}/reset", summary="Give a latched alert free", tags=["live"], dependencies=ours
    )
    async def reset(alert_id: str, note: Acknowledgement | None = None) -> dict[str, str]:
        if services.live is None or hub is None:
            raise HTTPException(503, "there is no live state")
        by = (note or Acknowledgement()).by
        try:
            await asyncio.to_thread(services.live.reset, alert_id, by, services.clock.now())
        except (InputError, KeyError) as error:
            raise HTTPException(409, str(error)) from error
        await hub.refresh()
        return {"id": alert_id, "reset_by": by}


def health_route(router: APIRouter, services: Services, hub: LiveHub | None) -> None:
    """Add ``/health``."""

    @router.get("/health", summary="Whether the twin can be trusted right now", tags=["live"])
    async def health() -> Health:
        if hub is None:
            live, status = "none", "ok"
        elif hub.failure:
            live, status = f"failed: {hub.failure}", "degraded"
        else:
            live, status = ("ok", "ok") if hub.last_text else ("starting", "degraded")
        return Health(
            status=status,
            plan_version=services.plan.version,
            source=services.source.value,
            screens=hub.listeners if hub is not None else 0,
            live=live,
        )


def stream_route(router: APIRouter, hub: LiveHub | None) -> None:
    """Add the web socket ``/live/stream``."""

    @router.websocket("/live/stream")
    async def stream(socket: WebSocket) -> None:
        if hub is None:
            await socket.close(code=1013, reason="there is no live state")
            return
        await socket.accept()
        await hub.join(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            hub.leave(socket)
