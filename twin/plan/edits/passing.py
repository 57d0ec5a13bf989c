"""Edits of what one passes: closing, opening again, stopping, other widths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString

from twin.errors import EditError
from twin.plan.edits.lookup import exchanged, found, passage, sourced
from twin.plan.edits.values import (
    CloseConnector,
    CloseExit,
    CloseOpening,
    CloseSpace,
    Reopen,
    SetWidth,
    StopEscalator,
)
from twin.plan.model import Connector, ConnectorKind, Exit, Opening, Plan, Provenance

ON_WALL_M = 0.5
"""An opening may be drawn this far from the wall of its space: walls have a thickness."""


def close_opening(plan: Plan, edit: CloseOpening) -> Plan:
    """The plan with an opening closed."""
    opening = found(plan.opening, edit.id, "opening")
    return replace(plan, openings=exchanged(plan.openings, [replace(opening, open=False)]))


def close_exit(plan: Plan, edit: CloseExit) -> Plan:
    """The plan with an exit closed."""
    way_out = found(plan.exit, edit.id, "exit")
    return replace(plan, exits=exchanged(plan.exits, [replace(way_out, open=False)]))


def close_connector(plan: Plan, edit: CloseConnector) -> Plan:
    """The plan with a connector closed."""
    connector = found(plan.connector, edit.id, "connector")
    return replace(plan, connectors=exchanged(plan.connectors, [replace(connector, open=False)]))


def close_space(plan: Plan, edit: CloseSpace) -> Plan:
    """The plan with all openings and exits of a space closed."""
    space = found(plan.space, edit.id, "space")
    shut = [replace(item, open=False) for item in plan.openings if space.id in item.spaces]
    ways_out = [replace(item, open=False) for item in plan.exits if item.space_id == space.id]
    return replace(plan, openings=exchanged(plan.openings, shut), exits=exchanged(plan.exits, ways_out))


def reopen(plan: Plan, edit: Reopen) -> Plan:
    """The plan with an opening, exit or connector open again."""
    match passage(plan, edit.id):
        case Opening() as opening:
            return replace(plan, openings=exchanged(plan.openings, [replace(opening, open=True)]))
        case Exit() as way_out:
            return replace(plan, exits=exchanged(plan.exits, [replace(way_out, open=True)]))
        case Connector() as connector:
            return replace(plan, connectors=exchanged(plan.connectors, [replace(connector, open=True)]))


def stop_escalator(plan: Plan, edit: StopEscalator) -> Plan:
    """The plan with an escalator that stands still.

    Raises:
        EditError: if the connector is no escalator.
    """
    connector = found(plan.connector, edit.id, "connector")
    if connector.kind is not ConnectorKind.ESCALATOR:
        raise EditError(
            f"connector {edit.id!r} is of kind {connector.kind}: only an escalator can be stopped"
        )
    return replace(plan, connectors=exchanged(plan.connectors, [replace(connector, running=False)]))


def set_width(plan: Plan, edit: SetWidth) -> Plan:
    """The plan with another clear width of an opening, exit or connector.

    Raises:
        EditError: if the width is not positive, or is wider than the wall or flight has room for.
    """
    if not (np.isfinite(edit.width_m) and edit.width_m > 0):
        raise EditError(f"{edit.id!r}: a clear width must be a positive number of metres, not {edit.width_m}")
    feature = passage(plan, edit.id)
    given = sourced(feature, width_m=Provenance.GIVEN)
    match feature:
        case Opening() as opening:
            line = _widened(plan, opening.line, edit, opening.spaces)
            wider = replace(opening, width_m=edit.width_m, line=line, sources=given)
            return replace(plan, openings=exchanged(plan.openings, [wider]))
        case Exit() as way_out:
            line = _widened(plan, way_out.line, edit, (way_out.space_id,))
            other = replace(way_out, width_m=edit.width_m, line=line, sources=given)
            return replace(plan, exits=exchanged(plan.exits, [other]))
        case Connector() as connector:
            broader = replace(connector, width_m=edit.width_m, sources=given)
            return replace(plan, connectors=exchanged(plan.connectors, [broader]))


def _widened(plan: Plan, line: LineString, edit: SetWidth, spaces: tuple[str, ...]) -> LineString:
    """``line``, grown at both ends where the width asks for more; it must stay at the walls of ``spaces``."""
    if line.length >= edit.width_m - 1e-6:
        return line
    ends = shapely.get_coordinates(line)
    first, last = ends[0], ends[-1]
    span = float(np.hypot(*(last - first)))
    if span <= 0:
        raise EditError(f"{edit.id!r} is drawn as a point: it has no direction to grow in")
    more = (edit.width_m - line.length) / 2 * (last - first) / span
    longer = LineString([tuple(first - more), *map(tuple, ends[1:-1]), tuple(last + more)])
    for name in spaces:
        wall = found(plan.space, name, "space").shape.boundary
        if not wall.buffer(ON_WALL_M).covers(longer):
            raise EditError(
                f"{edit.id!r}: {edit.width_m:g} m does not fit: the wall of {name!r} is not that long there"
            )
    return longer
