"""`triage.json` and `looked.json`: what is the person's alone, and when they last looked."""

from __future__ import annotations

import json
from pathlib import Path

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.triage import Triage

_MAX_BYTES = 1024 * 1024


def read_triage(path: Path) -> Triage:
    """What was put aside and pinned; raises FileNotFoundError or BadFile."""
    text = read_text(path, _MAX_BYTES)
    try:
        return from_plain(Triage, json.loads(text))
    except ValueError as error:
        raise BadFile(path, f"is damaged: {error}", hint="Remove it; only snoozes and pins are lost.") from error


def write_triage(path: Path, triage: Triage) -> None:
    """Replaces the file whole."""
    write_text(path, json.dumps(to_plain(triage), indent=1) + "\n")


def read_looked(path: Path) -> float | None:
    """When the person last looked at the screen, in seconds since the epoch; None when that is not known."""
    try:
        at = json.loads(read_text(path, _MAX_BYTES))["at"]
    except (OSError, ValueError, KeyError, TypeError, BadFile):
        return None
    return float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None


def write_looked(path: Path, at: float) -> None:
    """Notes when the person last looked. Not worth waiting for the disk."""
    write_text(path, json.dumps({"at": round(at, 3)}) + "\n", durable=False)
