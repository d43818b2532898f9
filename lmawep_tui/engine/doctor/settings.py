"""Settings that name what does not exist. What would stop autopilot is named by preflight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.agents.profile import find_command
from lmawep_tui.engine.detect import detect_tests
from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.preflight import ticket_agents, unknown_profiles
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.command import words_of


def look_at_settings(found: Findings) -> None:
    """Roles and tickets whose agent has no profile or is not installed, and tests that cannot be started."""
    for trouble in (*unknown_profiles(found.ws), *ticket_agents(found.ws), *_tests(found.ws)):
        found.add(trouble)


def _tests(ws: Workspace) -> Iterator[str]:
    """Test commands whose program is not there: each run of them would only say so again."""
    command = ws.config.tests.command or detect_tests(ws.layout.root)
    named = {"The test command": command} if command else {}
    tickets = ws.snapshot().tickets.values()
    named |= {f"The test command of ticket {t.id}": t.test for t in tickets if t.test and not t.status.closed}
    for whose, text in named.items():
        try:
            program = words_of(text)[0]
        except (ValueError, IndexError) as error:
            yield f"{whose} {error}."
            continue
        if not _is_there(ws, program):
            yield f"{whose} starts {program!r}, which does not exist. Install it, or name another program."


def _is_there(ws: Workspace, program: str) -> bool:
    """Looked for where tests run: in the folders of pods, and on the PATH. What `worktree.setup` makes may come yet."""
    if "/" not in program:
        return find_command(program) is not None
    if not Path(program).is_absolute() and ws.config.worktree.setup:
        return True
    folders = (ws.layout.root, *(Path(pod.record.path) for pod in ws.snapshot().pods.values()))
    return any((folder / program).exists() for folder in folders)
