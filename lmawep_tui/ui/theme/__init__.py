"""The themes, a file each; colours by meaning, so that one list of style names serves all of them."""

from __future__ import annotations

from textual.theme import Theme

from lmawep_tui.ui.theme.ansi import ANSI, ANSI_LIGHT, PLAIN
from lmawep_tui.ui.theme.colour_blind import COLOUR_BLIND, COLOUR_BLIND_LIGHT
from lmawep_tui.ui.theme.contrast import CONTRAST, CONTRAST_LIGHT
from lmawep_tui.ui.theme.dark import DARK
from lmawep_tui.ui.theme.light import LIGHT
from lmawep_tui.ui.theme.make import PREFIX

THEMES: tuple[Theme, ...] = (DARK, LIGHT, CONTRAST, CONTRAST_LIGHT, COLOUR_BLIND, COLOUR_BLIND_LIGHT, ANSI, ANSI_LIGHT,
                             PLAIN)  # fmt: skip
"""All of them; the first is the default."""

MEANS = {
    "dark": "dark and calm",
    "light": "for bright rooms and light terminals",
    "contrast": "high contrast on black (7:1 and more)",
    "contrast-light": "high contrast on white (7:1 and more)",
    "colour-blind": "blue is good, orange is bad",
    "colour-blind-light": "the same on white",
    "ansi": "your terminal's own sixteen colours, dark ground",
    "ansi-light": "your terminal's own sixteen colours, light ground",
}
"""What each theme that can be chosen is for."""

__all__ = ["DARK", "LIGHT", "MEANS", "PREFIX", "THEMES"]
