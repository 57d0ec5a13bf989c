"""``twin replay``: tell a recorded feed again, or record one."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from sensors.link import PASSWORD_VARIABLE, Address, given_address
from sensors.payload import moment
from sensors.recording import open_recording, record
from sensors.recording import replay as tell_again
from twin.console import log_to_stderr, print_document, printer, progress


def replay(
    source: Annotated[
        str, typer.Argument(help="Recording (JSON lines), or a store's URL; with --record the file to write.")
    ],
    broker: Annotated[
        str,
        typer.Option(
            help=f"mqtt[s]://[user[:password]@]host[:port]; password also from {PASSWORD_VARIABLE}."
        ),
    ] = "mqtt://127.0.0.1:1883",
    speed: Annotated[float, typer.Option(help="Seconds of the recording for one of ours.")] = 1.0,
    record_feed: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--record", help="Record the feed into SOURCE instead.")
    ] = False,
    plan_id: Annotated[str, typer.Option(help="Plan id of the feed (mall/<plan id>/...).")] = "",
    since: Annotated[str, typer.Option(help="Leave out what came before (RFC 3339; of a store).")] = "",
    seconds: Annotated[float | None, typer.Option(help="How long to record.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="Certificates to trust (mqtts).")] = None,
    mqtt: Annotated[str, typer.Option(help="MQTT version: 5 or 3.1.1.")] = "5",
    json: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--json", help="Print one JSON document.")
    ] = False,
) -> None:
    """Tell a recorded feed again at any speed, marked as REPLAY; or record one with --record."""
    log_to_stderr()
    address = given_address(broker, os.environ, ca_file=ca_file, protocol=mqtt)
    try:
        if record_feed:
            count = record(Path(source), address, plan_id=plan_id or "demo-mall", seconds=seconds)
        else:
            count = _tell(source, address, speed=speed, plan_id=plan_id, since=since)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    document = {
        "source": source,
        "broker": str(address),
        "messages": count,
        "recorded": record_feed,
        "speed": speed,
    }
    if json:
        print_document(document)
    else:
        printer().print(f"{count} messages {'recorded' if record_feed else 'told again'}: {source}")


def _tell(source: str, address: Address, *, speed: float, plan_id: str, since: str) -> int:
    """Replay with a bar that shows the messages told."""
    begin: datetime | None = moment(since, "--since", ZoneInfo("UTC")) if since else None
    recording = open_recording(source, plan_id=plan_id, since=begin)
    total = _messages(source)
    with progress("replay", total) as advance:
        return tell_again(recording, address, speed=speed, progress=advance)


def _messages(source: str) -> int:
    """Messages of a file; 0 where they are not known beforehand."""
    if "://" in source:
        return 0
    with Path(source).open("rb") as file:
        return max(sum(1 for _ in file) - 1, 0)
