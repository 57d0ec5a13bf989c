"""Pictures of tests: the scene with the ways that people took, or a measured curve against its criterion.

matplotlib comes with the extra ``verify``; nothing else of the product needs it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenarios.verification.case import Draw
from twin.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, OURS, BAND, ACCENT = "#27303b", "#1f6f8b", "#d9c27a", "#b5482f"
"""Lines of a scene, what was measured, what is allowed, and a limit."""
SERIES = ("#1f6f8b", "#b5482f", "#6b8e4e", "#7a5ba6", "#c08a2b", "#4a5560", "#2a9d8f", "#9b2c5a")
_INCHES, _DPI, _COLOURS = (5.2, 3.0), 90, 48


def needs_matplotlib() -> None:
    """Say which extra is missing.

    Raises:
        MissingExtraError: if matplotlib is not installed.
    """
    try:
        import matplotlib as _  # noqa: F401, ICN001 - only whether it is there
    except ImportError as error:
        raise MissingExtraError("a report has pictures: pip install 'mall-twin[verify]'") from error


def save(draw: Draw, path: Path) -> None:
    """Draw one picture into a small PNG."""
    needs_matplotlib()
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    draw(figure)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    # A few colours tell as much: a third of the size.
    Image.open(stream).convert("RGB").quantize(_COLOURS).save(path, format="PNG", optimize=True)


def bars(
    rows: Mapping[str, float], *, unit: str, low: float | None = None, high: float | None = None
) -> Draw:
    """One bar a row, with the bounds of the criterion."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        names = list(rows)
        axes.bar(range(len(names)), [rows[n] for n in names], color=OURS, width=0.6)
        axes.set_xticks(range(len(names)), names, fontsize=7)
        _limits(axes, low, high)
        _plain(axes, "", unit)

    return draw


def curves(
    series: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    x: str,
    y: str,
    band: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
    low: float | None = None,
    high: float | None = None,
    points: Iterable[str] = (),
) -> Draw:
    """Lines (or points, for the names in ``points``) over a band (x, low, high) and between limits."""
    dots = set(points)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        if band is not None:
            at, low_y, high_y = (np.asarray(part, float) for part in band)
            axes.fill_between(at, low_y, high_y, color=BAND, alpha=0.45, label="allowed")
        for number, (name, (xs, ys)) in enumerate(series.items()):
            style = (
                {"marker": ".", "linestyle": "none", "markersize": 4} if name in dots else {"linewidth": 1.6}
            )
            axes.plot(
                np.asarray(xs, float),
                np.asarray(ys, float),
                color=SERIES[number % len(SERIES)],
                label=name,
                **style,
            )
        _limits(axes, low, high)
        if len(series) > 1 or band is not None:
            axes.legend(fontsize=7, frameon=False)
        _plain(axes, x, y)

    return draw


def histogram(
    values: ArrayLike, *, x: str, law: tuple[ArrayLike, ArrayLike] | None = None, bins: int = 20
) -> Draw:
    """How values are spread, and the law (x, density) that they follow."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.hist(np.asarray(values, float), bins=bins, density=law is not None, color=OURS, alpha=0.8)
        if law is not None:
            axes.plot(*(np.asarray(part, float) for part in law), color=ACCENT, linewidth=1.6)
        _plain(axes, x, "share" if law is not None else "people")

    return draw


def scene(
    outlines: Sequence[ArrayLike],
    *,
    doors: Sequence[ArrayLike] = (),
    paths: Sequence[ArrayLike] = (),
    dots: ArrayLike | None = None,
    title: str = "",
) -> Draw:
    """A plan with the ways that people took: rings of walls, lines of doors, one path a person."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for ring in outlines:
            axes.plot(*np.asarray(ring, float).T, color=INK, linewidth=1.2)
        for line in doors:
            axes.plot(*np.asarray(line, float).T, color="white", linewidth=3.0)
            axes.plot(*np.asarray(line, float).T, color=ACCENT, linewidth=1.4, linestyle=":")
        for number, path in enumerate(paths):
            axes.plot(
                *np.asarray(path, float).T, color=SERIES[number % len(SERIES)], linewidth=0.6, alpha=0.8
            )
        if dots is not None:
            axes.plot(*np.asarray(dots, float).T, color=OURS, marker=".", linestyle="none", markersize=3)
        axes.set_aspect("equal")
        axes.set_title(title, fontsize=8, color=INK)
        _plain(axes, "m", "m")

    return draw


def _limits(axes: Axes, low: float | None, high: float | None) -> None:
    """Dashed lines at the bounds."""
    for limit in (low, high):
        if limit is not None:
            axes.axhline(limit, color=ACCENT, linewidth=1.2, linestyle="--")


def _plain(axes: Axes, x: str, y: str) -> None:
    """Axes with little ink."""
    axes.set_xlabel(x, fontsize=8, color=INK)
    axes.set_ylabel(y, fontsize=8, color=INK)
    axes.tick_params(labelsize=7, colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
