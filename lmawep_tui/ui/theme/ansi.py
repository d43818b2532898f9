"""The terminal's own sixteen colours and nothing else: they look as the person has set them up.

Normal colours carry text on a dark ground only as their bright half, on a light one only as their dark half; hence two.
"""

from __future__ import annotations

from textual.theme import Theme

from lmawep_tui.ui.theme.make import PREFIX


def _theme(name: str, *, dark: bool, **c: str) -> Theme:
    return Theme(
        name=PREFIX + name, dark=dark, ansi=True, primary=c["primary"], secondary=c["secondary"], accent=c["accent"],
        success=c["good"], warning=c["warn"], error=c["bad"], foreground="ansi_default", background="ansi_default",
        surface="ansi_default", panel="ansi_default", boost="ansi_default",
        variables={
            "ansi-background": "ansi_black" if dark else "ansi_white",
            "ansi-foreground": "ansi_white" if dark else "ansi_black",
            "text-primary": c["primary"], "text-secondary": c["secondary"], "text-accent": c["accent"],
            "text-success": c["good"], "text-warning": c["warn"], "text-error": c["bad"],
            "text-muted": "ansi_default", "surface": "ansi_default", "panel": "ansi_default",
            "block-cursor-background": c["cursor"], "block-cursor-foreground": c["cursor_text"],
            "border": c["primary"], "border-blurred": c["edge"],
            "scrollbar": c["edge"], "scrollbar-hover": c["primary"], "scrollbar-active": c["primary"],
            "scrollbar-background": "ansi_default", "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
            "screen-selection-background": c["cursor"], "screen-selection-foreground": c["cursor_text"],
            "input-selection-background": c["cursor"], "input-selection-foreground": c["cursor_text"],
            "input-cursor-background": c["edge"], "input-cursor-foreground": c["cursor_text"],
        },
    )  # fmt: skip


ANSI = _theme(
    "ansi", dark=True, primary="ansi_bright_blue", secondary="ansi_bright_magenta", accent="ansi_bright_cyan",
    good="ansi_bright_green", warn="ansi_bright_yellow", bad="ansi_bright_red", cursor="ansi_blue",
    cursor_text="ansi_bright_white", edge="ansi_bright_black",
)  # fmt: skip

ANSI_LIGHT = _theme(
    "ansi-light", dark=False, primary="ansi_blue", secondary="ansi_magenta", accent="ansi_blue",
    good="ansi_green", warn="ansi_magenta", bad="ansi_red", cursor="ansi_blue",
    cursor_text="ansi_bright_white", edge="ansi_bright_black",
)  # fmt: skip

PLAIN = _theme(
    "plain", dark=True, primary="ansi_default", secondary="ansi_default", accent="ansi_default", good="ansi_default",
    warn="ansi_default", bad="ansi_default", cursor="ansi_default", cursor_text="ansi_default", edge="ansi_default",
)  # fmt: skip
"""No colour at all, for NO_COLOR: weight, underlining and reversed rows say what colours say elsewhere."""
