"""Answers of both engines and of a mixed run in a real browser: every part, both languages and sizes."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.questions import answer_question
from dashboard.server import bind, server_of
from dashboard.services import Services

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
PEOPLE = {"kind": "drill", "people": 120, "seed": 1}
RUNS: dict[str, dict[str, Any]] = {
    "20260101-000001-net": PEOPLE | {"replications": 3},
    "20260101-000002-mixed": PEOPLE
    | {"replications": 1, "engine": "crowd", "crowd_levels": ["L1"], "mode": "calibrated"},
}
OVERFLOW = """() => [...document.querySelectorAll('#shell, .page, .stage, .stage-side, .stage-side .table')]
  .filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => `${e.className} ${e.scrollWidth}>${e.clientWidth}`)"""


@pytest.fixture(scope="module")
def url(two_storey_plan: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has kept the answers of :data:`RUNS`."""
    folder: Path = tmp_path_factory.mktemp("var")
    for name, question in RUNS.items():
        kept = folder / "runs" / name
        kept.mkdir(parents=True)
        (kept / "question.json").write_text(json.dumps(question), encoding="utf-8")
        found = answer_question(two_storey_plan, question, kept, lambda _share: None)
        (kept / "answer.json").write_text(json.dumps(found), encoding="utf-8")
    listener = bind("127.0.0.1", 0)
    server = server_of(create_app(Services(plan=two_storey_plan, folder=folder)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()


@pytest.fixture(scope="module")
def opened(url: str) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    """Opens a kept run: its page, and what goes wrong in it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is missing")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])

        def open_one(run: str, language: str, width: int, height: int) -> tuple[Any, list[str]]:
            page, faults = browser.new_page(viewport={"width": width, "height": height}), []
            page.set_default_timeout(20_000)
            page.on("console", lambda m: m.type in {"error", "warning"} and faults.append(m.text))
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("response", lambda r: r.status >= 400 and faults.append(f"{r.status} {r.url}"))
            page.goto(f"{url}/drill?run={run}&lang={language}")
            page.wait_for_selector("#drill-result .big")
            return page, faults

        yield open_one
        browser.close()


def part(page: Any, number: int) -> str:
    """The text of one part of the answer, once it is there."""
    before = page.locator("#drill-section-body").inner_text()
    page.locator("#drill-section label").nth(number).click()
    page.wait_for_function(
        "before => document.querySelector('#drill-section-body').innerText !== before", arg=before
    )
    return str(page.locator("#drill-section-body").inner_text())


@pytest.mark.parametrize(("language", "size"), [("en", (1440, 900)), ("zh", (1920, 1080))])
def test_every_part_of_a_mixed_run_can_be_read_and_leads_to_the_other_engine(
    opened: Callable[..., tuple[Any, list[str]]], language: str, size: tuple[int, int]
) -> None:
    """Nothing wider than its place, no English left in Chinese, 120 people in playback at the alarm."""
    mixed = "20260101-000002-mixed"
    page, faults = opened(mixed, language, *size)
    said = page.locator("#drill-result").inner_text()
    assert {"en": "crowd engine on L1, network engine elsewhere", "zh": "人群引擎"}[language] in said
    assert {"en": "can be quicker", "zh": "不可能更快"}[language] in said
    page.wait_for_function("document.querySelector('.playback .left')?.textContent.startsWith('120')")
    for number in (1, 2, 3):
        words = part(page, number)
        assert page.evaluate(OVERFLOW) == [], number
        if language == "zh":
            assert " people " not in words
    assert {"en": "Engines side by side", "zh": "引擎对比"}[language] in words
    link = page.locator("#drill-section-body .table a.link")
    assert link.count() == 1
    assert link.inner_text() == {"en": "network engine", "zh": "网络引擎"}[language]
    link.click()
    page.wait_for_function("location.search.includes('20260101-000001-net')")
    page.wait_for_function(
        "words => document.querySelector('#drill-result').innerText.includes(words)",
        arg={"en": "3 replications", "zh": "重复 3 次"}[language],
    )
    assert faults == []
