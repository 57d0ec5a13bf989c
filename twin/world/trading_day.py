"""One trading day: visitors come, choose, walk, stay, buy and leave.

:func:`run_day` is the one entry; :class:`DaySetup` says what day, :class:`DayRun` what was measured.
"""

from __future__ import annotations

from twin.plan.model import Plan
from twin.world.trading_day_result import PASSAGE, VISIT, DayRun
from twin.world.trading_day_setup import CrowdEvent, DaySetup

__all__ = ["PASSAGE", "VISIT", "CrowdEvent", "DayRun", "DaySetup", "run_day"]


def run_day(plan: Plan, setup: DaySetup, *, seed: int, record_passages: bool = False) -> DayRun:
    """Simulate one trading day of ``plan``.

    The same ``seed`` gives the same visitors with the same tastes in every plan, so that two plans or two
    setups can be compared in pairs.

    Args:
        plan: the building; lettable spaces without any tenant in the whole plan get guessed categories.
        setup: the day.
        seed: of this replication (see :func:`twin.world.streams.replication_seed`).
        record_passages: keep every passage of what the plan's counters watch (exits, openings, connectors).

    Raises:
        ScenarioError: if the plan has nowhere to go or no way in, or the setup names what it does not have.
    """
    raise NotImplementedError
