"""What the last recorded run of ``twin verify`` says of the engine behind an answer, in plain words.

All figures come from the record (:mod:`scenarios.verification.record`); on which side the times err follows
from the numbers that broke their bounds (:mod:`scenarios.verification.meaning`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.furniture import notice, panel, table
from dashboard.language import N_, _
from dashboard.provenance import ENGINES, MODES
from dashboard.verified_names import NAMES
from dashboard.viewer import viewer
from scenarios.verification.case import CaseResult, Check, Status
from scenarios.verification.meaning import Side, Subject, side_of, subject_of
from scenarios.verification.record import Record, counts_of, engines_of, read_record
from twin.errors import InputError

Answer = Mapping[str, Any]
SUITES = {
    "rimea": "RiMEA",
    "imo": "IMO",
    "nist": "NIST",
    "iso": "ISO 20414",
    "sfpe": "SFPE",
    "experiments": N_("Experiments"),
}
SUBJECTS = {
    Subject.WALKING: N_("Walking alone"),
    Subject.STAIRS: N_("Stairs"),
    Subject.DOORS: N_("Doors and bottlenecks"),
    Subject.DENSE: N_("Walking in a crowd"),
    Subject.OPPOSED: N_("Streams against each other"),
    Subject.SINGLE_FILE: N_("One behind the other"),
    Subject.CORNERS: N_("Corners"),
    Subject.BUILDING: N_("Whole buildings"),
    Subject.ROUTES: N_("Choice of ways and exits"),
    Subject.PEOPLE: N_("Who people are, when they start"),
    Subject.GROUPS: N_("Groups"),
    Subject.LIFTS: N_("Lifts"),
    Subject.SMOKE: N_("Smoke"),
    Subject.HELP: N_("People who need help"),
}
SIDES = {
    Side.SHORT: N_("People are too quick here: where this decides, the times are too short."),
    Side.BOTH: N_("Too quick in places, too slow in others: the times may err to either side."),
    Side.UNKNOWN: N_("It does not tell on which side the times err."),
    Side.LONG: N_("People are too slow here: where this decides, the times are too long."),
}
"""Worst first."""
_ORDER = tuple(SIDES)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?|[a-z]+-\d{3}-\d{3}-\d{3}")
MOST_CHECKS = 3


def verified(answer: Answer) -> list[Component]:
    """One panel for each engine that ``answer`` rests on."""
    try:
        record = read_record()
    except InputError as error:
        return [panel(_("How the engine was tested"), notice(str(error), kind="failed"))]
    if record is None:
        words = _("No run of the public tests is recorded with this version: its results are not known.")
        return [panel(_("How the engine was tested"), notice(words, kind="failed"))]
    engines = engines_of(str(answer["engine"]), mixed=bool(answer.get("crowd_levels")))
    return [_engine(record, answer, engine) for engine in engines]


def _engine(record: Record, answer: Answer, engine: str) -> Component:
    mode = str(answer["mode"])
    results = record.of(engine, mode)
    failed = [one for one in results if one.status is Status.FAIL]
    used = [one for one in failed if _is_used(one, answer)]
    parts: list[Component] = [_summary(record, results, engine, mode)]
    if record.stale(engine):
        words = _("The engine has been changed since these tests were run: they are stale.")
        parts.append(notice(words, kind="failed"))
    if used:
        parts.append(html.Div(_headline(used), className="notice failed"))
        parts.append(
            html.Ul([html.Li(_failure(one)) for one in sorted(used, key=_rank)], className="failures")
        )
    if len(failed) > len(used):
        words = _(
            "{count} more failed tests are of what this drill does not use.", count=len(failed) - len(used)
        )
        parts.append(html.Div(words, className="quiet"))
    made = record.origin
    words = _(
        "Tested {date} on {machine}, {version}.", date=made.date, machine=made.machine, version=made.version
    )
    parts.append(html.Div(words, className="provenance"))
    title = _("How the engine was tested") + " · " + _(ENGINES[engine])
    return panel(title, parts)


def _headline(failed: Sequence[CaseResult]) -> str:
    """How many failed tests make times too short, and how many otherwise."""
    sides = [side_of(one.suite, one.id, one.checks) for one in failed]
    return _(
        "Failed: {failed}. Times come out too short by {short}, too long by {long}, "
        "to either side by {both}; {unknown} tell no side.",
        failed=len(failed),
        short=sides.count(Side.SHORT),
        long=sides.count(Side.LONG),
        both=sides.count(Side.BOTH),
        unknown=sides.count(Side.UNKNOWN),
    )


def _summary(record: Record, results: Sequence[CaseResult], engine: str, mode: str) -> Component:
    """Counts by suite, and what was tested in the other mode."""
    rows: list[Sequence[str | Component]] = []
    for suite in dict.fromkeys(one.suite for one in results):
        counts = counts_of([one for one in results if one.suite == suite])
        rows.append([_(SUITES.get(suite, suite)), *(str(count) if count else "–" for count in counts)])
    parts: list[Component] = []
    if rows:
        heads = [_("Tests"), _("passed"), _("failed"), _("cannot be done")]
        parts.append(table(heads, rows, numeric=(1, 2, 3)))
    other = next(one for one in MODES if one != mode)
    passed, failed, _none = counts_of(record.of(engine, other))
    if passed or failed:
        words = _(
            "In the other mode ({mode}): {passed} passed, {failed} failed.",
            mode=_(MODES[other]),
            passed=passed,
            failed=failed,
        )
        parts.append(html.Div(words, className="quiet"))
    return html.Div(parts)


def _is_used(result: CaseResult, answer: Answer) -> bool:
    """Whether what a test is about plays a part in ``answer``."""
    subject = subject_of(result.suite, result.id)
    if subject is Subject.SMOKE:
        return bool(answer.get("smoke"))
    if subject is Subject.GROUPS:
        return bool(answer.get("groups"))
    if subject is Subject.LIFTS:
        return bool(answer.get("lifts"))
    return True


def _rank(result: CaseResult) -> tuple[int, str, str]:
    """The dangerous side first; then by what it is about."""
    side = side_of(result.suite, result.id, result.checks)
    return _ORDER.index(side), str(subject_of(result.suite, result.id)), result.suite


def _failure(result: CaseResult) -> list[Component]:
    """One failed test: what it is about, what was measured, what it means."""
    subject = subject_of(result.suite, result.id)
    side = side_of(result.suite, result.id, result.checks)
    chinese = viewer().language == "zh"
    title = result.title_zh if chinese else result.title
    broken = [check for check in result.checks if not check.passed]
    said = [check_words(check) for check in broken[:MOST_CHECKS]]
    if len(broken) > MOST_CHECKS:
        said.append(_("and {count} more", count=len(broken) - MOST_CHECKS))
    about: list[Component | str] = [] if subject is None else [html.B(_(SUBJECTS[subject])), " · "]
    words = ("；" if chinese else "; ").join(said) or result.reason
    return [
        html.Div([*about, f"{_(SUITES.get(result.suite, result.suite))} {result.id} {title}"]),
        html.Div(words, className="quiet"),
        html.Div(_(SIDES[side]), className=f"side {side.value}"),
    ]


def check_words(check: Check) -> str:
    """One measured number with what it must keep, in the language of the viewer."""
    values, template = _NUMBER.findall(check.what), _NUMBER.sub("{}", check.what)
    name = _(template).format(*values) if template in NAMES else check.what.rstrip(";")
    unit = f"\u2009{check.unit}" if check.unit else ""
    value = _figure(check.value)
    if check.low == -math.inf:
        return _(
            "{name} {value}{unit}, at most {high}",
            name=name,
            value=value,
            unit=unit,
            high=_figure(check.high),
        )
    if check.high == math.inf:
        return _(
            "{name} {value}{unit}, at least {low}", name=name, value=value, unit=unit, low=_figure(check.low)
        )
    bounds = {"low": _figure(check.low), "high": _figure(check.high)}
    return _("{name} {value}{unit}, must be {low} to {high}", name=name, value=value, unit=unit, **bounds)


def _figure(value: float) -> str:
    """Three figures."""
    return _("no figure") if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
