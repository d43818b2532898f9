"""What must be so before anything is spawned, and how to mend what is not."""

from __future__ import annotations

import shutil

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.vcs.repo import branch_ref, commit_of
from lmawep_tui.vcs.run import version


def check_disk(ws: Workspace, extra: int = 0, *, make_room: bool = False) -> None:
    """Raises Refused when the disk holds less free space than `limits.free_disk` and `extra` bytes.

    `make_room` first deletes what removed pods left in the trash, if that is needed.
    """
    wanted = ws.config.limits.free_disk + extra
    free = _free(ws)
    waits = 0
    if free < wanted:
        from lmawep_tui.engine import trash

        waits = len(trash.empty(ws) if make_room else trash.waiting(ws))
        free = _free(ws)
    if free < wanted:
        more = f" {waits} removed pods are not deleted yet: `lmawep doctor --fix`." if waits else ""
        raise Refused(
            f"Only {free / 1e9:.1f} GB are free on the disk of {ws.layout.root}.{more}",
            f"Free some space, or lower limits.free_disk (now {ws.config.limits.free_disk / 1e9:.1f} GB).",
        )


def _free(ws: Workspace) -> int:
    """Bytes that may be used on the fullest of the disks that pods take space on."""
    folders = {ws.layout.root, *(p for p in (ws.layout.worktrees,) if p.is_dir())}
    return min(shutil.disk_usage(folder).free for folder in folders)


def preflight(ws: Workspace) -> list[str]:
    """Everything that would stop a conductor, each in a sentence with what to do; empty when all is well."""
    found: list[str] = []
    checks = (lambda: version(ws.git), lambda: check_disk(ws, _spares(ws)), lambda: _main(ws), lambda: _agents(ws))
    for check in checks:
        try:
            check()
        except LmawepError as error:
            found.append(str(error))
    return found


def _spares(ws: Workspace) -> int:
    if ws.config.worktree.spares <= 0:
        return 0
    from lmawep_tui.engine.spares import missing_bytes

    return missing_bytes(ws)


def _main(ws: Workspace) -> None:
    state = ws.snapshot().state
    if commit_of(ws.git, branch_ref(state.main)) is None:
        raise Refused(f"The branch {state.main!r} does not exist.", "Set `main` in .lmawep/config.yaml.")


def _agents(ws: Workspace) -> None:
    from lmawep_tui.agents.profile import profile_of, require_command  # late: spawning needs only the disk check

    config = ws.config
    roles = [config.roles.task, *([config.roles.review] if config.roles.review.by == "agent" else [])]
    for name in dict.fromkeys(role.agent or config.agent for role in roles):
        require_command(profile_of(name, config))
