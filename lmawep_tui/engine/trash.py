"""What a removal leaves to be deleted later: where it lies, and who deletes it."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine.background import start_later
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import trash


def discard(ws: Workspace, folder: Path) -> bool:
    """Takes a worktree's folder away in one rename; False when it lies where that cannot be done."""
    return any(trash.discard(folder, place) is not None for place in places(ws))


def places(ws: Workspace) -> list[Path]:
    """The trash folders: in our workspace, and beside the pods when they lie elsewhere (on another disk, perhaps)."""
    layout = ws.layout
    found = [layout.workspace / "trash"]
    if not layout.worktrees.is_relative_to(layout.workspace):
        found.append(layout.worktrees.parent / f".{layout.worktrees.name}-lmawep-trash")
    return found


def waiting(ws: Workspace) -> list[Path]:
    """What has not been deleted yet."""
    return [place / name for place in places(ws) for name in trash.waiting(place)]


def empty(ws: Workspace) -> list[Path]:
    """Deletes it now; returns what could not be deleted."""
    return [place / name for place in places(ws) for name in trash.empty(place)]


def empty_later(ws: Workspace) -> None:
    """Deletes it in a process of its own, which nobody waits for."""
    if waiting(ws):
        start_later("lmawep_tui.files.trash", *map(str, places(ws)))
