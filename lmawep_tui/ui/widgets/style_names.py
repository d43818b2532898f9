"""What the style names of presenters look like.

One list from name to meaning: a presenter says "blocked", the theme says which colour that is, and a test can walk
the list. Each name that matters has a text style beside its colour, so it survives 16 colours and none.

They are written as CSS and read here rather than by Textual: its stylesheet would be applied to each name in each view
anew whenever a view appears, which was a quarter of the time until the first picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.widget import Widget

RULES = {
    "muted": "color: $text-muted;",
    "strong": "text-style: bold;",
    "emphasis": "text-style: italic;",
    "accent": "color: $text-accent;",
    "ok": "color: $text-success;",
    "warn": "color: $text-warning;",
    "error": "color: $text-error; text-style: bold;",
    "busy": "color: $text-primary;",
    "blocked": "color: $text-warning; text-style: bold;",
    "heading": "color: $text-primary; text-style: bold;",
    "subheading": "color: $text-accent; text-style: bold;",
    "link": "color: $text-primary; text-style: underline;",
    "code": "color: $text-accent;",
    "quote": "color: $text-muted; text-style: italic;",
    "added": "color: $text-success;",
    "removed": "color: $text-error;",
    "hunk": "color: $text-primary;",
    "file": "color: $text-accent; text-style: bold;",
    "keyword": "color: $text-secondary;",
    "string": "color: $text-warning;",
    "comment": "color: $text-muted; text-style: italic;",
    "number": "color: $text-accent;",
    "constant": "color: $text-accent;",
    "function": "color: $text-primary;",
    "type": "color: $text-accent;",
    "line-added": "background: $success 12%;",
    "line-removed": "background: $error 12%;",
    "line-file": "background: $panel;",
    "line-note": "background: $panel;",
    "line-selected": "background: $primary 25%;",
    "line-cursor": "background: $foreground 14%;",
    "word-added": "background: $success 30%; text-style: bold;",
    "word-removed": "background: $error 30%; text-style: bold;",
    "cursor": "background: $block-cursor-blurred-background;",
    "match": "text-style: reverse;",
    "match-current": "background: $warning; color: auto; text-style: bold underline;",
}
"""Style name → its CSS. Colours come from the theme only."""

WITHOUT_COLOUR = {
    "muted": "dim",
    "accent": "none",
    "ok": "none",
    "warn": "bold",
    "error": "bold reverse",
    "busy": "italic",
    "blocked": "bold",
    "heading": "bold underline",
    "subheading": "bold",
    "code": "italic",
    "quote": "dim italic",
    "added": "bold",
    "removed": "dim",
    "hunk": "underline",
    "file": "bold underline",
    "match-current": "bold underline reverse",
    "line-added": "none",
    "line-removed": "none",
    "line-file": "none",
    "line-note": "none",
    "keyword": "none",
    "string": "none",
    "number": "none",
    "constant": "none",
    "function": "none",
    "type": "none",
    "comment": "dim italic",
    "line-selected": "reverse",
    "line-cursor": "bold",
    "cursor": "reverse",
    "word-added": "bold underline",
    "word-removed": "bold underline",
}
"""Style name → its text style where there is no colour at all (NO_COLOR)."""
ANSI_RULES = {
    "line-added": "background: ansi_default; color: ansi_green;",
    "line-removed": "background: ansi_default; color: ansi_red;",
    "line-file": "background: ansi_default; text-style: bold;",
    "line-note": "background: ansi_default;",
    "line-selected": "background: ansi_default; text-style: reverse;",
    "line-cursor": "background: ansi_default; text-style: bold underline;",
    "word-added": "background: ansi_default; text-style: bold reverse;",
    "word-removed": "background: ansi_default; text-style: bold reverse;",
    "comment": "text-style: dim italic;",
    "muted": "text-style: dim;",  # its colour is the ordinary one there
    "quote": "text-style: dim;",
    "cursor": "text-style: reverse;",
    "match-current": "background: ansi_yellow; color: ansi_black;",
}
"""What is a shade of the background elsewhere, where the terminal has but its own sixteen colours."""

NAMES = frozenset(RULES)
"""Every style name there is, besides the empty one."""


def style_of(name: str, view: Widget) -> Style:
    """Return what a name looks like in a view: no background unless the name itself has one.

    Translucent colours are laid over the view's own background.
    """
    app = view.app
    rules = dict(_rules(RULES[name]))
    if app.native_ansi_color:
        rules |= _rules(ANSI_RULES.get(name, ""))
    if app.no_color and name in WITHOUT_COLOUR:
        rules |= {"text-style": WITHOUT_COLOUR[name], "background": "ansi_default", "color": "ansi_default"}
    ground, own = view.background_colors[1], Style.parse(rules.get("text-style", "none"))
    back = _colour(rules["background"], ground, app.theme_variables) if "background" in rules else None
    over = ground + back if back is not None else ground
    fore = _colour(rules["color"], over, app.theme_variables) if "color" in rules else None
    return (
        Style(
            color=(over + fore).rich_color if fore is not None else None,
            bgcolor=over.rich_color if back is not None else None,
        )
        + own
    )


@lru_cache
def _rules(text: str) -> Mapping[str, str]:
    """Read `color: $x; text-style: bold;`."""
    parts = (part.partition(":") for part in text.split(";") if part.strip())
    return {key.strip(): value.strip() for key, _, value in parts}


def _colour(text: str, ground: Color, variables: Mapping[str, str]) -> Color:
    """Read `$success 12%`, `ansi_green`, or `auto 60%`: black or white, whichever can be read on the ground."""
    word, _, share = text.partition(" ")
    part = float(share.rstrip("%")) / 100 if share else 1.0
    if word == "auto":
        return ground.get_contrast_text(part)
    colour = _colour(variables[word[1:]], ground, variables) if word.startswith("$") else Color.parse(word)
    return colour.multiply_alpha(part)
