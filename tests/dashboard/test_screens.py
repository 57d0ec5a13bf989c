"""The screens in a real browser: every page, both languages and sizes, no error and no other host."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.page import pages
from dashboard.server import bind, server_of
from dashboard.services import Services
from twin.live.snapshot import AlertView


def missing(what: str) -> None:
    """Skip on a desk, fail in CI, as in tests/conftest.py."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (1920, 1080))
WAIT_MS = 20_000


class Site:
    """A server in this process, with the live state that a test sets."""

    def __init__(self, url: str, live: Any) -> None:
        self.url, self.live = url, live


class Visit:
    """One browser page, and what went wrong in it."""

    def __init__(self, page: Any, site: Site) -> None:
        self.page, self.site, self.faults = page, site, []
        page.set_default_timeout(WAIT_MS)
        page.on(
            "console", lambda m: m.type in {"error", "warning"} and self.faults.append(f"console: {m.text}")
        )
        page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))
        page.on("request", self._asked)
        page.on("response", lambda r: r.status >= 400 and self.faults.append(f"{r.status}: {r.url}"))

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site.url, self.site.url.replace("http", "ws"), "data:", "blob:")):
            self.faults.append(f"another host: {request.url}")

    def go(self, path: str, language: str = "en") -> None:
        self.page.goto(f"{self.site.url}{path}?lang={language}")
        self.page.wait_for_selector("#page > *")
        self.page.wait_for_selector('[data-live="inside"] .big')


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("chromium")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    small_plan: Any, hand_live_of: Callable[[Any], Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    from twin.live.reading import Source

    live = hand_live_of(small_plan)
    folder = tmp_path_factory.mktemp("var")
    listener: socket.socket = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(Services(plan=small_plan, live=live, source=Source.SIMULATED, folder=folder))
    server = server_of(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield Site(url, live)
    server.should_exit = True
    thread.join(30)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture
def visit(chromium: Any, site: Site, alert_of: Callable[..., AlertView]) -> Iterator[Callable[..., Visit]]:
    site.live.alerts = {
        "old": alert_of("old", priority=3, space_id="L1-s1", state="acknowledged"),
        "new": alert_of("new", priority=2, space_id="L2-s2"),
    }
    site.live.acknowledged.clear()
    site.live.forecast = None
    opened: list[Any] = []

    def open_one(width: int = 1440, height: int = 900, **more: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, **more)
        opened.append(context)
        return Visit(context.new_page(), site)

    yield open_one
    for context in opened:
        context.close()


OVERFLOW = """() => {
  const boxes = '#shell, .top, .rail-bar, .page, .stage, .stage-side, .alert-list, .alert-scroll';
  return [...document.querySelectorAll(boxes)].filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => `${e.className} ${e.scrollWidth}>${e.clientWidth}`);
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_opens_without_a_fault(
    visit: Callable[..., Visit], size: tuple[int, int], language: str
) -> None:
    """No console error or warning, no failed or foreign request, nothing wider than the screen."""
    here = visit(*size)
    here.go("/", language)
    for page in pages():
        link = here.page.locator(f'.rail-link[href="{page.path}"]')
        link.click()
        here.page.wait_for_selector(f'.rail-link[href="{page.path}"][aria-current="page"]')
        here.page.wait_for_timeout(300)
        assert here.page.evaluate(OVERFLOW) == [], page.id
        assert here.page.locator(".plan .failed").count() == 0
        title = here.page.locator(".empty-title").all_inner_texts()
        assert "This page cannot be shown" not in title
        assert "此页面无法显示" not in title
    assert here.faults == []


def test_an_alert_is_acknowledged_by_keyboard(visit: Callable[..., Visit]) -> None:
    """A, arrow down, K: nothing else; the row says who it was and stays chosen or goes to the next."""
    here = visit()
    here.go("/live")
    here.page.keyboard.press("a")
    here.page.wait_for_selector('tr.alert[data-id="new"]')
    here.page.keyboard.press("ArrowDown")
    assert here.page.locator('tr.alert[aria-selected="true"]').get_attribute("data-id") == "new"
    here.page.keyboard.press("k")
    here.page.wait_for_selector('tr.alert[data-id="new"][data-state="acknowledged"]')
    assert here.site.live.acknowledged == [("new", "control room")]
    assert here.faults == []


def test_the_newest_alert_does_not_move_the_row_under_the_cursor(
    visit: Callable[..., Visit], alert_of: Callable[..., AlertView]
) -> None:
    here = visit()
    here.go("/alerts")
    row = here.page.locator('tr.alert[data-id="new"]')
    row.hover()
    before = row.bounding_box()
    here.site.live.alerts["fire"] = alert_of("fire", priority=1, rule="fire", space_id="L1-s2")
    here.page.wait_for_selector(".waiting:not(:empty)")
    assert row.bounding_box() == before
    assert here.page.locator('tr.alert[data-id="fire"]').count() == 0
    here.page.mouse.move(5, 5)
    here.page.wait_for_selector('tr.alert[data-id="fire"]')
    assert here.page.locator("tr.alert").first.get_attribute("data-id") == "fire"


def test_a_space_that_is_clicked_shows_who_is_in_it(visit: Callable[..., Visit]) -> None:
    """The hit test: the middle of a unit on the canvas opens that unit's drawer."""
    here = visit()
    here.go("/live")
    here.page.wait_for_function("window.mallPlan.get('live-plan')")
    x, y = here.page.evaluate(
        """() => { const p = window.mallPlan.get('live-plan'), s = p.drawing.space.get('L1-n1');
        const r = p.canvas.getBoundingClientRect(), [x, y] = p.view.px(s.label[0], s.label[1]);
        return [r.x + x, r.y + y]; }"""
    )
    here.page.mouse.click(x, y)
    here.page.wait_for_selector(".drawer-head h1")
    assert here.page.locator(".drawer-head h1").inner_text() == "Brand N1"
    here.page.keyboard.press("Escape")
    here.page.wait_for_selector(".drawer-head", state="detached")
    assert here.faults == []


def test_keys_choose_the_storey(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.go("/live")
    here.page.wait_for_function("window.mallPlan.get('live-plan')")
    here.page.keyboard.press("2")
    assert here.page.locator('.thumb[aria-selected="true"] .thumb-name').inner_text() == "L2"
    here.page.keyboard.press("1")
    assert here.page.locator('.thumb[aria-selected="true"] .thumb-name').inner_text() == "L1"


def test_simulated_data_cannot_look_live(visit: Callable[..., Visit]) -> None:
    for language, word in (("en", "SIMULATED"), ("zh", "模拟")):
        here = visit()
        here.go("/live", language)
        assert here.page.locator(".badge.source-simulated").inner_text() == word
        frame = here.page.locator(".frame-simulated").evaluate("(e) => getComputedStyle(e).borderTopStyle")
        assert frame == "dashed"


def test_a_lost_link_is_said_on_top(visit: Callable[..., Visit]) -> None:
    """Six seconds without a snapshot: a banner, and the numbers are struck through."""
    here = visit()
    here.page.add_init_script("""const Real = window.WebSocket; window.WebSocket = class extends Real {
      constructor(url, ...more) {
        super(url, ...more);
        if (url.includes('/live/stream')) (window.links ||= []).push(this);
      } };""")
    here.go("/live")
    here.page.evaluate(
        "() => { for (const one of window.links) { one.onmessage = null; one.onclose = null; } }"
    )
    here.page.wait_for_selector(".stale-banner")
    assert here.page.locator("body.link-down").count() == 1


CROWD = """async () => {
  const plan = window.mallPlan.get('live-plan'), n = 5000, t = 20;
  const header = new TextEncoder().encode(JSON.stringify({ step_s: 1, scale_m: 0.01, frames: t, people: n,
    origin: plan.drawing.origin, level_ids: plan.drawing.levels.map((l) => l.id) }));
  const body = new Uint8Array(8 + header.length + 5 * n * t), view = new DataView(body.buffer);
  body.set([77, 84, 70, 49]); view.setUint32(4, header.length, true); body.set(header, 8);
  const at = 8 + header.length;
  for (let i = 0; i < n * t; i++) {
    view.setUint16(at + 2 * i, Math.random() * plan.drawing.size[0], true);
    view.setUint16(at + 2 * (n * t + i), Math.random() * plan.drawing.size[1], true);
  }
  const median = (work) => { const times = []; for (let k = 0; k < 15; k++) {
    const begun = performance.now(); work(k); times.push(performance.now() - begun); }
    return times.sort((a, b) => a - b)[7]; };
  plan.set({ level: 0 });
  plan.frames = new mall.Frames(body.buffer, plan.drawing);
  const g = plan.canvas.getContext('2d');
  const squares = median(() => { for (let i = 0; i < n; i++) g.fillRect(i % 900, i / 10, 4, 4); });
  return [squares, median((k) => { plan.state.time = k * 0.13; plan.paint(); })];
}"""


def test_five_thousand_people_move_smoothly(visit: Callable[..., Visit]) -> None:
    """Painting 5,000 people costs little more than 5,000 squares do in the same browser at the same time.

    A limit in milliseconds would measure how busy the machine is: the squares are the measure (about 1 ms
    on an idle core; a frame at 60 Hz has 16.7).
    """
    here = visit()
    here.go("/live")
    here.page.wait_for_function("window.mallPlan.get('live-plan')")
    squares, people = here.page.evaluate(CROWD)
    assert people < 8 * max(squares, 0.5)
    assert here.faults == []


def test_the_light_theme_is_light(visit: Callable[..., Visit]) -> None:
    here = visit(1440, 900)
    here.page.goto(f"{here.site.url}/live?lang=en&theme=light")
    here.page.wait_for_selector('[data-live="inside"] .big')
    assert here.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 246)"
    assert here.faults == []
