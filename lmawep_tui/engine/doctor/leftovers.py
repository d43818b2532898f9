"""Spares that cannot be used, and what removals left to be deleted later."""

from __future__ import annotations

import time

from lmawep_tui.engine import spares, trash
from lmawep_tui.engine.doctor.findings import Findings

_OLD_S = 3600.0


def look_at_spares(found: Findings) -> None:
    """Spares are ours, but whatever somebody left in one is not: those are named, never removed."""
    before = {spare.name for spare, _ in spares.odd_ones(found.ws)}
    if before and found.fix:
        spares.mend(found.ws)
    left = spares.odd_ones(found.ws)
    for spare, why in left:
        found.add(f"The spare worktree {spare.path} is not used: {why}. `git worktree remove` removes it.")
    for name in sorted(before - {spare.name for spare, _ in left}):
        found.add(f"The spare worktree {name} was never finished.", found.fix)


def look_at_trash(found: Findings) -> None:
    """Usually gone within a second, so only what is old is worth a word."""
    left = trash.empty(found.ws) if found.fix else trash.waiting(found.ws)
    old = [path for path in left if time.time() - path.stat(follow_symlinks=False).st_ctime > _OLD_S]
    if left and found.fix:
        found.add(f"{left[0]} cannot be deleted; everything in it was kept before.")
    elif old:
        found.add(f"{len(old)} removed worktrees are not deleted yet, {old[0]} for one.")
