"""Dark, calm: what one sees where nothing else is asked for."""

from __future__ import annotations

from lmawep_tui.ui.theme.make import theme

DARK = theme(
    "dark", dark=True,
    ground="#13141c", panel="#1b1d2a", text="#c0caf5", muted="#9199bb", primary="#7aa2f7", secondary="#bb9af7",
    accent="#7dcfff", good="#9ece6a", warn="#e0af68", bad="#f7768e", cursor="#3b4a7a", cursor_text="#e6ebff",
    edge="#3a3f58", edge_hover="#565f89",
)  # fmt: skip
