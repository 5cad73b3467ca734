"""The tokens: both dark blocks alike, and every pair of colours readable (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[1] / "assets" / "css" / "tokens.css").read_text(encoding="utf-8")
TEXT, EDGE = 4.5, 3.0


def block(selector: str) -> dict[str, str]:
    """Return the variables of the first block with this selector."""
    body = re.search(re.escape(selector) + r" \{(.*?)\}", CSS, re.DOTALL)
    assert body, selector
    return dict(re.findall(r"--([\w-]+): (.+?);", body.group(1)))


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


THEMES = {"light": block('[data-theme="light"]'), "dark": block('[data-theme="dark"]')}
PAIRS = [
    *[
        (ink, ground, TEXT)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in ("surface", "paper", "sunk")
    ],
    *[(ink, "surface", TEXT) for ink in ("red-ink", "pine", "amber", "sky")],
    *[(ink, "paper", TEXT) for ink in ("red-ink", "pine", "sky")],
    *[(f"on-h{step}", f"h{step}", TEXT) for step in range(1, 6)],
    ("red-ink", "red-wash", TEXT),
    ("pine", "pine-wash", TEXT),
    ("amber", "amber-wash", TEXT),
    ("sky", "sky-wash", TEXT),
    *[("ink", f"{hue}-wash", TEXT) for hue in ("red", "pine", "amber", "sky")],
    ("on-red", "red", TEXT),
    ("edge", "surface", EDGE),
    ("edge", "paper", EDGE),
    ("honey", "surface", EDGE),
]


def test_the_dark_theme_is_the_same_by_system_and_by_switch():
    assert block(":root:not([data-theme])") == THEMES["dark"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_can_be_read(theme, front, back, least):
    tokens = THEMES[theme]
    assert contrast(tokens[front], tokens[back]) >= least
