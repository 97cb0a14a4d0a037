"""Colours can be read and told apart: WCAG 2.2 contrast, and three colour-vision deficiencies."""

from __future__ import annotations

import itertools
import math
import tomllib

import pytest

from analytics import style
from analytics.department import _SCALE
from tests.conftest import ROOT

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
FIGURE_COLOURS = (style.BLUE, style.ORANGE)
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return r, g, b


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances."""
    dark, light = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear RGB."""
    r, g, b = (min(max(c, 0.0), 1.0) for c in rgb)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: str, deficiency: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    r, g, b = (sum(m * c for m, c in zip(row, rgb, strict=True)) for row in DEFICIENCIES[deficiency])
    return lab((r, g, b))


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_links_have_a_contrast_of_4_5_on_both_backgrounds(mode: str) -> None:
    theme = THEME[mode]
    for back, text in itertools.product(
        ("backgroundColor", "secondaryBackgroundColor"), ("textColor", "linkColor", "primaryColor")
    ):
        assert contrast(theme[text], theme[back]) >= 4.5, (text, back)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_bars_have_a_contrast_of_3_on_the_page(mode: str) -> None:
    for colour in (*FIGURE_COLOURS, *THEME[mode]["chartCategoricalColors"]):
        assert contrast(colour, THEME[mode]["backgroundColor"]) >= 3, colour


def test_text_in_bars_and_in_the_tree_has_a_contrast_of_4_5() -> None:
    for colour in FIGURE_COLOURS:
        assert contrast("#FFFFFF", colour) >= 4.5, colour
    for _, colour in _SCALE:
        assert contrast("#1B2430", str(colour)) >= 4.5, colour


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_lost_points_are_told_from_full_points_by_every_eye(deficiency: str) -> None:
    pairs = [FIGURE_COLOURS, (str(_SCALE[0][1]), str(_SCALE[-1][1]))]
    for one, other in pairs:
        assert math.dist(seen(one, deficiency), seen(other, deficiency)) >= 20, (one, other)
