"""What the pictures must not show: this machine, this moment, this person."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from tests.world import IDENTITY

NOW = 1768485760.0  # 2026-01-15 14:02:40 UTC
STAMP = "2026-01-15T14:02:40Z"
SEEN_AS = "/home/ada/code/shops"
"""What every path of a scene begins with in its pictures."""
_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "COVERAGE_PROCESS_START", "PYTEST_CURRENT_TEST")


@contextmanager
def pinned() -> Iterator[None]:
    """The same clock, time zone, terminal, language, names and colours everywhere."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {**IDENTITY, "TZ": "UTC", "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "HOME": "/nonexistent", "SHELL": "/bin/sh"}  # fmt: skip
    with (
        patch.dict(os.environ, env, clear=True),
        patch("time.time", lambda: NOW),
        patch("textual.widgets.Input._toggle_cursor", lambda _: None),
        patch("textual.widgets.TextArea._toggle_cursor_blink_visible", lambda _: None),
        patch("textual.widgets._toast.Toast._expire", lambda _: None),  # however slow the machine is
        patch("time.time_ns", lambda: int(NOW * 1e9)),
        patch("lmawep_tui.engine.radar.now", lambda: STAMP),
        patch("lmawep_tui.engine.train_view.stamp", lambda: STAMP),
        patch("lmawep_tui.engine.preflight.fixes_missing", lambda _: ()),
    ):
        time.tzset()
        yield
    time.tzset()


@contextmanager
def nowhere() -> Iterator[Path]:
    """A folder that goes away again; its name is as long as the one that the pictures show for it."""
    folder = Path("/tmp/lmawep-" + uuid4().hex[: len(SEEN_AS) - len("/tmp/lmawep-")])
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
