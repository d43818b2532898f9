"""How a theme is made: a few colours by meaning, and everything that follows from them."""

from __future__ import annotations

from textual.theme import Theme

PREFIX = "lmawep-"


def theme(
    name: str, *, dark: bool, ground: str, panel: str, text: str, muted: str, primary: str, secondary: str,
    accent: str, good: str, warn: str, bad: str, cursor: str, cursor_text: str, edge: str, edge_hover: str,
) -> Theme:  # fmt: skip
    """Return the theme of these colours, each `#rrggbb`; `name` is what the config calls it.

    `ground` is behind lists and documents, `panel` behind bars and dialogs. `muted` text may be passed over, `primary`
    is what is at work and frames, `accent` names and keys, `good` done and added, `warn` what waits for the person,
    `bad` failed and removed. `cursor` and `cursor_text` are the row that keys go to, `edge` frames they do not go to.
    """
    return Theme(
        name=PREFIX + name, dark=dark, primary=primary, secondary=secondary, accent=accent, success=good,
        warning=warn, error=bad, foreground=text, background=ground, surface=ground, panel=panel,
        variables={
            "text-primary": primary, "text-secondary": secondary, "text-accent": accent,
            "text-success": good, "text-warning": warn, "text-error": bad, "text-muted": muted,
            "block-cursor-background": cursor, "block-cursor-foreground": cursor_text,
            "border": primary, "border-blurred": edge,
            "scrollbar": edge, "scrollbar-hover": edge_hover, "scrollbar-active": primary,
            "scrollbar-background": ground, "scrollbar-background-hover": ground,
            "scrollbar-background-active": ground,
            "screen-selection-background": cursor, "screen-selection-foreground": cursor_text,
            "input-selection-background": cursor, "input-selection-foreground": cursor_text,
        },
    )  # fmt: skip
