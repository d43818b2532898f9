"""What must be so before anything is spawned, and how to mend what is not."""

from __future__ import annotations

import shutil

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.vcs.repo import branch_ref, commit_of
from lmawep_tui.vcs.run import version


def check_disk(ws: Workspace) -> None:
    """Raises Refused when the disk holds less free space than `limits.free_disk`."""
    free = shutil.disk_usage(ws.layout.root).free
    wanted = ws.config.limits.free_disk
    if free < wanted:
        raise Refused(
            f"Only {free / 1e9:.1f} GB are free on the disk of {ws.layout.root}.",
            f"Free some space, or lower limits.free_disk (now {wanted / 1e9:.1f} GB).",
        )


def preflight(ws: Workspace) -> list[str]:
    """Everything that would stop a conductor, each in a sentence with what to do; empty when all is well."""
    found: list[str] = []
    checks = (lambda: version(ws.git), lambda: check_disk(ws), lambda: _main(ws), lambda: _agents(ws))
    for check in checks:
        try:
            check()
        except LmawepError as error:
            if str(error) not in found:  # a config that cannot be read stops every check that needs it
                found.append(str(error))
    return found


def _main(ws: Workspace) -> None:
    state = ws.snapshot().state
    if commit_of(ws.git, branch_ref(state.main)) is None:
        raise Refused(f"The branch {state.main}, on which work lands, does not exist.",
                      f"Bring it back (`git branch {state.main} COMMIT`), or name another: `main:` in "
                      ".lmawep/config.yaml, then `lmawep doctor --fix`.")  # fmt: skip


def _agents(ws: Workspace) -> None:
    from lmawep_tui.agents.profile import profile_of, require_command  # late: spawning needs only the disk check

    config = ws.config
    roles = [config.roles.task, *([config.roles.review] if config.roles.review.by == "agent" else [])]
    for name in dict.fromkeys(role.agent or config.agent for role in roles):
        require_command(profile_of(name, config))
