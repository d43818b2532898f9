"""Which theme suits a terminal, from what the environment says of it.

Nothing is asked of the terminal: an answer that is late over ssh, or never comes, would end up among the keys.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from lmawep_tui.model.config import Config

NAMES = ("dark", "light", "contrast", "contrast-light", "colour-blind", "colour-blind-light", "ansi", "ansi-light")
"""What `theme:` may be, besides `auto`."""

PLAIN = "plain"
"""The theme of NO_COLOR; nobody chooses it by name."""

_LIGHT_GROUNDS = {"7", "9", "10", "11", "12", "13", "14", "15"}


def no_color(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether no colour is wanted: NO_COLOR is there and not empty (https://no-color.org)."""
    return bool(environ.get("NO_COLOR"))


def has_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal has more than sixteen colours, as far as it says."""
    more = environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")
    term = environ.get("TERM", "").strip().lower()
    return more or term.endswith(("256color", "-direct", "kitty")) or os.name == "nt"


def light_ground(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that its background is light (COLORFGBG: `0;15`, `15;default;0`)."""
    return environ.get("COLORFGBG", "").rpartition(";")[2].strip() in _LIGHT_GROUNDS


def suited(wanted: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the theme for what the config or the person wants: that, or what suits the terminal best."""
    if no_color(environ):
        return PLAIN
    if wanted in NAMES:
        return wanted
    light = light_ground(environ)
    if not has_colours(environ):
        return "ansi-light" if light else "ansi"
    return "light" if light else "dark"


def wanted_theme(config: Config, chosen: Mapping[str, str]) -> str:
    """Return what is wanted: what the person took in the palette, until the config says something else than then."""
    taken = chosen.get("theme")
    return taken if taken in NAMES and chosen.get("instead of") == config.theme else config.theme
