"""Faults of the screen itself, kept for whoever mends them."""

from __future__ import annotations

import contextlib

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal

_KEPT = 1 << 20
"""Bytes after which the file begins anew; the one before it stays."""


def note_fault(ws: Workspace, words: str, text: str) -> None:
    """Add a fault with its whole traceback; a disk that takes nothing any more is no second fault."""
    path = ws.layout.screen_faults
    with contextlib.suppress(OSError):
        if path.stat().st_size > _KEPT:
            path.replace(path.with_suffix(".1.log"))
    with contextlib.suppress(Exception):
        journal.append(path, "screen fault", why=words, traceback=text[-20_000:])
