"""High contrast: every text is at least seven to one to what is behind it (WCAG 2.2, AAA)."""

from __future__ import annotations

from lmawep_tui.ui.theme.make import theme

CONTRAST = theme(
    "contrast", dark=True,
    ground="#000000", panel="#101010", text="#ffffff", muted="#cfcfcf", primary="#9cc4ff", secondary="#dcb8ff",
    accent="#7fe9ff", good="#86f586", warn="#ffd866", bad="#ffa8a8", cursor="#ffff00", cursor_text="#000000",
    edge="#8c8c8c", edge_hover="#ffffff",
)  # fmt: skip

CONTRAST_LIGHT = theme(
    "contrast-light", dark=False,
    ground="#ffffff", panel="#f2f2f2", text="#000000", muted="#383838", primary="#00308f", secondary="#4b1a7a",
    accent="#003c57", good="#00440f", warn="#553300", bad="#7d0012", cursor="#00205b", cursor_text="#ffffff",
    edge="#6b6b6b", edge_hover="#000000",
)  # fmt: skip
