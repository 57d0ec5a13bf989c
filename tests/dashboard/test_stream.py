"""The live stream: one snapshot a second for everybody, and a lost screen stops nobody."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from dashboard.services import Services
from dashboard.stream import LiveHub


class Screen:
    """A listener that keeps what it gets, or fails."""

    def __init__(self, *, broken: bool = False) -> None:
        self.got: list[str] = []
        self.broken = broken

    async def send_text(self, data: str) -> None:
        if self.broken:
            raise RuntimeError("gone")
        self.got.append(data)

    async def close(self) -> None:
        self.broken = True


@pytest.mark.asyncio
async def test_all_screens_get_the_same_text(services: Services, hand_live: Any) -> None:
    """One serialisation for all: the very same string object."""
    hub, first, second = LiveHub(services, hand_live), Screen(), Screen()
    await hub.join(first)
    await hub.join(second)
    await hub.refresh()
    assert first.got[0] is second.got[0]
    assert json.loads(first.got[0])["plan_version"] == services.plan.version


@pytest.mark.asyncio
async def test_a_new_screen_does_not_wait_for_the_next_second(services: Services, hand_live: Any) -> None:
    hub, late = LiveHub(services, hand_live), Screen()
    await hub.refresh()
    await hub.join(late)
    assert len(late.got) == 1


@pytest.mark.asyncio
async def test_a_lost_screen_is_let_go(services: Services, hand_live: Any) -> None:
    hub, good, bad = LiveHub(services, hand_live), Screen(), Screen(broken=True)
    await hub.join(good)
    await hub.join(bad)
    await hub.refresh()
    await hub.refresh()
    assert len(good.got) == 2
    assert hub.listeners == 1


@pytest.mark.asyncio
async def test_a_twin_that_fails_is_said_and_comes_back(services: Services, hand_live: Any) -> None:
    hub = LiveHub(services, hand_live)
    plan, hand_live.plan = hand_live.plan, None
    hub.start()
    await asyncio.sleep(0.1)
    assert hub.failure
    hand_live.plan = plan
    await asyncio.sleep(1.3)
    assert not hub.failure
    assert hub.last_text
    await hub.stop()
