"""The watchdog's lines in the words and the language of the screen: who did not get out, where and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboard.answer_words import space_words, way_words
from dashboard.language import N_, _
from twin.plan.model import Plan
from twin.world.watchdog_lines import collected

MOST_LINES = 5
_STUCK = re.compile(r"in (.+?)(?: on (\S+))?: (?:waits at (.+) at the horizon|(.+))")
_REASONS = (
    N_("no way out"),
    N_("on the way at the horizon"),
    N_("has not started at the horizon"),
    N_("the space is too small for the grid, they start beside it"),
    N_("cannot use stairs, waits for help"),
    N_("incapacitated by smoke"),
    N_("a lift"),
    N_("the next part of the space"),
)
"""What the watchdog says, for the catalogue."""
_SQUEEZED = "squeezed into a full space after a minute: streams block each other"


_HELD_UP = re.compile(
    r"stood for a minute (?:before (.+) though it was open|on their way to a place), and squeezed past others"
)
_HELPED = {
    "somebody who squeezed in vain was moved on by half a metre": N_(
        "{count} times somebody who was stuck was moved on by half a metre"
    ),
    "somebody stood outside the walkable area and was put back": N_(
        "{count} times somebody stood outside the walkable area and was put back"
    ),
    "somebody came into a room beside its door": N_(
        "{count} times somebody came into a room beside its door"
    ),
}


def watchdog_words(plan: Plan, lines: Sequence[str]) -> list[str]:
    """The watchdog's lines, each reason once with the range of its counts over replications, worst first."""
    other, reasons = collected(lines)
    shown = [*other, *(_reason_words(plan, one.what, one.count) for one in reasons)]
    if len(shown) <= MOST_LINES:
        return shown
    left = len(shown) - MOST_LINES + 1
    return [*shown[: MOST_LINES - 1], _("{count} more lines in the answer's file", count=left)]


def _reason_words(plan: Plan, what: str, count: str) -> str:
    """Why ``count`` people are stuck, with the names of the plan."""
    if what == _SQUEEZED:
        return _("{count} people squeezed into a full space: streams block each other", count=count)
    if what in _HELPED:
        return _(_HELPED[what], count=count)
    held = _HELD_UP.fullmatch(what)
    if held is not None:
        gate = way_words(plan, held[1]) if held[1] else _("their place")
        return _(
            "{count} people were held up for a minute before {gate} and squeezed past", count=count, gate=gate
        )
    stuck = _STUCK.fullmatch(what)
    if stuck is None:
        return _("{count} people {what}", count=count, what=what)
    place, _level, gate, why = stuck.groups()
    where = space_words(plan.space[place], plan) if place in plan.space else _(place)
    reason = _(why)
    if gate:
        reason = _(
            "wait at {gate} when the run ends", gate=_(gate) if gate in _REASONS else way_words(plan, gate)
        )
    return _("{count} people in {where}: {reason}", count=count, where=where, reason=reason)
