"""The two engines behind one protocol, so that a drill, a lift or a screen runs with either.

``network``: rooms and doors with flows, event-driven; ``crowd``: continuous space, stepped. Both number
zones, links, gates and vertices as the :class:`~twin.movement.network.model.Network` does, hand back
:class:`~twin.movement.network.model.Arrivals`, and take doors, goals and lifts by the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Protocol

from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.network.model import Arrivals, Bools, Floats, Ints, LinkMode, Network

ENGINES = ("network", "crowd")
DEFAULT_MODE = MappingProxyType({"network": "code", "crowd": "calibrated"})
"""Flow-limited doors for statements about a code; experiments for a crowd in detail."""


def mode_of(engine: str, mode: str | None = None) -> str:
    """The mode that holds: ``mode``, or the default one of the engine.

    Raises:
        InputError: if there is no such engine.
    """
    if engine not in DEFAULT_MODE:
        raise InputError(f"engine {engine!r} is not known; there are: {', '.join(ENGINES)}")
    return DEFAULT_MODE[engine] if mode is None else mode


class MovementRun(Protocol):
    """People on their way, as seen by whoever runs the clock. All times s, all counts people.

    The methods and their errors are those of :class:`twin.movement.network.run.NetworkRun`.
    """

    network: Network
    agents: int
    watched: tuple[str, ...]

    def add_agents(
        self,
        *,
        zone: ArrayLike,
        xy: ArrayLike | None = None,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
        depth_m: ArrayLike = 0.30,
        breadth_m: ArrayLike = 0.46,
        group: ArrayLike = -1,
    ) -> Ints:
        """Put agents into zones, where they dwell until :meth:`go`; their ids. Only a crowd has bodies."""

    def add_at_exits(
        self,
        *,
        exit_gate: ArrayLike,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
    ) -> Ints:
        """Agents that come in through exits; their ids."""

    def goal_zone(self, zone: int, xy: ArrayLike | None = None, *, step_free: bool = False) -> int:
        """The number of the goal: a place in a zone."""

    def goal_space(self, space_id: str, *, step_free: bool = False) -> int:
        """The number of the goal: a space."""

    def goal_exit(self, exit_id: str, *, step_free: bool = False) -> int:
        """The number of the goal: out through one exit."""

    def goal_exits(self, exit_ids: Sequence[str], *, step_free: bool = False) -> int:
        """The number of the goal: out through the nearest of some exits."""

    def goal_nearest_exit(self, *, step_free: bool = False) -> int:
        """The number of the goal: out through the nearest open exit."""

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send agents to goals, from ``at_s`` on."""

    def advance(self, until_s: float) -> Arrivals:
        """Move everybody until ``until_s``."""

    def set_open(self, source_id: str, *, is_open: bool) -> None:
        """Open or close an opening, exit or connector from now on."""

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Let it pass ``factor`` times its flow from now on."""

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> None:
        """Run, stop or close a connector from now on."""

    def forbid_entry(self, space_id: str) -> None:
        """Let nobody into a space from now on."""

    def see_queues(self, goal: int, *, share: float = 0.5) -> None:
        """Let the way to ``goal`` weigh the queues of this moment."""

    def set_speed_factor(self, agents: ArrayLike, factors: ArrayLike) -> None:
        """Let ``agents`` walk at ``factors`` (0 ... 1, one or one each) of their own speeds from now on.

        Those on their way are slower at once. 0: incapacitated; the agent stays where it is for ever, leaves
        whatever queue it is in, is in nobody's way at a gate, no longer counts as moving; its state is LOST.
        """

    def travel_time_s(self, goals: ArrayLike, zones: ArrayLike) -> Floats:
        """[goals, zones] free travel time from the middle of each zone to each goal."""

    def board(self, agents: ArrayLike) -> None:
        """Take agents who wait at a lift into the car."""

    def alight(self, agents: ArrayLike, trips: ArrayLike) -> None:
        """Put agents out of the car at the end of their trips."""

    @property
    def now_s(self) -> float:
        """The clock."""

    @property
    def node_count(self) -> Ints:
        """int32[N] people in each zone and then on each link."""

    @property
    def zone_count(self) -> Ints:
        """int32[Z] people in each zone."""

    @property
    def space_count(self) -> NDArray[Any]:
        """int64[S] people in each space; who is on a link counts at its foot."""

    @property
    def node_queued(self) -> Ints:
        """int32[N] people who want to go on and hardly can."""

    @property
    def node_peak(self) -> Ints:
        """int32[N] the most people there ever were."""

    @property
    def waiting(self) -> Ints:
        """int32[V] people who queue before each vertex now."""

    @property
    def passed(self) -> Ints:
        """int32[V] people who passed each vertex so far."""

    @property
    def queue_peak(self) -> Ints:
        """int32[V] the longest queue so far."""

    @property
    def queue_people_s(self) -> Floats:
        """float64[V] people times seconds waited so far."""

    @property
    def last_passed_s(self) -> Floats:
        """float64[V] when each vertex was last passed; -inf if never."""

    @property
    def inside(self) -> int:
        """People in the building."""

    @property
    def moving(self) -> int:
        """Agents on their way, those who are to start later included."""

    @property
    def state(self) -> NDArray[Any]:
        """int8[agents] of the states in :mod:`twin.movement.network.arrays`."""

    @property
    def node(self) -> Ints:
        """int32[agents]; -1 outside."""

    @property
    def xy(self) -> Floats:
        """float64[agents, 2] where each is, or was last known to be."""

    @property
    def vertex(self) -> Ints:
        """int32[agents] the vertex that each walks to or waits at; negative: none."""

    @property
    def weight(self) -> Ints:
        """int32[agents] people in each group."""

    @property
    def outside(self) -> Bools:
        """bool[agents] who has left."""

    @property
    def legs(self) -> tuple[Floats, Ints, Ints]:
        """Recorded passages: (float64[m, 2] came and passed, agent[m], vertex[m])."""

    @property
    def passages(self) -> NDArray[Any]:
        """Passages of the watched ids so far, of dtype ``model.PASSAGE``."""

    @property
    def places(self) -> tuple[Ints, Floats] | None:
        """(int32[agents] level index, -1: nowhere; float64[agents, 2]) where everybody truly is, if known."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What one should know about this run: who had to be helped on, where and how often."""
