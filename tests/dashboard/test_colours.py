"""Text can be read and signs can be seen, in both themes (WCAG 2.2: 4.5:1 for text, 3:1 for graphics)."""

from __future__ import annotations

import pytest

from dashboard.colours import CIVIDIS, SHAPES, TOKENS, contrast, luminance, style_sheet
from dashboard.viewer import THEMES

TEXT = ("text", "quiet", "accent", "p1", "p2", "p3", "p4", "simulated", "replay", "good")
GROUNDS = ("ground", "panel")
GRAPHICS = ("exit", "p1", "p2", "p3", "p4", "wall", "accent", "stale")
PLAN_GROUNDS = ("plan-ground", "space", "walk")


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """21 for black on white; #777777 on white is the known near miss of 4.48."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", TEXT)
def test_text_has_contrast_of_4_5(theme: str, ground: str, name: str) -> None:
    assert contrast(TOKENS[theme][name], TOKENS[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", PLAN_GROUNDS)
@pytest.mark.parametrize("name", GRAPHICS)
def test_signs_on_the_plan_have_contrast_of_3(theme: str, ground: str, name: str) -> None:
    assert contrast(TOKENS[theme][name], TOKENS[theme][ground]) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["p1", "accent"])
def test_words_on_a_filled_sign_have_contrast_of_4_5(theme: str, name: str) -> None:
    assert contrast(TOKENS[theme]["on-colour"], TOKENS[theme][name]) >= 4.5


def test_names_are_readable_on_every_step_of_the_scale() -> None:
    """plan_overlay.js writes white on the first three steps and dark on the others."""
    for step, colour in enumerate(CIVIDIS):
        assert contrast("#FFFFFF" if step < 3 else "#14171A", colour) >= 4.5, step


def test_steps_rise_in_lightness() -> None:
    """An order that every eye sees, also without colour."""
    light = [luminance(colour) for colour in CIVIDIS]
    assert light == sorted(light)


def test_priorities_differ_in_shape() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES) == 4


def test_every_token_is_a_property_in_both_themes() -> None:
    assert TOKENS["dark"].keys() == TOKENS["light"].keys()
    sheet = style_sheet()
    for name in TOKENS["dark"]:
        assert sheet.count(f"--{name}:") == 2
