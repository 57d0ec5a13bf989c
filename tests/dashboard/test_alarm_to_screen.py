"""The promise of the live side: from a fire alarm at the broker to the forecast on the screen, all real."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.server import bind, server_of
from dashboard.stack import alarm_topic, live_services
from sensors.broker import start_broker
from twin.live.reading import Source
from twin.plan.model import DeviceKind, ExitKind

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.broker]
PROMISE_S = 10.0
"""From the publish to the forecast in the browser, on a machine that does nothing else."""


@pytest.fixture
def programs() -> tuple[str, str]:
    """Chromium and mosquitto_pub; without them skip on a desk, fail in CI."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    publish = shutil.which("mosquitto_pub")
    if chromium is None or publish is None:
        if os.environ.get("CI"):
            pytest.fail("chromium or mosquitto_pub is missing, and CI must have them")
        pytest.skip("chromium or mosquitto_pub is missing")
    return chromium, publish


@pytest.fixture
def running(demo_plan: Any, tmp_path: Path) -> Iterator[tuple[str, str, Any]]:
    """The demo mall on its real services: broker, store, live twin, forecast worker, server."""
    listener = bind("127.0.0.1", 0)
    store = f"sqlite:///{tmp_path / 'twin.db'}"
    with (
        start_broker(0) as broker,
        live_services(
            demo_plan, address=broker.address, source=Source.LIVE, store_url=store, folder=tmp_path
        ) as services,
    ):
        server = server_of(create_app(services))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until = time.monotonic() + 60.0
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", str(broker.address.port), services
        server.should_exit = True
        thread.join(30)
    listener.close()


def test_fire_alarm_to_forecast(
    demo_plan: Any, running: tuple[str, str, Any], programs: tuple[str, str]
) -> None:
    """People come in by the counters, a detector alarms, the forecast stands on the screen."""
    url, port, services = running
    chromium, publish = programs
    entrances = {one.id for one in demo_plan.exits if one.kind in {ExitKind.ENTRANCE, ExitKind.METRO}}
    counters = [d for d in demo_plan.devices if d.kind is DeviceKind.COUNTER and d.watches in entrances]

    def send(topic: str, message: str) -> None:
        subprocess.run([publish, "-p", port, "-q", "1", "-t", topic, "-m", message], check=True)

    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        faults: list[str] = []
        page.on("console", lambda m: m.type == "error" and faults.append(m.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{url}/live")
        for counter in counters[:8]:
            send(f"mall/{demo_plan.id}/count/{counter.id}", '{"in": 250, "out": 0}')
        page.wait_for_function("() => mall.snapshot && mall.snapshot.inside.mean > 500", timeout=30_000)
        services.live._desk.runner.wait_until_warm(240.0)
        begun = time.monotonic()
        send(alarm_topic(demo_plan), "1")
        page.wait_for_selector('[data-forecast="done"]', timeout=90_000)
        took = time.monotonic() - begun
        words = page.locator('[data-forecast="done"]').inner_text()
        assert "until 95 % are out" in words
        assert "95 % interval" in words
        assert demo_plan.version in words
        assert page.locator(".slot-alerts .sign.p1").count() == 1
        assert faults == []
        browser.close()
    assert took < PROMISE_S * max(1.0, busy())


def busy() -> float:
    """How many times slower a process is on this machine right now: runnable processes per core."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
