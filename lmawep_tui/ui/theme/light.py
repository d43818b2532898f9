"""Light, for bright rooms and light terminals."""

from __future__ import annotations

from lmawep_tui.ui.theme.make import theme

LIGHT = theme(
    "light", dark=False,
    ground="#f6f7fb", panel="#e7eaf3", text="#2c3147", muted="#515874", primary="#2452be", secondary="#6c3bb0",
    accent="#006080", good="#33661a", warn="#7a5000", bad="#b01c38", cursor="#c9d6ff", cursor_text="#141a33",
    edge="#b4bad1", edge_hover="#9aa2c0",
)  # fmt: skip
