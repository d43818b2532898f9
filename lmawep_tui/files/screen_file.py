"""What the screen remembers from one day to the next; nothing in it matters to a pod."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from lmawep_tui.files.atomic import write_text

_MOST_BYTES = 100_000
_TURN = threading.Lock()


def read_screen(path: Path) -> dict[str, Any]:
    """Return what is remembered, by name; a file that is missing or damaged remembers nothing."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as file:  # noqa: PTH123 - a descriptor, opened so that no link or pipe is followed
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(path: Path, **what: Any) -> None:
    """Remember these things besides the others.

    Threads take turns. Two screens of one project do not; the later one wins, and all that is lost is a preference.
    Raises LmawepError when the disk is full or read-only.
    """
    with _TURN:
        write_text(path, json.dumps({**read_screen(path), **what}, indent=1) + "\n", durable=False)
