"""Themes: what suits which terminal, and whether everything can be read in all of them."""

from __future__ import annotations

import itertools

import pytest
from rich.color import Color as RichColor
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color

from lmawep_tui.model.config import Config, ThemeName
from lmawep_tui.ui.theme import MEANS, PREFIX, THEMES
from lmawep_tui.ui.theme.choose import NAMES, suited, wanted_theme
from lmawep_tui.ui.widgets.style_names import NAMES as STYLES
from lmawep_tui.ui.widgets.table import Column, Table
from tests.ui.conftest import running
from tests.world import World

TRUE = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
HEX = [theme for theme in THEMES if not theme.ansi]
ANSI = [theme for theme in THEMES if theme.ansi]
LEAST = {"lmawep-contrast": 7.0, "lmawep-contrast-light": 7.0}
"""WCAG's AAA for the themes that are for it; AA, 4.5, for every other."""


@pytest.mark.parametrize(
    ("wanted", "environ", "theme"),
    [
        ("auto", TRUE, "dark"),
        ("auto", {**TRUE, "COLORFGBG": "0;15"}, "light"),
        ("auto", {**TRUE, "COLORFGBG": "15;default;0"}, "dark"),
        ("auto", {**TRUE, "COLORFGBG": "nonsense"}, "dark"),
        ("auto", {"TERM": "xterm-256color"}, "dark"),
        ("auto", {"TERM": "screen-256color"}, "dark"),
        ("auto", {"TERM": "linux"}, "ansi"),
        ("auto", {"TERM": "screen"}, "ansi"),
        ("auto", {"TERM": "xterm", "COLORFGBG": "0;15"}, "ansi-light"),
        ("auto", {"TERM": "xterm", "COLORTERM": "24bit"}, "dark"),
        ("auto", {}, "ansi"),
        ("contrast", {"TERM": "linux"}, "contrast"),
        ("nonsense", TRUE, "dark"),
        ("auto", {**TRUE, "NO_COLOR": "1"}, "plain"),
        ("light", {**TRUE, "NO_COLOR": "1"}, "plain"),
        ("auto", {**TRUE, "NO_COLOR": ""}, "dark"),
    ],
)
def test_a_terminal_gets_what_suits_it(wanted: str, environ: dict[str, str], theme: str) -> None:
    assert suited(wanted, environ) == theme


def test_a_theme_that_was_taken_holds_until_the_config_says_something_else() -> None:
    taken = {"theme": "light", "instead of": "auto"}
    assert wanted_theme(Config(), taken) == "light"
    assert wanted_theme(Config(theme="contrast"), taken) == "contrast"
    assert wanted_theme(Config(), {"theme": ["x"], "instead of": "auto"}) == "auto"
    assert wanted_theme(Config(), {}) == "auto"


def test_every_theme_can_be_named_in_the_config_and_is_there() -> None:
    assert set(ThemeName.__args__) - {"auto"} == set(NAMES) == set(MEANS)  # type: ignore[attr-defined]
    assert {theme.name for theme in THEMES} == {PREFIX + name for name in (*NAMES, "plain")}


@pytest.mark.parametrize("theme", ANSI, ids=lambda theme: theme.name)
def test_sixteen_colours_are_the_terminals_own(theme: object) -> None:
    colours = [*vars(theme)["variables"].values(), vars(theme)["primary"], vars(theme)["error"]]
    assert all(colour.startswith("ansi_") for colour in colours)


class Samples(App[None]):
    """A table whose styles are asked for in one theme after the other."""

    CSS = "#panel { background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)

    def compose(self) -> ComposeResult:
        for name in ("ground", "panel"):
            yield Table((Column("a", flex=1),), id=name)


def _ratio(one: Color, other: Color) -> float:
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _colours(style: Style, base: Style) -> tuple[Color, Color]:
    """Text and ground of a style that lies on another."""
    over = base + style
    ground, text = Color.from_rich_color(over.bgcolor), Color.from_rich_color(over.color)
    return (ground, text) if over.reverse else (text, ground)


