"""The connection to the broker: MQTT 5 or 3.1.1, password, TLS, reconnection with growing pauses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import structlog
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from twin.errors import InputError

log = structlog.get_logger(__name__)

SESSION_S = 3600
"""How long an MQTT 5 broker keeps messages for us while we are away."""
RECEIVE_MOST = 1000
"""Messages that the broker may send before we said that we have them."""
PAUSE_S = (1, 60)
"""Shortest and longest pause between attempts to connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the broker is, and how to speak to it."""

    host: str = "127.0.0.1"
    port: int = 1883
    protocol: Literal["5", "3.1.1"] = "5"
    user: str = ""
    password: str = ""
    tls: bool = False
    ca_file: Path | None = None
    """Certificates that are trusted; ``None``: those of this computer."""
    cert_file: Path | None = None
    key_file: Path | None = None
    """Our own certificate, where the broker asks for one."""

    def __str__(self) -> str:
        """Without the password."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    @staticmethod
    def parse(url: str, **options: Any) -> Address:  # noqa: ANN401 - the other fields
        """The address of ``mqtt[s]://[user[:password]@]host[:port]``.

        Raises:
            InputError: if it is none.
        """
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        try:
            port = parts.port
        except ValueError as error:
            raise InputError(f"broker {parts.hostname!r}: {error}") from error
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise InputError("a broker's address is mqtt://host:port or mqtts://host:port")
        tls = parts.scheme == "mqtts"
        return Address(
            host=parts.hostname,
            port=port or (8883 if tls else 1883),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            **options,
        )


def new_client(address: Address, *, client_id: str, manual_ack: bool = False, keep: bool = False) -> Client:
    """A client for ``address`` that is not connected yet.

    Args:
        address: the broker.
        client_id: our name; a broker ends the connection of another client of this name.
        manual_ack: we say ourselves that we have a message.
        keep: the broker keeps our subscriptions and messages while we are away.

    Raises:
        InputError: if a certificate cannot be read.
    """
    five = address.protocol == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        clean_session=None if five else not keep,
        manual_ack=manual_ack,
    )
    if address.user:
        client.username_pw_set(address.user, address.password or None)
    if address.tls:
        client.tls_set_context(_tls(address))
    client.reconnect_delay_set(*PAUSE_S)
    client.max_queued_messages_set(10_000)
    client.max_inflight_messages_set(200)
    return client


def connect(client: Client, address: Address, *, keep: bool = False) -> None:
    """Start to connect, in the client's own thread, and keep trying.

    The thread is started by this function; end it with ``client.loop_stop()``.
    """
    options: dict[str, Any] = {}
    if address.protocol == "5":
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho types its client only
        properties.ReceiveMaximum = RECEIVE_MOST
        properties.SessionExpiryInterval = SESSION_S if keep else 0
        options = {"clean_start": not keep, "properties": properties}
    client.connect_async(address.host, address.port, keepalive=30, **options)
    client.loop_start()


def drop(client: Client) -> None:
    """Cut the connection, so that the client connects again and the broker sends what was not acknowledged.

    ``Client.disconnect`` would end the client's thread: it is a wish to stay away.
    """
    line = client.socket()
    if isinstance(line, socket.socket):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def user_properties(message: MQTTMessage) -> dict[str, str]:
    """The MQTT 5 user properties of a message; of a repeated name the last counts."""
    pairs: Sequence[tuple[str, str]] = getattr(getattr(message, "properties", None), "UserProperty", ())
    return dict(pairs)


def with_source(source: str) -> Properties:
    """Properties of a message that say where it comes from."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho types its client only
    properties.UserProperty = ("source", source)
    return properties


def _tls(address: Address) -> ssl.SSLContext:
    """TLS 1.2 or newer, the broker's name checked."""
    try:
        context = ssl.create_default_context(cafile=None if address.ca_file is None else str(address.ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if address.cert_file is not None:
            context.load_cert_chain(
                str(address.cert_file), None if address.key_file is None else str(address.key_file)
            )
    except (OSError, ssl.SSLError) as error:
        raise InputError(f"certificate for {address}: {error}") from error
    return context
