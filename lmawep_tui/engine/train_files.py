"""Ignored files (`worktree.copy`, `worktree.link`) in the train's worktree: as they are now, and copied only then."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import field
from pathlib import Path

from lmawep_tui.engine.provision import provide_files
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError

_OURS = (".git", ".lmawep", "lmawep-workspace")


@dataclass(frozen=True, slots=True)
class _Given:
    """What was given to the worktree the last time."""

    patterns: tuple[str, ...] = ()
    stamps: dict[str, str] = field(default_factory=dict)
    """Path → size and time of its source then."""
    copies: tuple[str, ...] = ()
    """Paths that we put there ourselves: only these are ever taken away again."""


class TrainFiles:
    """One look at the sources; `drop_changed` goes before the checkout, `give` after it."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        self._ws, self._folder = ws, folder
        self._path = ws.layout.cache / "train-files.json"
        config = ws.config.worktree
        self._patterns = (*config.copy, "", *config.link)
        self._stamps = _stamps(ws.layout.root, (*config.copy, *config.link))
        self._old = self._read()

    def drop_changed(self) -> None:
        """Takes copies away whose source has changed, so that they are copied anew; git restores what it tracks."""
        for path in self._old.copies:
            if self._stamps.get(path) != self._old.stamps.get(path):
                target = self._folder / path
                if target.is_dir() and not target.is_symlink():
                    shutil.rmtree(target)
                else:
                    target.unlink(missing_ok=True)

    def give(self) -> None:
        """Copies and links what is missing; costs next to nothing when nothing is."""
        if len(self._patterns) == 1:
            return
        missing = [path for path in self._stamps if not os.path.lexists(self._folder / path)]
        given = _Given(self._patterns, self._stamps, self._old.copies)
        if not missing and given == self._old:
            return
        provide_files(self._ws, self._folder)
        new = tuple(path for path in missing if os.path.lexists(self._folder / path))
        given = _Given(self._patterns, self._stamps, tuple(dict.fromkeys((*self._old.copies, *new))))
        with contextlib.suppress(LmawepError):
            make_folder(self._path.parent)
            write_text(self._path, json.dumps(to_plain(given)), durable=False)

    def _read(self) -> _Given:
        try:
            return from_plain(_Given, json.loads(read_text(self._path, 16 * 1024 * 1024)))
        except (FileNotFoundError, ValueError, BadFile):
            return _Given()


def _stamps(root: Path, patterns: tuple[str, ...]) -> dict[str, str]:
    """Size and time of everything that the patterns name, relative to the root; a folder counts by its own time."""
    found: dict[str, str] = {}
    for pattern in patterns:
        with contextlib.suppress(ValueError, NotImplementedError, OSError):  # provide_files says what is wrong with it
            for path in sorted(root.glob(pattern)):
                relative = path.relative_to(root).as_posix()
                if relative.split("/")[0] not in _OURS:
                    seen = path.stat(follow_symlinks=False)
                    found[relative] = f"{seen.st_size} {seen.st_mtime_ns}"
    return found
