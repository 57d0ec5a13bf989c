"""``twin serve`` and ``twin demo``: the screens on a live mall, and on a simulated one."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dashboard.server import bind, serve_app
from sensors.link import PASSWORD_VARIABLE, given_address
from twin.console import log_to_stderr, print_document
from twin.errors import InputError
from twin.live.reading import Source

LOCAL = "127.0.0.1"
Say = Callable[[str], None]


def _say(words: str) -> None:
    """A line of progress, for people."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[dim]mall-twin[/dim]  {words}")


def _end(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _end_in_order() -> None:
    """Let SIGTERM and a closed terminal end the process as Ctrl-C does: its children first, and in order."""
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _end)


def _folder(given: Path) -> Path:
    """The folder for caches, made if it is not there."""
    try:
        given.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"folder {str(given)!r} cannot be made: {error.strerror}") from error
    return given


def _ready(url: str, document: Mapping[str, object], *, as_json: bool, browser: bool) -> Callable[[], None]:
    """What happens when the server listens."""

    def ready() -> None:
        _say(f"[bold green]{url}[/bold green]   (Ctrl-C ends all of it)")
        if as_json:
            print_document(document)
            sys.stdout.flush()
        if browser and (
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"
        ):
            webbrowser.open(url)

    return ready


def serve(
    plan: Annotated[str, typer.Argument(help="Folder or file of a plan, or 'demo'.")],
    broker: Annotated[
        str,
        typer.Option(
            help=f"MQTT broker, host:port or mqtts://user[:password]@host:port; "
            f"password also from {PASSWORD_VARIABLE}."
        ),
    ],
    *,
    store: Annotated[str, typer.Option(help="Store, as an SQLAlchemy URL.")] = "sqlite:///var/twin.db",
    port: Annotated[int, typer.Option(help="Port of the screens.")] = 8050,
    host: Annotated[str, typer.Option(help="Address that the screens listen on.")] = LOCAL,
    ca_file: Annotated[Path | None, typer.Option(help="Certificates to trust (mqtts).")] = None,
    mqtt: Annotated[str, typer.Option(help="MQTT version: 5 or 3.1.1.")] = "5",
    source: Annotated[Source, typer.Option(case_sensitive=False, help="What the feed is.")] = Source.LIVE,
    folder: Annotated[Path, typer.Option(help="Where runs and caches are kept.")] = Path("var"),
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document when the screens are up.")
    ] = False,
) -> None:
    """Show a mall on its screens, fed from an MQTT broker, until Ctrl-C."""
    from dashboard.app import create_app
    from dashboard.stack import live_services
    from twin.plan.importing import open_plan

    log_to_stderr()
    _end_in_order()
    address = given_address(broker, os.environ, ca_file=ca_file, protocol=mqtt)
    listener = bind(host, port)
    opened = open_plan(plan)
    _say(f"plan {opened.id} {opened.version}: {len(opened.levels)} levels, {len(opened.spaces)} spaces")
    url = f"http://{host}:{port}/"
    document = {"url": url, "broker": str(address), "plan_version": opened.version, "source": source.value}
    try:
        with live_services(
            opened, address=address, source=source, store_url=store, folder=_folder(folder)
        ) as services:
            _say(f"listening to {address}")
            serve_app(
                create_app(services), listener, ready=_ready(url, document, as_json=json, browser=False)
            )
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
    _say("ended")


def demo(
    *,
    port: Annotated[int, typer.Option(help="Port of the screens.")] = 8050,
    broker_port: Annotated[int, typer.Option(help="Port of the demo's broker; 0 takes a free one.")] = 1883,
    speed: Annotated[
        float, typer.Option(min=0.1, max=600, help="Seconds of the mall for one of yours.")
    ] = 10.0,
    start: Annotated[
        float, typer.Option(min=10, max=22, help="Hour of the Saturday at which it starts.")
    ] = 14.0,
    seed: Annotated[int, typer.Option(help="Of the simulated days.")] = 7,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    folder: Annotated[Path, typer.Option(help="Where the simulated days and runs are kept.")] = Path("var"),
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document when the screens are up.")
    ] = False,
) -> None:
    """Show the demo mall on a simulated Saturday: broker, feeds, live twin and screens, until Ctrl-C."""
    from dashboard.demo import running_demo

    log_to_stderr()
    _end_in_order()
    listener = bind(LOCAL, port)
    url = f"http://{LOCAL}:{port}/"
    try:
        with ExitStack() as ending:
            app, document = ending.enter_context(
                running_demo(
                    broker_port=broker_port,
                    speed=speed,
                    start_h=start,
                    seed=seed,
                    folder=_folder(folder),
                    say=_say,
                )
            )
            document = {"url": url} | document
            serve_app(app, listener, ready=_ready(url, document, as_json=json, browser=browser))
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
    _say("ended")
