"""The colours have enough contrast for all text."""

import pytest
from textual.color import Color

from csat_tui.tui.base.theme import CONTRAST, DARK, LIGHT, THEMES

READ = ("internal", "public", "bad", "fair", "good", "attachment", "muted", "faint")


def luminance(colour: Color) -> float:
    def part(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "least"), [(DARK, 4.5), (LIGHT, 4.5), (CONTRAST, 7.0)])
def test_text_stands_out_from_its_ground(theme, least: float) -> None:
    colours = {name: theme.variables[name] for name in READ} | {"accent": theme.accent, "text": theme.foreground}
    for ground in (theme.background, theme.panel, theme.variables["highlight"]):
        low = {name: contrast(colour, ground) for name, colour in colours.items() if contrast(colour, ground) < least}
        assert not low, f"on {ground}"


def test_every_theme_has_the_same_colours() -> None:
    for theme in THEMES.values():
        assert set(READ) <= set(theme.variables), theme.name
