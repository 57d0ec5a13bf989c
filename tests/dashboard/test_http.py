"""The HTTP surface: what it answers, how it refuses, and that no page needs another host."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from dashboard.app import create_app
from dashboard.page import page_at, pages
from dashboard.server import bind
from dashboard.services import Services
from twin.errors import InputError
from twin.live.snapshot import AlertView


class Client:
    """Asks an application within this process; its workers are not started."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mall")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.get(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **more))


@pytest.fixture
def client_of() -> Iterator[Callable[[Services], Client]]:
    with asyncio.Runner() as runner:
        yield lambda services: Client(create_app(services), runner)


@pytest.fixture
def client(client_of: Any, services: Services, hand_live: Any, alert_of: Callable[..., AlertView]) -> Client:
    hand_live.alerts = {"a1": alert_of("a1")}
    return client_of(services)


def test_the_plan_is_kept_by_browsers_for_ever(client: Client, services: Services) -> None:
    """Its address holds its version: another plan is another address."""
    answer = client.get(f"/api/plan/{services.plan.version}/drawing")
    assert answer.json()["version"] == services.plan.version
    assert "immutable" in answer.headers["cache-control"]
    again = client.get(
        f"/api/plan/{services.plan.version}/drawing", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    assert client.get("/api/plan/000000000000/drawing").status_code == 404


def test_an_alert_is_acknowledged_once_by_name(client: Client, hand_live: Any) -> None:
    answer = client.post("/api/alerts/a1/acknowledge", json={"by": "Wang"})
    assert answer.json() == {"id": "a1", "acknowledged_by": "Wang"}
    assert hand_live.acknowledged == [("a1", "Wang")]
    assert client.get("/api/live").json()["alerts"][0]["state"] == "acknowledged"


def test_a_latched_alarm_is_reset_once_it_was_acknowledged(
    client: Client, hand_live: Any, alert_of: Any
) -> None:
    """A fire that went off stays until a person acknowledged and reset it; not before."""
    hand_live.alerts["f1"] = alert_of("f1", state="latched")
    assert client.post("/api/alerts/f1/reset", json={"by": "Wang"}).status_code == 409
    hand_live.alerts["f1"] = replace(hand_live.alerts["f1"], acknowledged_by="Wang")
    assert client.post("/api/alerts/f1/reset", json={"by": "Li"}).json() == {"id": "f1", "reset_by": "Li"}
    assert hand_live.alerts["f1"].state == "cleared"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/api/alerts/nope/acknowledge", {"by": "Wang"}, 404), ("/api/alerts/a1/acknowledge", {"by": ""}, 422)],
)
def test_what_is_wrong_is_refused(client: Client, path: str, body: dict[str, str], status: int) -> None:
    assert client.post(path, json=body).status_code == status


@pytest.mark.parametrize("deed", ["acknowledge", "reset"])
def test_another_site_cannot_silence_an_alarm(client: Client, hand_live: Any, deed: str) -> None:
    """A page of another host, open in the control room's browser, may send what it likes."""
    answer = client.post(f"/api/alerts/a1/{deed}", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert hand_live.acknowledged == []


def test_before_the_first_snapshot_there_is_no_live_state(client: Client) -> None:
    assert client.get("/api/live").status_code == 503
    assert client.get("/api/health").json()["status"] == "degraded"


def test_an_unknown_address_of_the_api_is_no_page(client: Client) -> None:
    assert client.get("/api/nothing").status_code == 404


def test_the_api_describes_itself(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {
        "/api/live",
        "/api/health",
        "/api/plan/{version}/drawing",
        "/api/alerts/{alert_id}/acknowledge",
    } <= paths.keys()


def test_the_layout_speaks_the_language_that_is_asked_for(client: Client) -> None:
    english = client.get("/_dash-layout", headers={"referer": "http://mall/live?lang=en"}).text
    chinese = client.get("/_dash-layout", headers={"referer": "http://mall/live?lang=zh"}).json()
    assert "People inside" in english
    assert "场内人数" in str(chinese)


def test_the_first_document_names_no_other_host(client: Client) -> None:
    html = client.get("/", params={"lang": "zh"}).text
    assert 'lang="zh-CN"' in html
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


def test_words_in_the_first_document_cannot_end_their_script(client: Client) -> None:
    """The facts stand in a script element: no "<" of a plan's name may close it."""
    html = client.get("/").text
    facts = html.split('id="mall-facts">')[1].split("</script>")[0]
    assert "<" not in facts


def test_without_feeds_the_screens_still_plan(client_of: Any, small_plan: Any) -> None:
    client = client_of(Services(plan=small_plan))
    assert client.get("/api/live").status_code == 503
    assert client.post("/api/alerts/a/acknowledge", json={"by": "x"}).status_code == 503
    assert client.get("/api/health").json() == {
        "status": "ok", "plan_version": small_plan.version, "source": "LIVE", "screens": 0, "live": "none",
    }  # fmt: skip


def test_a_page_is_a_module() -> None:
    """Each module of dashboard/pages that has a PAGE is in the rail, at its own address, in order."""
    found = pages()
    assert {"live", "alerts", "drill", "whatif", "cockpit", "devices", "plan"} <= {page.id for page in found}
    assert len({page.path for page in found}) == len(found)
    assert [page.order for page in found] == sorted(page.order for page in found)
    assert all(page_at(page.path) is page for page in found)
    assert page_at("/") is found[0]
    assert page_at("/nowhere") is None


def test_a_port_in_use_is_one_clear_line() -> None:
    with bind("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(InputError, match=rf"^port {port} on 127\.0\.0\.1: .*--port$"):
            bind("127.0.0.1", port)
