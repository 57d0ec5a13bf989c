"""The watchdog's lines in the words and the language of the screen: who did not get out, where and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboard.answer_words import space_words, way_words
from dashboard.language import N_, _
from twin.plan.model import Plan
from twin.world.watchdog_lines import Counted, collected

MOST_LINES = 5
MOST_GATES = 2
"""More gates at which people were held up are told in one line."""
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
_GROUND = (
    (
        re.compile(r"(\S+): something stands in it, nobody can pass"),
        N_("something stands in {count} gates, nobody can pass: {names}"),
    ),
    (
        re.compile(r"(\S+) on \S+: no room for its landing in .+"),
        N_("no room for {count} landings of stairs: {names}"),
    ),
    (
        re.compile(r"(\S+) on \S+: .+ m wide there, not .+"),
        N_("{count} ends of stairs are narrower than they should be, since their landings are: {names}"),
    ),
)
"""What the crowd engine says of the ground, by kind."""
_MOVED = re.compile(r"somebody (.+) in (.+?) on \S+")
_HELPED = {
    "was moved on past others": N_(
        "{count} times somebody who was stuck in {where} was moved on past others"
    ),
    "stood outside the walkable area and was put back": N_(
        "{count} times somebody stood outside the walkable area in {where} and was put back"
    ),
    "came into a room beside its door": N_("{count} times somebody came out of {where} beside its door"),
}


def watchdog_words(plan: Plan, lines: Sequence[str]) -> list[str]:
    """The watchdog's lines, each reason once with the range of its counts over replications, worst first."""
    other, reasons = collected(lines)
    held = [one for one in reasons if _HELD_UP.fullmatch(one.what)]
    together = held if len(held) > MOST_GATES else []
    apart = [one for one in reasons if one not in together]
    shown = [*_ground_words(plan, other), *(_reason_words(plan, one.what, one.count) for one in apart)]
    if together:
        shown.append(_held_words(plan, together))
    if len(shown) <= MOST_LINES:
        return shown
    left = len(shown) - MOST_LINES + 1
    return [*shown[: MOST_LINES - 1], _("{count} more lines in the answer's file", count=left)]


def _ground_words(plan: Plan, lines: Sequence[str]) -> list[str]:
    """What could not be laid out as the plan says, by kind; lines of other kinds as they are."""
    names: dict[str, list[str]] = {}
    rest = []
    for line in lines:
        found = next(((words, hit[1]) for rule, words in _GROUND if (hit := rule.fullmatch(line))), None)
        if found is None:
            rest.append(line)
        else:
            names.setdefault(found[0], []).append(found[1])
    return [
        *rest,
        *(
            _(words, count=len(own), names=", ".join(way_words(plan, one) for one in own[:MOST_GATES]))
            for words, own in names.items()
        ),
    ]


def _held_words(plan: Plan, held: Sequence[Counted]) -> str:
    """Many gates with a few people each, as one line with the worst of them."""
    names = [found[1] for one in held if (found := _HELD_UP.fullmatch(one.what)) and found[1]]
    return _(
        "{count} people at {gates} gates were held up for a minute and squeezed past, most at {names}",
        count=Counted(max(one.low for one in held), sum(one.high for one in held), "people", "").count,
        gates=len(held),
        names=", ".join(way_words(plan, name) for name in names[:MOST_GATES]),
    )


def _reason_words(plan: Plan, what: str, count: str) -> str:
    """Why ``count`` people are stuck, with the names of the plan."""
    if what == _SQUEEZED:
        return _("{count} people squeezed into a full space: streams block each other", count=count)
    moved = _MOVED.fullmatch(what)
    if moved is not None and moved[1] in _HELPED:
        where = (
            space_words(plan.space[moved[2]], plan) if moved[2] in plan.space else way_words(plan, moved[2])
        )
        return _(_HELPED[moved[1]], count=count, where=where)
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
