"""How much a snapshot holds beyond main; what was asked once is remembered, for a commit never changes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lmawep_tui.engine.vault import base_of
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.vcs.vault_list import Kept

_KNOWN_MOST = 4_000

_SHORT = re.compile(rb"(\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?")


@dataclass(frozen=True, slots=True)
class Size:
    """Files, and lines added and taken away."""

    files: int = 0
    insertions: int = 0
    deletions: int = 0


_known: dict[tuple[str, str], Size] = {}


def sizes(ws: Workspace, snapshots: Iterable[Kept], *, at_once: int = 60) -> dict[str, Size]:
    """By ref, the sizes that are known; of those that are not, `at_once` more are asked of git."""
    found: dict[str, Size] = {}
    for kept in snapshots:
        key = (str(ws.layout.git_dir), kept.commit)
        if key not in _known and at_once > 0:
            at_once -= 1
            if len(_known) > _KNOWN_MOST:
                _known.clear()
            _known[key] = _size(ws, kept)
        if key in _known:
            found[kept.ref] = _known[key]
    return found


def _size(ws: Workspace, kept: Kept) -> Size:
    flags = ("--no-ext-diff", "--no-textconv", "--no-renames")
    try:
        said = ws.git("diff", "--shortstat", *flags, base_of(ws, kept), kept.tree, timeout_s=60).stdout
    except GitFailed:  # an object is missing: `look_into` says so when it is asked for
        return Size()
    match = _SHORT.search(said)
    return Size(*(int(number or 0) for number in match.groups())) if match else Size()
