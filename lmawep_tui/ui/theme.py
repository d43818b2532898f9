"""The colours: a dark theme and a light one, by meaning."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="lmawep-dark",
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#7dcfff",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#c0caf5",
    background="#13141c",
    surface="#13141c",
    panel="#1b1d2a",
    dark=True,
    variables={
        "text-primary": "#7aa2f7",
        "text-secondary": "#bb9af7",
        "text-accent": "#7dcfff",
        "text-success": "#9ece6a",
        "text-warning": "#e0af68",
        "text-error": "#f7768e",
        "text-muted": "#727b9e",
        "block-cursor-background": "#3b4a7a",
        "block-cursor-foreground": "#e6ebff",
        "border": "#7aa2f7",
        "border-blurred": "#3a3f58",
        "scrollbar": "#3a3f58",
        "scrollbar-hover": "#565f89",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#13141c",
        "scrollbar-background-hover": "#13141c",
        "scrollbar-background-active": "#13141c",
    },
)

LIGHT = Theme(
    name="lmawep-light",
    primary="#2e5fd0",
    secondary="#7847bd",
    accent="#007197",
    success="#3f7a1d",
    warning="#8f5e00",
    error="#c0223f",
    foreground="#2c3147",
    background="#f6f7fb",
    surface="#f6f7fb",
    panel="#e7eaf3",
    dark=False,
    variables={
        "text-primary": "#2e5fd0",
        "text-secondary": "#7847bd",
        "text-accent": "#007197",
        "text-success": "#3f7a1d",
        "text-warning": "#8f5e00",
        "text-error": "#c0223f",
        "text-muted": "#6b7290",
        "block-cursor-background": "#c9d6ff",
        "block-cursor-foreground": "#141a33",
        "border": "#2e5fd0",
        "border-blurred": "#c3c8dc",
        "scrollbar": "#c3c8dc",
        "scrollbar-hover": "#9aa2c0",
        "scrollbar-active": "#2e5fd0",
        "scrollbar-background": "#f6f7fb",
        "scrollbar-background-hover": "#f6f7fb",
        "scrollbar-background-active": "#f6f7fb",
    },
)

THEMES = (DARK, LIGHT)
