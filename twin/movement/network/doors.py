"""What is open, and how much it passes: the part of a run that people outside the kernel change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.movement.network.model import Bools, Floats, Ints, LinkMode, Network, NodeKind


class Doors:
    """Open gates, flow limits and modes of connectors of one run. The arrays are shared with the kernel."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._by_source: dict[str, list[int]] = {}
        for gate, source in enumerate(network.gate_source):
            if source:
                self._by_source.setdefault(source, []).append(gate)
        self._gate_open = network.gate_open.copy()
        self._factor = np.ones(network.gates)
        self._mode = network.link_mode.copy()
        self._entered = np.ones(network.vertices, bool)
        self.vertex_open: Bools = np.zeros(network.vertices, bool)
        self.capacity: Floats = network.gate_capacity.copy()
        self.running: Bools = np.zeros(network.nodes, bool)
        self._refresh()

    def gates_of(self, source_id: str) -> Ints:
        """The gates of an opening, exit or connector.

        Raises:
            InputError: if the network has none of that id.
        """
        if source_id not in self._by_source:
            raise InputError(f"{source_id!r}: no opening, exit or connector of this plan has that id")
        return np.array(self._by_source[source_id], np.int32)

    def set_open(self, source_id: str, *, is_open: bool) -> Ints:
        """Open or close; returns the gates that changed."""
        gates = self.gates_of(source_id)
        self._gate_open[gates] = is_open
        self._refresh()
        return gates

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Scale the flow limit.

        Raises:
            InputError: if the factor is not positive.
        """
        if not factor > 0:
            raise InputError(f"capacity factor {factor} of {source_id!r}: must be above 0 (close it instead)")
        self._factor[self.gates_of(source_id)] = factor
        self._refresh()

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> Ints:
        """Run, stop or close a connector; returns its gates."""
        links = [k for k, name in enumerate(self._network.link_connector) if name == connector_id]
        if not links:
            raise InputError(f"{connector_id!r}: no connector of this plan has that id")
        self._mode[links] = mode
        self._refresh()
        return self.gates_of(connector_id)

    def forbid_entry(self, zones: Ints) -> Ints:
        """Close all ways into ``zones`` from outside of them; returns the gates that changed."""
        net = self._network
        inside = np.isin(net.vertex_to, zones) & ~np.isin(net.vertex_from, zones)
        self._entered[inside] = False
        self._refresh()
        return np.unique(np.flatnonzero(inside[: 2 * net.gates]) // 2).astype(np.int32)

    def mode_of(self, connector_id: str) -> LinkMode:
        """What a connector does now."""
        return LinkMode(int(self._mode[self._network.link_connector.index(connector_id)]))

    def senses(self, watched: Mapping[str, Ints]) -> tuple[Ints, NDArray[np.int8]]:
        """For each vertex the number of the watched id that it belongs to (-1: none) and the direction.

        A link counts where one leaves it, so that a passage is a whole ride; a lift trip likewise.
        """
        net = self._network
        source = np.full(net.vertices, -1, np.int32)
        direction = np.zeros(net.vertices, np.int8)
        for number, (name, gates) in enumerate(watched.items()):
            for gate in gates.tolist():
                if gate < net.portals:
                    source[2 * gate : 2 * gate + 2] = number
                    direction[2 * gate : 2 * gate + 2] = (1, -1)
                else:
                    upper = (gate - net.portals) % 2
                    source[2 * gate + 1] = number
                    direction[2 * gate + 1] = 1 if upper else -1
            if name in net.lift_ids:
                trips = np.flatnonzero(net.lift_of_trip == net.lift_ids.index(name))
                source[2 * net.gates + trips] = number
                direction[2 * net.gates + trips] = np.sign(
                    net.trip_stops[trips, 1] - net.trip_stops[trips, 0]
                )
        return source, direction

    def _refresh(self) -> None:
        """Bring the arrays of the kernel up to what is set."""
        net = self._network
        self.vertex_open[: 2 * net.gates] = np.repeat(self._gate_open, 2)
        self.vertex_open[1 : 2 * net.gates : 2] &= ~net.gate_one_way
        self.vertex_open[1 : 2 * net.gates : 2] &= ~net.gate_exit
        escalator = net.node_kind[net.zones :] == NodeKind.ESCALATOR
        self.running[net.zones :] = escalator & (self._mode == LinkMode.RUNNING)
        lift = net.node_kind[net.zones :] == NodeKind.LIFT
        lower = net.portals + 2 * np.arange(len(self._mode))
        enterable = self._gate_open[lower] & (self._mode != LinkMode.CLOSED)
        runs, sense = self.running[net.zones :], net.node_direction[net.zones :]
        # Standing, an escalator is a stair both ways; any other one-way connector keeps its sense.
        held = np.where(escalator, runs, True)
        self.vertex_open[2 * lower] = enterable & ~lift & ~(held & (sense < 0))
        self.vertex_open[2 * (lower + 1)] = enterable & ~lift & ~(held & (sense > 0))
        # Who is on a link can always leave it.
        self.vertex_open[2 * lower + 1] = self.vertex_open[2 * (lower + 1) + 1] = ~lift
        self._refresh_lifts(lift)
        self.vertex_open &= self._entered
        base = net.gate_capacity.copy()
        ends = np.repeat(runs, 2)
        base[net.portals :][ends] = net.gate_running_capacity[net.portals :][ends]
        self.capacity[:] = base * self._factor

    def _refresh_lifts(self, lift: Bools) -> None:
        """Trips run where their lift runs."""
        net = self._network
        first = 2 * net.gates
        for number, name in enumerate(net.lift_ids):
            links = [k for k in np.flatnonzero(lift).tolist() if net.link_connector[k] == name]
            works = all(
                self._gate_open[net.portals + 2 * k] and self._mode[k] == LinkMode.RUNNING for k in links
            )
            self.vertex_open[first + np.flatnonzero(net.lift_of_trip == number)] = works
