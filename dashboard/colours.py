"""The colours of the product, once: screens, canvas and charts read them from here.

Contrast is tested: 4.5:1 for text, 3:1 for what carries meaning. Alert priorities have a shape beside
their colour, because on a light ground their colours alone cannot be told apart by every eye.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.viewer import Theme

CIVIDIS = ("#00224E", "#3B496C", "#676A72", "#948E77", "#C4B56C", "#FDE737")
"""Six steps of cividis, for level of service A-F and for density: in order of lightness for every eye."""

INK = ("inherit", "#FFFFFF", "#FFFFFF", "#14171A", "#14171A", "#14171A")
"""Colour of the letters on the six steps; the first is not painted."""

NOTHING = "rgba(0,0,0,0)"
"""The normal is not painted, so that what is crowded stands out."""

DIVERGING = ("#4C86C6", "#7FA5D3", "#4A5058", "#4A5058", "#D9A15C", "#E07B2E")
"""Less, about the same, more: for differences between two answers."""

SHAPES: Mapping[int, str] = {1: "▲", 2: "◆", 3: "●", 4: "○"}
"""Shape of an alert by priority; 4 is advice."""

TOKENS: Mapping[Theme, Mapping[str, str]] = {
    "dark": {
        "ground": "#1E2226",
        "panel": "#23272B",
        "raised": "#2B3035",
        "line": "#3A4046",
        "edge": "#727B84",
        "text": "#E6E8EA",
        "quiet": "#9AA1A8",
        "accent": "#7FB2FF",
        "plan-ground": "#1A1D21",
        "space": "#2C3136",
        "space-line": "#4A5058",
        "walk": "#363C43",
        "service": "#262A2E",
        "solid": "#1E2226",
        "wall": "#8A929A",
        "name": "#C3C8CD",
        "exit": "#3DDC84",
        "p1": "#FF6B6B",
        "p2": "#FFB000",
        "p3": "#FFE45C",
        "p4": "#C9A2FF",
        "replay": "#6CA8FF",
        "simulated": "#B48CFF",
        "good": "#7BC8A4",
        "stale": "#8A929A",
        "on-colour": "#14171A",
    },
    "light": {
        "ground": "#F4F5F6",
        "panel": "#FFFFFF",
        "raised": "#ECEEF0",
        "line": "#D3D7DB",
        "edge": "#7A828A",
        "text": "#1A1D20",
        "quiet": "#4E545A",
        "accent": "#1F62C4",
        "plan-ground": "#E6E8EB",
        "space": "#FFFFFF",
        "space-line": "#B9BFC5",
        "walk": "#F1F2F4",
        "service": "#E0E3E6",
        "solid": "#D8DCE0",
        "wall": "#6B737B",
        "name": "#3A4046",
        "exit": "#0B7A3E",
        "p1": "#C2221F",
        "p2": "#A85B00",
        "p3": "#7A6800",
        "p4": "#6B3FC0",
        "replay": "#1F62C4",
        "simulated": "#6B3FC0",
        "good": "#1F7A54",
        "stale": "#6B737B",
        "on-colour": "#FFFFFF",
    },
}


def style_sheet() -> str:
    """The tokens as CSS custom properties for both themes; the six steps are ``--los-0`` to ``--los-5``."""
    steps = "".join(f"--los-{index}:{colour};" for index, colour in enumerate(CIVIDIS))
    steps += "".join(f"--diff-{index}:{colour};" for index, colour in enumerate(DIVERGING))
    blocks = [f":root{{{steps}}}"]
    for theme, tokens in TOKENS.items():
        body = "".join(f"--{name}:{value};" for name, value in tokens.items())
        selector = ":root" if theme == "dark" else f':root[data-theme="{theme}"]'
        blocks.append(f"{selector}{{color-scheme:{theme};{body}}}")
    return "\n".join(blocks)


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2), 0 to 1."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB transfer function

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
