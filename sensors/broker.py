"""A broker for the demo, for tests and for a small site: mosquitto where it is installed, else amqtt.

Both listen on this computer only. A control room runs its own broker and gives its address.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias

from sensors.link import Address
from twin.errors import RunError

Kind: TypeAlias = Literal["mosquitto", "amqtt"]

START_S = 20.0
LOCAL = "127.0.0.1"
_MOSQUITTO = """\
listener {port} {host}
allow_anonymous true
persistence false
# The default of 1000 drops what is beyond it without a word.
max_queued_messages 100000
max_inflight_messages 200
max_packet_size 2000000
log_type error
log_type warning
"""


@dataclass(slots=True)
class Broker:
    """A broker that we started. Use it as a context, or call :meth:`close`."""

    kind: Kind
    address: Address
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str] = field(repr=False)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it."""
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(timeout=5.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=5.0)
        self.folder.cleanup()

    def __enter__(self) -> Self:
        """The broker itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()


def mosquitto_path() -> str | None:
    """Where mosquitto is; Debian keeps it where a user's PATH does not look."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def start_broker(port: int = 1883, *, host: str = LOCAL, kind: Kind | None = None) -> Broker:
    """Start a broker and wait until it takes connections.

    Args:
        port: where it listens; 0 takes a free one.
        host: on which address; by default this computer only, as the broker asks for no password.
        kind: which; by default mosquitto where it is installed, else amqtt.

    Raises:
        RunError: if it cannot be started, or the port is taken.
    """
    port = port or free_port(host)
    if _listens(host, port):
        raise RunError(f"port {port} on {host} is taken: another broker runs there")
    program = mosquitto_path()
    kind = kind or ("mosquitto" if program else "amqtt")
    folder = tempfile.TemporaryDirectory(prefix="mall-twin-broker-")
    errors = Path(folder.name) / "errors.txt"
    if kind == "mosquitto":
        if program is None:
            folder.cleanup()
            raise RunError("mosquitto is not installed")
        config = Path(folder.name) / "mosquitto.conf"
        config.write_text(_MOSQUITTO.format(port=port, host=host), encoding="utf-8")
        command = [program, "-c", str(config)]
    else:
        command = [sys.executable, "-m", "sensors.embedded_broker", host, str(port)]
    with errors.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            stdout=sink,
            stderr=sink,
            # Ctrl-C on a terminal reaches the whole group; the broker must outlive its clients.
            start_new_session=True,
            env=os.environ.copy(),
        )
    broker = Broker(
        kind, Address(host=host, port=port, protocol="5" if kind == "mosquitto" else "3.1.1"), process, folder
    )
    until = time.monotonic() + START_S
    while not _listens(host, port):
        if not broker.alive or time.monotonic() > until:
            told = errors.read_text("utf-8", errors="replace").strip().splitlines()
            broker.close()
            raise RunError(
                f"{kind} does not listen on {host}:{port}: {told[-1] if told else 'no word from it'}"
            )
        time.sleep(0.05)
    return broker


def free_port(host: str = LOCAL) -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _listens(host: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