async def test_every_style_can_be_read_in_every_theme() -> None:
    async with Samples().run_test() as pilot:
        bad = []
        for theme in HEX:
            pilot.app.theme = theme.name
            await pilot.pause()
            least = LEAST.get(theme.name, 4.5)
            for table in pilot.app.query(Table):
                table.focus()
                await pilot.pause()
                base = table.rich_style
                cursor = table.component_style("table--cursor")
                pairs = {f"{name} on {table.id}": (table.semantic(name), base) for name in sorted(STYLES)}
                pairs["cursor"] = (cursor, base)
                second = Style.parse(theme.variables["text-secondary"])
                pairs["secondary"] = (second, base)
                pilot.app.set_focus(None)
                await pilot.pause()
                blurred = base + table.component_style("table--cursor")
                pairs |= {f"{name} on the row": (table.semantic(name), blurred) for name in sorted(STYLES)}
                for what, (style, under) in pairs.items():
                    if (ratio := _ratio(*_colours(style, under))) < least:
                        bad.append(f"{theme.name}: {what} {ratio:.2f}")
        assert not bad, "\n".join(bad)


@pytest.mark.parametrize("theme", HEX, ids=lambda theme: theme.name)
def test_the_frame_with_the_keys_can_be_seen(theme: object) -> None:
    colours = vars(theme)["variables"]
    assert _ratio(Color.parse(colours["border"]), Color.parse(vars(theme)["background"])) >= 3


def _seen(colour: Color, eyes: str) -> Color:
    """What eyes without red or green cones make of a colour (Machado, Oliveira, Fernandes 2009, linear RGB)."""
    rows = {
        "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    }[eyes]
    linear = [(part / 255) ** 2.2 for part in colour.rgb]
    seen = [max(0.0, min(1.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in rows]
    return Color(*(round(part ** (1 / 2.2) * 255) for part in seen))


def _far(one: Color, other: Color) -> float:
    """CIE76: 2.3 is just noticeable."""
    (l1, a1, b1), (l2, a2, b2) = _lab(one), _lab(other)
    return float(((l1 - l2) ** 2 + (a1 - a2) ** 2 + (b1 - b2) ** 2) ** 0.5)


def _lab(colour: Color) -> tuple[float, float, float]:
    from textual.color import rgb_to_lab

    lab = rgb_to_lab(colour)
    return lab.L, lab.a, lab.b


@pytest.mark.parametrize("eyes", ["deutan", "protan"])
@pytest.mark.parametrize("name", ["colour-blind", "colour-blind-light"])
def test_good_bad_and_waiting_differ_for_eyes_that_lack_red_or_green(name: str, eyes: str) -> None:
    theme = next(theme for theme in THEMES if theme.name == PREFIX + name)
    meanings = {key: Color.parse(theme.variables[f"text-{key}"]) for key in ("success", "error", "warning", "primary")}
    for (one, first), (other, second) in itertools.combinations(meanings.items(), 2):
        assert _far(_seen(first, eyes), _seen(second, eyes)) > 20, (one, other)


async def test_the_config_dresses_the_screen_and_follows_changes(world: World) -> None:
    world.config(more="theme: light\n")
    async with running(world) as ui:
        assert ui.app.theme == "lmawep-light"
        world.config(more="theme: contrast\n")
        await ui.until(lambda: ui.app.theme == "lmawep-contrast", "the config's new theme")


async def test_without_colour_no_cell_has_one_and_shapes_say_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    world.config(more="theme: light\n")
    world.ticket("one")
    default = RichColor.parse("default")
    async with running(world) as ui:
        await ui.sees("one", "ready")
        strips = ui.app.screen._compositor.render_strips()
        styles = [piece.style for strip in strips for piece in strip if piece.style]
        assert all(style.color in (None, default) and style.bgcolor in (None, default) for style in styles)
        row = next(strip for strip in strips if "101  one" in strip.text)
        assert any(piece.style and piece.style.reverse and "one" in piece.text for piece in row)
        assert any("┏" in strip.text for strip in strips)
