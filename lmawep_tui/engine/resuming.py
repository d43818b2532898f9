"""Whether the next run of a pod goes on with an earlier conversation, and with which."""

from __future__ import annotations

from collections.abc import Iterator

from lmawep_tui.agents.profile import Profile
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role, Run
from lmawep_tui.model.usage import Usage
from lmawep_tui.store.store import run_names


def earlier(ws: Workspace, record: PodRecord, role: Role, profile: Profile, *, message: str) -> Run | None:
    """The run whose conversation the next one of this role goes on with; None for a fresh start.

    What a person says goes to whom it was said to; else a run starts fresh, with the memory bank, unless the config
    says `resume: always` for its role.
    """
    if not can_resume(profile) or not (message or ws.config.role(role.value).resume == "always"):
        return None
    for run in past_runs(ws, record.id):
        if run.role is role and run.supervisor is not None:
            return run if _goes_on(run, record, profile) else None
    return None


def can_resume(profile: Profile) -> bool:
    """Whether the program can go on with a conversation at all."""
    return bool(profile.resume) and profile.resume_scope != "never"


def last_session(ws: Workspace, record: PodRecord, profile: Profile) -> Run | None:
    """The pod's newest run of this agent with a conversation that can be gone on with, whatever its role."""
    runs = (run for run in past_runs(ws, record.id) if run.role.by_agent and run.agent == profile.name)
    return next((run for run in runs if _goes_on(run, record, profile)), None)


def _goes_on(run: Run, record: PodRecord, profile: Profile) -> bool:
    if run.agent != profile.name or not run.session or run.session_gone:
        return False
    return profile.resume_scope != "directory" or run.cwd == record.path


def counted(ws: Workspace, record: PodRecord, run: Run, profile: Profile) -> Usage | None:
    """What a program that counts from the beginning of a conversation will count again; None for any other."""
    if not profile.usage_total and not profile.cost_total:
        return None
    sessions, used = {run.session}, Usage()
    for past in past_runs(ws, record.id):
        if past.session in sessions and past.agent == profile.name:
            sessions |= {past.resumes} - {""}
            used += past.usage or Usage()
    tokens = (used.input, used.cached, used.output) if profile.usage_total else (0, 0, 0)
    return Usage(*tokens, used.cost if profile.cost_total else None)


def past_runs(ws: Workspace, pod: PodId) -> Iterator[Run]:
    """The pod's runs that can be read, newest first."""
    for name in reversed(run_names(ws.layout, pod)):
        try:
            yield read_run(ws.run_dir(pod, name))
        except (LmawepError, OSError):
            continue
