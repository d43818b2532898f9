"""Safe for eyes that tell red and green badly: blue is good, orange is bad (after Okabe and Ito)."""

from __future__ import annotations

from lmawep_tui.ui.theme.make import theme

COLOUR_BLIND = theme(
    "colour-blind", dark=True,
    ground="#14161a", panel="#1e2127", text="#dfe3ea", muted="#959ca8", primary="#d9ccff", secondary="#d68fb7",
    accent="#9fe0e8", good="#46a2ea", warn="#f5ec7a", bad="#f07d2c", cursor="#2f4a66", cursor_text="#ffffff",
    edge="#454b57", edge_hover="#6b7280",
)  # fmt: skip

COLOUR_BLIND_LIGHT = theme(
    "colour-blind-light", dark=False,
    ground="#fafafa", panel="#ececef", text="#24272e", muted="#525863", primary="#4e5e77", secondary="#8f3a6d",
    accent="#00596b", good="#0056ae", warn="#4a0a4f", bad="#984000", cursor="#cfe3f7", cursor_text="#10202e",
    edge="#b9bcc5", edge_hover="#8b909c",
)  # fmt: skip
