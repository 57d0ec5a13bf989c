"""A plan as pictures: one SVG for each level, and one HTML page for all of them.

Pure functions: a plan in, text out. Colours, order of layers and signs follow the screens' design: the
plan is quiet, exits are green and always visible, a guessed value is dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import shapely
from shapely import LineString, Polygon

from twin.plan.model import (
    LETTABLE,
    Connector,
    ConnectorKind,
    Direction,
    Language,
    Level,
    OpeningKind,
    Plan,
    Provenance,
    Shape,
    Space,
    SpaceKind,
)


@dataclass(frozen=True)
class Theme:
    """Colours of one theme."""

    ground: str
    panel: str
    space: str
    line: str
    text: str
    secondary: str
    walk: str
    solid: str
    exit: str
    link: str
    door: str
    guess: str
    seen: str


DARK = Theme(
    ground="#1E2226",
    panel="#23272B",
    space="#2C3136",
    line="#4A5058",
    text="#E6E8EA",
    secondary="#9AA1A8",
    walk="#3A4046",
    solid="#191C1F",
    exit="#4FC77A",
    link="#7FB2FF",
    door="#E6E8EA",
    guess="#C9A2FF",
    seen="#FFE45C",
)
LIGHT = Theme(
    ground="#F4F5F6",
    panel="#FFFFFF",
    space="#E6E8EB",
    line="#A9AFB6",
    text="#1A1D20",
    secondary="#4E545A",
    walk="#FFFFFF",
    solid="#CBD0D6",
    exit="#0B7A3B",
    link="#1F5FBF",
    door="#1A1D20",
    guess="#6B3FA0",
    seen="#C78A00",
)
TINTS: Mapping[SpaceKind, str] = {
    SpaceKind.FOOD: "#4A3B2E",
    SpaceKind.LEISURE: "#3F3550",
    SpaceKind.SUPERMARKET: "#2F4338",
    SpaceKind.ANCHOR: "#2E3F52",
    SpaceKind.RESTROOM: "#2E4448",
    SpaceKind.PARKING: "#26292C",
}
"""Quiet tints of the dark theme that tell the kinds of units apart."""
NAME_ROOM_M = 0.62
"""Width of a letter relative to its height, for deciding whether a name fits."""
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {"north": "N", "guessed": "guessed", "exit": "exit", "scale": "m"},
    "zh": {"north": "北", "guessed": "推测", "exit": "出口", "scale": "米"},
}


def level_svg(
    plan: Plan,
    level_id: str,
    *,
    seen: Mapping[str, Shape] | None = None,
    language: Language = "en",
    theme: Theme = DARK,
    width_px: int = 1600,
) -> str:
    """The level ``level_id`` as one SVG document.

    Args:
        plan: what to draw.
        level_id: the level.
        seen: what cameras (``camera``) and exit signs (``sign``) cover, in local metres.
        language: of names and words.
        theme: colours.
        width_px: width of the picture; the height follows the level.
    """
    level = plan.level[level_id]
    west, south, east, north = shapely.total_bounds(
        [level.outline, *(space.shape for space in plan.spaces if space.level_id == level_id)]
    )
    margin = 0.03 * max(east - west, north - south) + 2.0
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    height_px = round(width_px * (north - south) / (east - west))
    # One metre is one user unit; y is turned, as SVG counts downwards.
    body = "\n".join(
        [
            _ground((west, south, east, north), level, theme),
            *_spaces(plan, level, theme),
            *_seen(seen or {}, theme),
            *_openings(plan, level, theme),
            *_connectors(plan, level, theme),
            *_exits(plan, level, theme, language),
            *_devices(plan, level, theme),
            *_names(plan, level, theme, language),
            *_frame(plan, (west, south, east, north), level, theme, language),
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{west:.2f} {-north:.2f} {east - west:.2f} '
        f'{north - south:.2f}" width="{width_px}" height="{height_px}" '
        f'font-family="Inter, Noto Sans, Noto Sans CJK SC, Noto Sans SC, sans-serif">\n{body}\n</svg>\n'
    )


def _ground(bounds: tuple[float, float, float, float], level: Level, theme: Theme) -> str:
    west, south, east, north = bounds
    return (
        f'<rect x="{west:.2f}" y="{-north:.2f}" width="{east - west:.2f}" height="{north - south:.2f}" '
        f'fill="{theme.ground}"/>'
        f'<path d="{_path(level.outline)}" fill="{theme.panel}" stroke="{theme.line}" stroke-width="0.3"/>'
    )


def plan_html(
    plan: Plan, pictures: Sequence[tuple[str, str]], *, language: Language = "en", theme: Theme = DARK
) -> str:
    """A page with ``pictures`` (title, SVG) one under the other, and the notes of the importer."""
    notes = "".join(f"<li>{escape(note)}</li>" for note in plan.notes)
    drawn = "".join(f"<h2>{escape(title)}</h2>{svg}" for title, svg in pictures)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(plan.name.text(language))}</title><style>"
        f"body{{background:{theme.ground};color:{theme.text};font:13px/1.5 Inter,'Noto Sans',"
        f"'Noto Sans CJK SC',sans-serif;margin:24px}}svg{{width:100%;height:auto}}"
        f"li,small{{color:{theme.secondary}}}</style></head><body>"
        f"<h1>{escape(plan.name.text(language))}</h1><small>{plan.version}</small>"
        f"{drawn}<ul>{notes}</ul></body></html>\n"
    )


def _path(shape: shapely.Geometry) -> str:
    rings: list[str] = []
    for part in shapely.get_parts(shape):
        if isinstance(part, Polygon):
            rings += [_ring(ring.coords, close=True) for ring in (part.exterior, *part.interiors)]
        elif isinstance(part, LineString):
            rings.append(_ring(part.coords, close=False))
    return " ".join(rings)


def _ring(points: Iterable[tuple[float, ...]], *, close: bool) -> str:
    steps = [f"{x:.2f} {-y:.2f}" for x, y, *_ in points]
    return "M" + "L".join(steps) + ("Z" if close else "")


def _fill(space: Space, theme: Theme) -> str:
    if space.kind in {SpaceKind.STRUCTURE, SpaceKind.CLOSED}:
        return theme.solid
    if space.kind is SpaceKind.VOID:
        return theme.ground
    if space.kind in {SpaceKind.WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING, SpaceKind.PLATFORM}:
        return theme.walk
    return TINTS.get(space.kind, theme.space) if theme is DARK else theme.space


def _spaces(plan: Plan, level: Level, theme: Theme) -> list[str]:
    here = [space for space in plan.spaces if space.level_id == level.id]
    # The walkway lies below, so that a unit that overlaps it by a hair stays whole.
    here.sort(key=lambda space: (space.kind is not SpaceKind.WALKWAY, -space.shape.area))
    drawn = []
    for space in here:
        drawn.append(
            f'<path d="{_path(space.shape)}" fill="{_fill(space, theme)}" fill-rule="evenodd" '
            f'stroke="{theme.line}" stroke-width="0.12">'
            f"<title>{escape(space.id)} · {space.kind.value}</title></path>"
        )
        if space.kind is SpaceKind.VOID:
            drawn.append(_cross(space.shape, theme))
        elif space.kind in {SpaceKind.STAIRS, SpaceKind.ESCALATOR}:
            drawn.append(_treads(space.shape, theme))
    return drawn


def _cross(shape: Polygon, theme: Theme) -> str:
    west, south, east, north = shape.bounds
    lines = shapely.MultiLineString([[(west, south), (east, north)], [(west, north), (east, south)]])
    return (
        f'<path d="{_path(shapely.intersection(lines, shape))}" stroke="{theme.line}" stroke-width="0.12" '
        f'fill="none"/>'
    )


def _treads(shape: Polygon, theme: Theme) -> str:
    """Lines across the long side of the oriented bounding box, 0.6 m apart."""
    box = shapely.get_coordinates(shapely.oriented_envelope(shape))
    if len(box) < 5:  # noqa: PLR2004  # a rectangle has five coordinates
        return ""
    a, b, c = box[0], box[1], box[2]
    if ((b - a) ** 2).sum() < ((c - b) ** 2).sum():
        a, b, c = b, c, box[3]
    length = float(((b - a) ** 2).sum() ** 0.5)
    steps = max(int(length / 0.6), 1)
    lines = [
        LineString([a + (b - a) * k / steps, a + (b - a) * k / steps + (c - b)]) for k in range(1, steps)
    ]
    inside = shapely.intersection(shapely.MultiLineString(lines), shape)
    return f'<path d="{_path(inside)}" stroke="{theme.line}" stroke-width="0.08" fill="none"/>'


def _seen(seen: Mapping[str, Shape], theme: Theme) -> list[str]:
    colours = {"camera": theme.seen, "sign": theme.exit}
    return [
        f'<path class="seen-{escape(name)}" d="{_path(shape)}" fill="{colours.get(name, theme.link)}" '
        f'fill-opacity="0.22" fill-rule="evenodd"/>'
        for name, shape in seen.items()
    ]


def _dash(sources: Mapping[str, Provenance]) -> str:
    return ' stroke-dasharray="0.6 0.4"' if Provenance.GUESSED in sources.values() else ""


def _openings(plan: Plan, level: Level, theme: Theme) -> list[str]:
    drawn = []
    for item in plan.openings:
        if item.level_id == level.id:
            front = item.kind is OpeningKind.OPEN_FRONT
            colour = theme.secondary if front else theme.door
            drawn.append(
                f'<path d="{_path(item.line)}" stroke="{colour}" stroke-width="{0.22 if front else 0.35}" '
                f'fill="none"{_dash(item.sources)}><title>{escape(item.id)} · {item.width_m:.2f} m'
                "</title></path>"
            )
    return drawn


def _connectors(plan: Plan, level: Level, theme: Theme) -> list[str]:
    drawn = []
    for connector in plan.connectors:
        for number, stop in enumerate(connector.stops):
            if stop.level_id == level.id:
                sign = connector_sign(connector, number)
                drawn.append(
                    f'<g><circle cx="{stop.at.x:.2f}" cy="{-stop.at.y:.2f}" r="0.9" fill="{theme.ground}" '
                    f'stroke="{theme.link}" stroke-width="0.18"{_dash(connector.sources)}/>'
                    f'<text x="{stop.at.x:.2f}" y="{-stop.at.y + 0.45:.2f}" font-size="1.3" '
                    f'text-anchor="middle" fill="{theme.link}">{sign}</text>'
                    f"<title>{escape(connector.id)}</title></g>"
                )
    return drawn


def connector_sign(connector: Connector, number: int) -> str:
    """The sign of a connector at its stop ``number``: where it goes from there."""
    if connector.kind is ConnectorKind.LIFT:
        return "⊠"
    last = len(connector.stops) - 1
    up = number < last and connector.direction is not Direction.DOWN
    down = number > 0 and connector.direction is not Direction.UP
    return "↕" if up and down else "↑" if up else "↓" if down else "·"


def _exits(plan: Plan, level: Level, theme: Theme, language: Language) -> list[str]:
    drawn = []
    for item in plan.exits:
        if item.level_id == level.id:
            middle = item.line.interpolate(0.5, normalized=True)
            name = item.name.text(language) or item.id
            drawn.append(
                f'<path d="{_path(item.line)}" stroke="{theme.exit}" stroke-width="1.0" '
                f'fill="none"{_dash(item.sources)}/>'
                f'<circle cx="{middle.x:.2f}" cy="{-middle.y:.2f}" r="1.2" fill="{theme.exit}"'
                f' fill-opacity="0.85"><title>{escape(name)} · {item.width_m:.2f} m</title></circle>'
            )
    return drawn


def _devices(plan: Plan, level: Level, theme: Theme) -> list[str]:
    return [
        f'<circle cx="{item.at.x:.2f}" cy="{-item.at.y:.2f}" r="0.35" fill="{theme.secondary}">'
        f"<title>{escape(item.id)} · {item.kind.value}</title></circle>"
        for item in plan.devices
        if item.level_id == level.id
    ]


def _names(plan: Plan, level: Level, theme: Theme, language: Language) -> list[str]:
    drawn = []
    for space in plan.spaces:
        if space.level_id != level.id or space.kind not in LETTABLE:
            continue
        tenant = plan.tenant_of.get(space.id)
        text = tenant.name.text(language) if tenant else space.name.text(language)
        west, south, east, north = space.shape.bounds
        wide = sum(1.0 if ord(letter) > 0x2E7F else NAME_ROOM_M for letter in text)  # noqa: PLR2004  # CJK
        size = min(1.8, (east - west) / max(wide, 1.0), (north - south) / 1.5)
        if text and size >= 0.7:  # noqa: PLR2004  # smaller than 0.7 m is not legible on a screen
            at = shapely.point_on_surface(space.shape)
            drawn.append(
                f'<text x="{at.x:.2f}" y="{-at.y + size / 3:.2f}" font-size="{size:.2f}" '
                f'text-anchor="middle" fill="{theme.secondary}">{escape(text)}</text>'
            )
    return drawn


def _frame(
    plan: Plan, bounds: tuple[float, float, float, float], level: Level, theme: Theme, language: Language
) -> list[str]:
    """Level name, scale bar and north arrow, sized to the picture."""
    west, south, east, north = bounds
    unit = (east - west) / 100
    bar = next(length for length in (5, 10, 20, 50, 100, 200, 500) if length > (east - west) / 14)
    words = WORDS[language]
    text = f'font-size="{1.6 * unit:.2f}" fill="{theme.text}"'
    name = (
        f'<text x="{west + unit:.2f}" y="{-north + 2.4 * unit:.2f}" {text}>'
        f"{escape(level.short_name)} · {escape(level.name.text(language))}</text>"
    )
    scale = (
        f'<path d="M{west + unit:.2f} {-south - unit:.2f}h{bar}" stroke="{theme.text}" '
        f'stroke-width="{0.2 * unit:.2f}"/>'
        f'<text x="{west + unit:.2f}" y="{-south - 1.6 * unit:.2f}" {text}>{bar} {words["scale"]}</text>'
    )
    arrow = (
        f'<g transform="translate({east - 2.5 * unit:.2f} {-north + 3.5 * unit:.2f}) '
        f'rotate({-plan.frame.turn_deg:.2f})"><path d="M0 {-2 * unit:.2f}L{0.7 * unit:.2f} {unit:.2f}L0 '
        f'{0.5 * unit:.2f}L{-0.7 * unit:.2f} {unit:.2f}Z" fill="{theme.secondary}"/>'
        f'<text y="{2.6 * unit:.2f}" text-anchor="middle" {text}>{words["north"]}</text></g>'
    )
    return [name, scale, arrow]
