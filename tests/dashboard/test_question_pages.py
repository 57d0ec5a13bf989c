"""Drill and what-if in a real browser: ask, wait, read, play, come back; no error and no other host."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.server import bind, server_of
from dashboard.services import Services

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
ANSWER_MS = 90_000


@dataclass
class Visit:
    """One browser page, and what went wrong in it."""

    page: Any
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda m: m.type == "error" and self.faults.append(m.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("response", lambda r: r.status >= 400 and self.faults.append(f"{r.status} {r.url}"))

    def _asked(self, request: Any) -> None:
        own = (self.url, self.url.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(own):
            self.faults.append(f"another host: {request.url}")

    def put(self, element: str, **props: Any) -> None:
        """Set properties of a component, as its script would."""
        self.page.evaluate("([id, props]) => window.dash_clientside.set_props(id, props)", [element, props])

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).inner_text())


@pytest.fixture(scope="module")
def url(two_storey_plan: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    listener = bind("127.0.0.1", 0)
    folder: Path = tmp_path_factory.mktemp("var")
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
def visit(url: str) -> Iterator[Callable[[str], Visit]]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is missing")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])

        def open_one(address: str) -> Visit:
            here = Visit(browser.new_page(viewport={"width": 1440, "height": 900}), url)
            here.page.goto(url + address)
            here.page.wait_for_selector("#page > *")
            return here

        yield open_one
        browser.close()


def seconds(clock: str) -> int:
    minutes, rest = clock.split(":")
    return 60 * int(minutes) + int(rest)


def test_a_drill_is_asked_read_played_and_found_again(visit: Callable[[str], Visit]) -> None:
    """300 people, two replications; the address then holds the run, in the other language too."""
    here = visit("/drill?lang=en")
    page = here.page
    assert not page.locator("#drill-number").is_visible()
    page.get_by_text("A number", exact=True).click()
    page.locator("#drill-number").fill("300")
    assert not page.locator("#drill-time").is_visible()
    page.locator("#drill-replications").fill("2")
    page.locator("#drill-run").click()
    page.wait_for_selector("#drill-result .big", timeout=ANSWER_MS)
    said = here.text("#drill-result")
    assert "300 people are out" in said
    assert "2 replications" in said
    assert "–" in here.text("#drill-result .figure >> nth=0 >> .band")
    page.wait_for_function("document.querySelector('.playback .left')?.textContent")
    page.locator(".playback .play").click()
    page.wait_for_function("document.querySelector('.playback .time').textContent !== '0:00'")
    page.locator(".playback .play").click()
    page.locator(".playback .scrub").fill("60")
    assert seconds(here.text(".playback .time")) == 60
    left = here.text(".playback .left")
    address = page.evaluate("location.search")
    assert "run=" in address
    assert here.faults == []

    again = visit(f"/drill{address}&lang=zh")
    again.page.wait_for_selector("#drill-result .big")
    assert "300" in again.text("#drill-result")
    assert "重复 2 次" in again.text("#drill-result")
    again.page.wait_for_function("document.querySelector('#drill-number').value === '300'")
    again.page.wait_for_function("document.querySelector('.playback .left')?.textContent")
    again.page.locator(".playback .scrub").fill("60")
    assert again.text(".playback .left").split()[0] == left.split()[0]
    assert again.faults == []


def test_an_exit_that_is_clicked_can_be_blocked(visit: Callable[[str], Visit]) -> None:
    here = visit("/drill?lang=en")
    here.page.wait_for_function("window.mallPlan.get('drill-plan')")
    here.page.evaluate("window.mallPlan.get('drill-plan').select({kind: 'exit', id: 'west'})")
    here.page.get_by_text("Block or open this exit").click()
    here.page.get_by_text("L1 · West entrance").first.wait_for()
    assert here.faults == []


def test_an_unknown_run_is_said(visit: Callable[[str], Visit]) -> None:
    here = visit("/drill?lang=en&run=20200101-000000-abcdef")
    here.page.get_by_text("There is no run 20200101-000000-abcdef here").wait_for()
    assert here.faults == []


def test_a_shop_is_let_anew_and_compared(visit: Callable[[str], Visit]) -> None:
    """Selected, changed, drawn anew, taken back, changed again, compared: money and seconds."""
    here = visit("/whatif?lang=en")
    page = here.page
    page.wait_for_function("window.mallPlan.get('whatif-plan')")
    page.evaluate("window.mallPlan.get('whatif-plan').set({level: 'L2'})")
    page.evaluate("window.mallPlan.get('whatif-plan').select({kind: 'space', id: 'L2-shop-1'})")
    for take_back in (True, False):
        page.wait_for_selector("[data-changes='0'] ~ .mantine-Button-root")
        here.put("whatif-choice", value="toys")
        page.locator("#whatif-add").click()
        page.wait_for_selector(".edits li")
        assert "Tenant 21: let to" in here.text(".edits li")
        page.wait_for_function("window.mallPlan.get('whatif-plan')?.options.url.includes('drawing')")
        page.wait_for_function("window.mallPlan.get('whatif-plan').level.id === 'L2'")
        if take_back:
            page.locator(".edits .ghost").click()
            page.wait_for_selector(".edits li", state="detached")
    page.locator("#whatif-replications").fill("2")
    page.locator("#whatif-run").click()
    page.wait_for_selector("#whatif-result .table", timeout=ANSWER_MS)
    said = here.text("#whatif-result")
    assert "With: L2 · Tenant 21: let to" in said
    assert said.count("…") >= 8
    assert "95 % out" in said
    assert "The last one out" in said
    page.wait_for_function("window.mallPlan.get('whatif-plan').state.fill === 'difference'")
    address = page.evaluate("location.search")
    assert here.faults == []

    again = visit(f"/whatif{address}&lang=zh")
    again.page.wait_for_selector("#whatif-result .table")
    again.page.wait_for_selector(".edits li")
    again.page.wait_for_function("window.mallPlan.get('whatif-plan')?.state.fill === 'difference'")
    assert again.faults == []
