"""How commands say figures to people: means with their intervals, differences, what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


def figure(value: Mapping[str, Any] | None, *, digits: int = 0) -> str:
    """A mean with its interval."""
    if value is None or value.get("mean") is None:
        return "–"
    text = f"{value['mean']:,.{digits}f}"
    if value.get("low") is not None:
        text += f" ({value['low']:,.{digits}f} to {value['high']:,.{digits}f})"
    return text


def clock(seconds: float) -> str:
    """Seconds after midnight as a time of day."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def share(value: float | None) -> str:
    """A share in per cent."""
    return "–" if value is None else f"{value:+.1%}" if value < 0 or value > 0 else "0 %"


def provenance(console: Console, document: Mapping[str, Any]) -> None:
    """The line that every answer ends with, and what was guessed."""
    changed = document.get("changed_plan_version")
    version = document["plan_version"] + (f" → {changed}" if changed else "")
    console.print(
        f"{document['replications']} replications, seed {document['seed']}, plan {version}, "
        f"{document['wall_s']} s of computing"
    )
    weak = [one["figure"] for one in document["sources"] if one["grade"] == "D"]
    if weak:
        console.print(f"Rests on assumptions (grade D): {', '.join(weak)}")
    if document.get("guessed_tenants"):
        console.print(f"! {document['guessed_tenants']} tenants are guessed: the plan names none")
    for guess in document.get("guessed_inputs", ()):
        console.print(f"guessed: {guess['field']} of {guess['guessed']} of {guess['of']} {guess['feature']}s")
    console.print(document["advisory"]["en"])


def differences(console: Console, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of paired differences, intervals first."""
    table = Table("", "difference", "before", "after", "", title=title)
    for row in rows:
        digits = 0 if abs(row["base"]["mean"] or 0) >= 100 else 2  # noqa: PLR2004 - three figures are enough
        table.add_row(
            row["label"],
            f"{figure(row['delta'], digits=digits)} {row['unit']}",
            f"{row['base']['mean']:,.{digits}f}",
            f"{row['changed']['mean']:,.{digits}f}",
            row["verdict"]["en"],
        )
    console.print(table)
