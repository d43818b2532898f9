"""How a theme is made: a few colours by meaning, and everything that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from textual.theme import Theme

PREFIX = "lmawep-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The colours of a theme by what they mean; each is `#rrggbb`."""

    ground: str
    """Behind lists and documents."""
    panel: str
    """Behind bars and dialogs."""
    text: str
    muted: str
    """Text that may be passed over."""
    primary: str
    """What is at work; frames and headings."""
    secondary: str
    accent: str
    """Names and keys."""
    good: str
    """Done, green tests, added lines."""
    warn: str
    """What waits for the person."""
    bad: str
    """Failures, red tests, removed lines."""
    cursor: str
    """Behind the row that keys go to."""
    cursor_text: str
    edge: str
    """Frames that the keys do not go to, and scrollbars."""
    edge_hover: str


def theme(name: str, c: Colours, *, dark: bool) -> Theme:
    """Return the theme of these colours; `name` is what the config calls it."""
    return Theme(
        name=PREFIX + name, dark=dark, primary=c.primary, secondary=c.secondary, accent=c.accent, success=c.good,
        warning=c.warn, error=c.bad, foreground=c.text, background=c.ground, surface=c.ground, panel=c.panel,
        variables={
            "text-primary": c.primary, "text-secondary": c.secondary, "text-accent": c.accent,
            "text-success": c.good, "text-warning": c.warn, "text-error": c.bad, "text-muted": c.muted,
            "block-cursor-background": c.cursor, "block-cursor-foreground": c.cursor_text,
            "border": c.primary, "border-blurred": c.edge,
            "scrollbar": c.edge, "scrollbar-hover": c.edge_hover, "scrollbar-active": c.primary,
            "scrollbar-background": c.ground, "scrollbar-background-hover": c.ground,
            "scrollbar-background-active": c.ground,
            "screen-selection-background": c.cursor, "screen-selection-foreground": c.cursor_text,
            "input-selection-background": c.cursor, "input-selection-foreground": c.cursor_text,
        },
    )  # fmt: skip
