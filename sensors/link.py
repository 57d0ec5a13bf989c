"""The connection to the broker: MQTT 5 or 3.1.1, password, TLS, reconnection with growing pauses."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
PASSWORD_VARIABLE = "MALL_TWIN_MQTT_PASSWORD"  # noqa: S105 - a name, no password
"""Environment variable with the password of a user who stands in the broker's address without one."""


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


def given_address(
    url: str, environment: Mapping[str, str], *, ca_file: Path | None, protocol: str
) -> Address:
    """The broker that a command line and the environment name.

    A password in the address counts before that of :data:`PASSWORD_VARIABLE`, which is not given to a broker
    that is addressed without a user.

    Raises:
        InputError: if the address or the protocol is none, or certificates are given for a line without TLS.
    """
    if protocol not in {"5", "3.1.1"}:
        raise InputError(f"MQTT version {protocol!r}: it is 5 or 3.1.1")
    address = Address.parse(url, ca_file=ca_file, protocol=protocol)
    if ca_file is not None and not address.tls:
        raise InputError(f"certificates to trust are given, but {address} is without TLS: write mqtts://")
    if address.user and not address.password:
        return replace(address, password=environment.get(PASSWORD_VARIABLE, ""))
    return address


class Refusals:
    """Why a broker cannot be reached: a reason is said once, not again at each attempt."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.reason = ""
        """The last reason; empty while connected."""

    def tell(self, reason: object) -> None:
        """Say a reason unless it was the last one said."""
        if str(reason) != self.reason:
            self.reason = str(reason)
            log.error("no connection to the broker; trying on", broker=str(self.address), reason=self.reason)

    def on_connect_fail(self, _client: Client, _data: object) -> None:
        """Paho's callback: no line, or no trust in it. Paho calls it while it handles the error."""
        self.tell(sys.exc_info()[1])

    def on_early_end(self, reason: object) -> None:
        """The broker ended a connection that was not up, which says less than a reason that it gave."""
        if not self.reason:
            self.tell(f"{reason} before the broker answered; does it want mqtts://, a certificate of ours?")

    def over(self) -> None:
        """Connected: what comes later is said again."""
        self.reason = ""


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


class _Line(ssl.SSLSocket):
    """A line that is closed at once when the other side is not trusted; paho would leave it open."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of ssl
        """Agree on keys, or close.

        Raises:
            OSError: if there is no trust.
        """
        try:
            super().do_handshake(block)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError:
            self.close()
            raise


def _tls(address: Address) -> ssl.SSLContext:
    """TLS 1.2 or newer, the broker's name checked."""
    try:
        context = ssl.create_default_context(cafile=None if address.ca_file is None else str(address.ca_file))
        context.sslsocket_class = _Line
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if address.cert_file is not None:
            context.load_cert_chain(
                str(address.cert_file), None if address.key_file is None else str(address.key_file)
            )
    except (OSError, ssl.SSLError) as error:
        files = (address.ca_file, address.cert_file, address.key_file)
        names = ", ".join(str(one) for one in files if one is not None)
        raise InputError(f"certificates for {address} from {names}: {error}") from error
    return context
