"""Folders, excludes, what killed writes left, and the redo file."""

from __future__ import annotations

import time
from pathlib import Path

from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.init import pod_excludes
from lmawep_tui.engine.transaction import read_redo
from lmawep_tui.files.atomic import TEMP_PREFIX, make_folder
from lmawep_tui.model.errors import BadFile
from lmawep_tui.vcs.repo import add_excludes

_OLD_TEMP_S = 3600.0


def look_at_folders(found: Findings) -> None:
    """Our folders, and that git does not see what is ours."""
    layout = found.ws.layout
    for folder in (layout.tickets, layout.workspace, layout.workspace / "locks", layout.runs, layout.board):
        if not folder.is_dir():
            if found.fix or folder.name == "locks" or folder == layout.workspace:
                make_folder(folder)
            found.add(f"The folder {folder} was missing.", found.fix)
    found.check(_excludes)
    for folder in (layout.tickets, layout.workspace):
        for temp in folder.glob(f"{TEMP_PREFIX}*") if folder.is_dir() else ():
            found.check(lambda each, temp=temp: _temp(each, temp))  # type: ignore[misc]


def _excludes(found: Findings) -> None:
    exclude = found.ws.layout.exclude
    lines = exclude.read_text("utf-8", "replace").splitlines() if exclude.exists() else []
    tracked = found.ws.config.tickets.tracked
    missing = [pattern for pattern in ("/lmawep-workspace/", *pod_excludes(tracked=tracked)) if pattern not in lines]
    if missing:
        if found.fix:
            add_excludes(exclude, tuple(missing))
        found.add(f"{exclude} does not exclude {', '.join(missing)}.", found.fix)
    if tracked:
        for pattern in ("/.lmawep/", "/.lmawep/tickets/"):
            if pattern in lines:
                found.add(
                    f"{exclude} excludes {pattern}, but `tickets.tracked` leaves it to git: remove that line from it."
                )


def _temp(found: Findings, temp: Path) -> None:
    if time.time() - temp.stat(follow_symlinks=False).st_mtime > _OLD_TEMP_S:
        if found.fix:
            temp.unlink(missing_ok=True)
        found.add(f"{temp} was left by a killed write.", found.fix)


def look_at_redo(found: Findings) -> None:
    """The file with what a killed process had begun to write."""
    redo = found.ws.layout.redo
    try:
        read_redo(found.ws.layout)
    except BadFile as error:
        if found.fix:
            redo.rename(redo.with_name(f"{redo.name}.damaged-{time.time_ns()}"))
        found.add(str(error).removesuffix(" " + error.hint), found.fix)
