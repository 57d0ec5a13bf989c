"""Writes the tables of figures in README and manual from what was recorded: nobody types them.

``python docs/figures.py`` after ``twin verify --record`` and ``twin bench --report docs/benchmarks.md``
(``make record`` does all three). A block stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.verification.case import ENGINES, Status
from scenarios.verification.meaning import Side, side_of
from scenarios.verification.record import Record, counts_of, read_record

HERE = Path(__file__).resolve().parent
PAGES = {
    "README.md": "en",
    "README.zh-CN.md": "zh",
    "docs/models/network.md": "en",
    "docs/models/crowd.md": "en",
}
BENCHMARKS = HERE / "benchmarks.json"
_MOST_CHECKS = 3
_SIDES = {
    Side.SHORT: "Times come out too short where this decides.",
    Side.LONG: "Times come out too long where this decides.",
    Side.BOTH: "Times may err to either side.",
    Side.UNKNOWN: "It tells no side.",
}
_BLOCK = re.compile(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", re.DOTALL)
_SAY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "no record": "No run is recorded.",
        "suite": "passed / failed / cannot be done",
        "network": "network engine",
        "crowd": "crowd engine",
        "all": "all",
        "made": "`twin verify` of {date} on {machine}. Each test, failed ones first: "
        "[docs/verification.md](docs/verification.md).",
        "race": "race, seconds",
        "ours": "ours",
        "peer": "peer",
        "ratio": "times quicker",
        "network race": "{people:,} people leave a mall of {nodes} nodes, {peer} {version}",
        "crowd race": "{people:,} people walk {seconds:g} s in a hall, {peer} {version}",
        "crowd step": "the same, both at dt {dt:g} s",
        "idle": "Run {at} on {cores} cores, {idle}. All of them: [docs/benchmarks.md](docs/benchmarks.md).",
        "yes": "idle before",
        "no": "**others worked on it**",
    },
    "zh": {
        "no record": "尚无记录。",
        "suite": "通过 / 未通过 / 不适用",
        "network": "网络引擎",
        "crowd": "人群引擎",
        "all": "合计",
        "made": "{date} 的 `twin verify`，{machine}。每项测试（未通过者在前）见 "
        "[docs/verification.md](docs/verification.md)。",
        "race": "对比，秒",
        "ours": "本项目",
        "peer": "同类",
        "ratio": "快多少倍",
        "network race": "{people:,} 人离开 {nodes} 个节点的商场，{peer} {version}",
        "crowd race": "{people:,} 人在大厅中步行 {seconds:g} 秒，{peer} {version}",
        "crowd step": "同上，双方步长均为 {dt:g} 秒",
        "idle": "{at} 于 {cores} 核运行，{idle}。全部基准见 [docs/benchmarks.md](docs/benchmarks.md)。",
        "yes": "运行前空闲",
        "no": "**当时另有负载**",
    },
}


def blocks(language: str) -> dict[str, str]:
    """The blocks by name."""
    found = json.loads(BENCHMARKS.read_text(encoding="utf-8")) if BENCHMARKS.exists() else None
    record = read_record()
    return {
        "verification": "\n".join(verification(record, language)),
        "benchmarks": "\n".join(benchmarks(found, language)),
        **{f"failed_{engine}": "\n".join(failed(record, engine)) for engine in ENGINES},
    }


def verification(record: Record | None, language: str) -> Iterator[str]:
    """Suites by engine."""
    say = _SAY[language]
    if record is None:
        yield say["no record"]
        return
    yield f"| {say['suite']} | {' | '.join(say[engine] for engine in ENGINES)} |"
    yield "| --- " * (len(ENGINES) + 1) + "|"
    for suite in (*dict.fromkeys(one.suite for one in record.results), ""):
        cells = []
        for engine in ENGINES:
            own = [one for one in record.results if one.engine == engine and suite in {"", one.suite}]
            cells.append(" / ".join(str(count) for count in counts_of(own)))
        yield f"| {f'`{suite}`' if suite else say['all']} | {' | '.join(cells)} |"
    yield ""
    yield say["made"].format(date=record.origin.date, machine=record.origin.machine)


def failed(record: Record | None, engine: str) -> Iterator[str]:
    """What one engine failed, and on which side the times of a drill err by it."""
    if record is None:
        yield _SAY["en"]["no record"]
        return
    own = [one for one in record.results if one.engine == engine]
    passed, count, _none = counts_of(own)
    yield f"In the run of {record.origin.date}: {passed} tests passed, {count} failed."
    wrong = [one for one in own if one.status is Status.FAIL]
    if wrong:
        yield ""
    for one in wrong:
        side = _SIDES[side_of(one.suite, one.id, one.checks)]
        broken = [check.words() for check in one.checks if not check.passed] or [one.reason]
        more = f" and {len(broken) - _MOST_CHECKS} more" if len(broken) > _MOST_CHECKS else ""
        words = "; ".join(broken[:_MOST_CHECKS]) + more
        yield f"- {one.suite} {one.id}, {one.title} ({one.mode}): {words}. {side}"


def benchmarks(found: Mapping[str, Any] | None, language: str) -> Iterator[str]:
    """The races."""
    say = _SAY[language]
    races = (
        {} if found is None else {k: found[k] for k in ("network", "crowd") if "ours_s" in found.get(k, {})}
    )
    if found is None or found.get("small") or not races:
        yield say["no record"]
        return
    yield f"| {say['race']} | {say['ours']} | {say['peer']} | {say['ratio']} |"
    yield "| --- | --- | --- | --- |"
    for name, one in races.items():
        words = say[f"{name} race"].format(
            people=one["people"],
            nodes=one.get("nodes"),
            seconds=one.get("simulated_s", 0),
            peer=one["peer"],
            version=one["peer_version"] or "–",
        )
        yield _row(words, one["ours_s"], one["peer_s"], one["ratio"])
        if "ours_at_peer_dt_s" in one:
            words = say["crowd step"].format(dt=one["peer_dt_s"])
            yield _row(words, one["ours_at_peer_dt_s"], one["peer_s"], one["ratio_at_peer_dt"])
    idle = all(one["machine_load"]["idle"] for one in races.values())
    machine = found["machine"]
    yield ""
    words = say["idle"].format(at=machine["at"], cores=machine["cores"], idle=say["yes" if idle else "no"])
    yield words


def _row(words: str, ours: float, peer: float | None, ratio: float | None) -> str:
    shown = "–" if ratio is None else f"**{ratio:,.0f}**"
    return f"| {words} | {ours:.2f} | {'–' if peer is None else f'{peer:.1f}'} | {shown} |"


def with_blocks(text: str, language: str) -> str:
    """``text`` with its blocks made anew."""
    made = blocks(language)
    return _BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n{made[found[1]]}\n<!-- /{found[1]} -->", text)


def main() -> int:
    """Write all of them."""
    for name, language in PAGES.items():
        path = HERE.parent / name
        path.write_text(with_blocks(path.read_text(encoding="utf-8"), language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
