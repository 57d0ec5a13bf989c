"""A broker behind TLS and a password: the right one is heard, nothing else is believed."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from dashboard import command as screens
from sensors.broker import free_port, mosquitto_path
from sensors.command import replay as replay_command
from sensors.ingest import Ingest
from sensors.link import PASSWORD_VARIABLE, Address, connect, given_address, new_client
from sensors.recording import record
from twin.command import build, registered
from twin.errors import InputError, RunError
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan
from twin.store import Store, open_store

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
USER, PASSWORD = "twin", "s3cret/@:ü"
TOPIC = "mall/two-storey/count/c-west"
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
pytestmark = pytest.mark.broker


@dataclass(frozen=True, slots=True)
class Guarded:
    """A mosquitto that asks for TLS and a password."""

    port: int
    stranger_port: int
    """Here the certificate is of the same authority, but for another name."""
    ca: Path
    other_ca: Path
    log: Path

    def address(self, protocol: str, **other: Any) -> Address:
        """What a site writes down, with one thing changed."""
        right = Address.parse(f"mqtts://localhost:{self.port}", ca_file=self.ca, protocol=protocol)
        return replace(right, **({"user": USER, "password": PASSWORD} | other))

    def refused(self) -> int:
        """Attempts that the broker turned down for their password."""
        return self.log.read_text("utf-8").count("not authorised")


def _run(*command: object) -> None:
    done = subprocess.run([str(one) for one in command], capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _authority(folder: Path, name: str) -> Path:
    """A certificate authority: ``name.pem`` and ``name.key``."""
    made = folder / f"{name}.pem"
    _run(
        *("openssl", "req", "-x509", *EC, "-nodes", "-days", 2, "-subj", f"/CN={name}"),
        *(
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout",
            made.with_suffix(".key"),
            "-out",
            made,
        ),
    )
    return made


def _certificate(folder: Path, ca: Path, name: str, names: str) -> str:
    """A server's certificate by ``ca`` for ``names``; mosquitto's lines that use it."""
    made, asked, more = folder / f"{name}.pem", folder / f"{name}.csr", folder / f"{name}.txt"
    key = made.with_suffix(".key")
    more.write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    _run(
        *("openssl", "req", "-new", *EC, "-nodes", "-subj", f"/CN={name}"),
        *("-keyout", key, "-out", asked),
    )
    _run(
        *("openssl", "x509", "-req", "-days", 2, "-in", asked, "-CA", ca, "-CAkey", ca.with_suffix(".key")),
        *("-CAcreateserial", "-extfile", more, "-out", made),
    )
    return f"cafile {ca}\ncertfile {made}\nkeyfile {key}\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    program = mosquitto_path()
    for name, path in (
        ("mosquitto", program),
        ("mosquitto_passwd", shutil.which("mosquitto_passwd")),
        ("openssl", shutil.which("openssl")),
    ):
        if path is None:
            pytest.skip(f"{name} is missing")  # conftest turns a skip into a failure in CI
    folder = tmp_path_factory.mktemp("tls")
    ca, other = _authority(folder, "site"), _authority(folder, "other")
    passwords, config, log = (folder / name for name in ("passwords", "mosquitto.conf", "broker.txt"))
    _run("mosquitto_passwd", "-c", "-b", passwords, USER, PASSWORD)
    ports = free_port(), free_port()
    here = _certificate(folder, ca, "server", "DNS:localhost,IP:127.0.0.1")
    stranger = _certificate(folder, ca, "stranger", "DNS:elsewhere.example")
    config.write_text(
        # Started by root, mosquitto would become a user who cannot read this folder.
        f"user {getpass.getuser()}\nallow_anonymous false\npassword_file {passwords}\nlog_type all\n"
        f"listener {ports[0]} 127.0.0.1\n{here}listener {ports[1]} 127.0.0.1\n{stranger}"
    )
    with log.open("wb") as sink:
        process = subprocess.Popen([str(program), "-c", str(config)], stdout=sink, stderr=sink)
    try:
        _wait(lambda: "running" in log.read_text("utf-8") or process.poll() is not None)
        assert process.poll() is None, log.read_text("utf-8")
        yield Guarded(*ports, ca, other, log)
    finally:
        process.terminate()
        process.wait(timeout=5)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts after 0, 0.1, 0.3 and 0.7 seconds; a feed that is told to stop does so within 0.1 s."""
    monkeypatch.setattr("sensors.link.PAUSE_S", (0.1, 60))
    monkeypatch.setattr("sensors.ingest.TICK_S", 0.1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/twin.db")
    yield opened
    opened.close()


def _wait(told: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def _listening(plan: Plan, store: Store, address: Address) -> Iterator[Ingest]:
    twin = LiveTwin(plan, store=store, now=NOON)
    ingest = Ingest(twin, address, client_id=f"i-{time.time_ns()}")
    ingest.start()
    try:
        yield ingest
    finally:
        ingest.stop()


def _publish(address: Address, payload: bytes) -> None:
    client = new_client(address, client_id=f"test-{time.time_ns()}")
    ready = threading.Event()
    client.on_connect = lambda *_: ready.set()
    connect(client, address)
    assert ready.wait(10)
    client.publish(TOPIC, payload, qos=1).wait_for_publish(5.0)
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize(("protocol", "host"), [("5", "localhost"), ("3.1.1", "127.0.0.1")])
def test_with_the_right_password_a_count_reaches_the_inbox(
    watched_mall: Plan, store: Store, guarded: Guarded, protocol: str, host: str
) -> None:
    """TLS, name checked, password with letters that an address must quote: one message, seven people."""
    address = guarded.address(protocol, host=host)
    with capture_logs() as told, _listening(watched_mall, store, address) as ingest:
        _wait(lambda: ingest._broker == "connected")
        time.sleep(0.2)
        _publish(address, b'{"in": 7, "seq": 1}')
        _wait(lambda: ingest.received == 1)
    (message,) = store.inbox.after(0)
    assert (message.topic, json.loads(message.payload)["in"]) == (TOPIC, 7)
    assert [one for one in told if one["log_level"] == "error"] == []


@pytest.mark.parametrize(
    ("protocol", "wrong"),
    [("5", {"password": "guess"}), ("3.1.1", {"password": "guess"}), ("5", {"user": "", "password": ""})],
)
def test_a_wrong_password_is_one_line_and_nothing_is_taken(
    watched_mall: Plan, store: Store, guarded: Guarded, protocol: str, wrong: dict[str, str]
) -> None:
    """Refused, and again at the next attempt: said once, with the reason; the feed is not heard."""
    before = guarded.refused()
    with (
        capture_logs() as told,
        _listening(watched_mall, store, guarded.address(protocol, **wrong)) as ingest,
    ):
        _wait(lambda: guarded.refused() >= before + 2)
        _publish(guarded.address(protocol), b'{"in": 7, "seq": 1}')
        assert (ingest._broker, ingest.received) == ("lost", 0)
    (line,) = [one for one in told if one["log_level"] == "error"]
    assert line["broker"] == f"mqtts://localhost:{guarded.port}"
    assert line["reason"] == "Not authorized"
    assert list(store.inbox.after(0)) == []


@pytest.mark.parametrize(
    ("protocol", "wrong"), [("5", "other_ca"), ("3.1.1", "other_ca"), ("5", "no_ca"), ("3.1.1", "other_name")]
)
def test_a_broker_that_is_not_trusted_never_gets_the_password(
    watched_mall: Plan, store: Store, guarded: Guarded, protocol: str, wrong: str
) -> None:
    """Another authority, only this computer's, another name: no CONNECT is sent at any attempt."""
    address = guarded.address(
        protocol,
        **{
            "other_ca": {"ca_file": guarded.other_ca},
            "no_ca": {"ca_file": None},
            "other_name": {"port": guarded.stranger_port},
        }[wrong],
    )
    with capture_logs() as told, _listening(watched_mall, store, address) as ingest:
        name = ingest._client._client_id.decode()
        _wait(lambda: any(one["log_level"] == "error" for one in told))
        time.sleep(0.5)  # two more attempts
        assert (ingest._broker, ingest.received) == ("lost", 0)
    (line,) = [one for one in told if one["log_level"] == "error"]
    assert "certificate verify failed" in line["reason"]
    assert ("localhost" in line["reason"]) == (wrong == "other_name")
    assert name not in guarded.log.read_text("utf-8")


def test_without_tls_it_is_told_to_write_mqtts(watched_mall: Plan, store: Store, guarded: Guarded) -> None:
    """A broker that hangs up on a line without TLS is not a silent loop."""
    address = guarded.address("5", tls=False, ca_file=None, user="", password="")
    with capture_logs() as told, _listening(watched_mall, store, address):
        _wait(lambda: any("mqtts://" in str(one.get("reason")) for one in told))
        time.sleep(0.5)
    assert sum(one["log_level"] == "error" for one in told) == 1


def test_a_recorder_with_a_wrong_password_says_so(guarded: Guarded, tmp_path: Path) -> None:
    """It does not end well with nothing recorded."""
    with pytest.raises(RunError, match="refuses: Not authorized"):
        record(tmp_path / "r.jsonl", guarded.address("5", user="stranger"), plan_id="m", seconds=0.1)


def test_the_command_takes_the_password_from_the_environment(
    guarded: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``twin replay --record`` by a user without password in the address: with the variable it is let in."""
    words = ["replay", str(tmp_path / "r.jsonl"), "--record", "--seconds", "0.2", "--json"]
    words += ["--broker", f"mqtts://{USER}@localhost:{guarded.port}", "--ca-file", str(guarded.ca)]
    top = build(list(registered()))
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    assert CliRunner().invoke(top, words).exit_code != 0
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    done = CliRunner().invoke(top, words)
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output


def test_serve_takes_the_password_and_the_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``twin serve`` hands on what the command line and the environment say."""
    given: list[Address] = []

    def services(*_plan: object, address: Address, **_more: object) -> None:
        given.append(address)
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.stack.live_services", services)
    monkeypatch.setattr(screens, "_end_in_order", lambda: None)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    words = ["serve", "demo", "--broker", "mqtts://twin@mall.example", "--ca-file", "ca.pem"]
    words += ["--mqtt", "3.1.1", "--port", "0", "--folder", str(tmp_path)]
    done = CliRunner().invoke(build(list(registered())), words)
    assert done.exit_code == 0, done.output
    assert given == [
        Address(
            host="mall.example",
            port=8883,
            protocol="3.1.1",
            user=USER,
            password=PASSWORD,
            tls=True,
            ca_file=Path("ca.pem"),
        )
    ]


def test_the_password_of_the_address_counts_first_and_a_stranger_gets_none() -> None:
    """The variable is for a named user without a password of his own."""
    variable = {PASSWORD_VARIABLE: "from-variable"}

    def password(url: str) -> str:
        return given_address(url, variable, ca_file=None, protocol="5").password

    assert password("mqtts://twin:own@h") == "own"
    assert password("mqtts://twin@h") == "from-variable"
    assert password("mqtts://h") == ""


@pytest.mark.parametrize(
    ("url", "ca_file", "protocol", "said"),
    [
        ("mqtt://h", "ca.pem", "5", "mqtts://"),
        ("mqtts://h", None, "4", "5 or 3.1.1"),
    ],
)
def test_a_contradiction_is_one_line(url: str, ca_file: str | None, protocol: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        given_address(url, {}, ca_file=Path(ca_file) if ca_file else None, protocol=protocol)


def test_certificates_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not-there\.pem"):
        new_client(Address(tls=True, ca_file=tmp_path / "not-there.pem"), client_id="x")


def test_the_help_names_the_variable() -> None:
    """Of both commands that speak to a broker."""
    import inspect

    for one in (screens.serve, replay_command):
        (option,) = inspect.signature(one, eval_str=True).parameters["broker"].annotation.__metadata__
        assert PASSWORD_VARIABLE in option.help
