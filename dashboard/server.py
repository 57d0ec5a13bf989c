"""Serving the dashboard with uvicorn, one worker, in this process."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from twin.errors import InputError


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host``:``port``.

    Raises:
        InputError: if something else listens there; the message names the port.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"port {port} on {host}: {error.strerror or error}; choose another with --port"
        ) from error
    return listener


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call ``ready``."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def server_of(app: FastAPI, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A uvicorn server for ``app`` that logs warnings only and answers Ctrl-C within three seconds."""
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=3, ws_ping_interval=20, ws_ping_timeout=20
    )
    return _Server(config, ready)


def serve_app(app: FastAPI, listener: socket.socket, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve ``app`` on ``listener`` until the process is told to end; ``ready`` is called when it listens.

    Raises:
        KeyboardInterrupt: when it was told to end.
    """
    server_of(app, ready).run(sockets=[listener])
