"""`attach` and `open`: the person takes over a pod, on the terminal, and gives it back."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents.environment import UNATTENDED, agent_environment, own_environment
from lmawep_tui.agents.foreground import run_foreground
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.profile import Profile, fill_line, own_words, profile_of, require_command, with_policy
from lmawep_tui.engine import resuming, runs
from lmawep_tui.engine.editor import editor_at, editor_words, file_in
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.sitting import sit
from lmawep_tui.model.command import words_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role, Run
from lmawep_tui.model.sitting import Sitting


@dataclass(frozen=True, slots=True)
class Attached:
    """How it went: the program, its exit status (negative: a signal), what outlived it and was ended."""

    pod: PodId
    what: str
    status: int
    ended: tuple[str, ...] = ()
    paused: bool = False
    """Whether the pod is paused now: its run was stopped, and only the person lets it go on."""


@dataclass(frozen=True, slots=True)
class _Program:
    """What is given the terminal."""

    what: str
    argv: tuple[str, ...]
    profile: Profile | None = None
    """None for a program of the person's own, which sees their whole environment."""


Choose = Callable[[Change, PodRecord], _Program]


def attach(ws: Workspace, pod: PodId, *, stop: bool = False, shell: bool = False) -> Attached:
    """Gives the terminal to the pod's agent program, going on with its last conversation, or to a shell there.

    Blocks until it ends; meanwhile nothing is started in the pod. Raises Refused for a pod with a live run unless
    `stop`, and for one where somebody sits already.
    """
    return _sit(ws, pod, lambda change, record: _agent_program(ws, change, record, shell=shell), stop=stop)


def open_in(ws: Workspace, pod: PodId, name: str | None = None) -> Attached:
    """As attach, with a program that the config names under `open:`; without a name the only or first one."""
    return _sit(ws, pod, lambda change, record: _own_program(ws, change, record, name), stop=False)


def edit_in(ws: Workspace, pod: PodId, path: str, line: int | None = None) -> Attached:
    """As attach, with the person's editor on one file of the pod, at a line where the editor can be told.

    Raises NotFound for a file that is not there, Refused for one that leads out of the pod.
    """

    def choose(_: Change, record: PodRecord) -> _Program:
        file = file_in(Path(record.path), path)
        return _Program("editor", editor_at(editor_words(), file, line))

    return _sit(ws, pod, choose, stop=False)


def _sit(ws: Workspace, pod: PodId, choose: Choose, *, stop: bool) -> Attached:
    _make_room(ws, pod, stop=stop)
    mark = secrets.token_hex(12)
    with contextlib.ExitStack() as sitting:
        with ws.change(f"attach {pod}") as change:
            record = change.pod(pod)
            runs.ready_to_run(ws, record)
            program = choose(change, record)
            facts = Sitting(pod, now(), program.what, mark)
            sitting.enter_context(sit(ws.layout.sitting(pod), facts))
            change.note("attached", pod=pod, ticket=record.ticket, what=program.what)
            change.save()
        status, left = run_foreground(program.argv, Path(record.path), _environment(ws, record, program, mark), mark)
    names = tuple(dict.fromkeys(found.name for found in left))
    ws.journal("detached", pod=pod, ticket=record.ticket, what=program.what, status=status, ended=list(names))
    return Attached(pod, program.what, status, names, record.paused)


def _make_room(ws: Workspace, pod: PodId, *, stop: bool) -> None:
    """Ends a live run where that is wanted; raises Refused where it is not."""
    run = runs.newest(ws, pod)
    if run is None or not is_live(ws.run_dir(pod, run.name), run):
        return
    if run.role is Role.MERGE:
        raise Refused(f"{pod} is just being landed.", f"`lmawep logs {pod}` shows it.")
    if not stop:
        hint = f"`lmawep attach {pod} --stop` ends it and takes over; `lmawep tell {pod} …` says something to it."
        raise Refused(f"{pod} has a live run ({run.name}).", hint)
    runs.stop(ws, pod, "you attached to its pod")


def _agent_program(ws: Workspace, change: Change, record: PodRecord, *, shell: bool) -> _Program:
    """The agent's interactive program, in its last conversation where there is one; else the person's shell."""
    name = _agent_of(ws, change, record)
    profile = None if shell or name is None else profile_of(name, ws.config)
    if profile is None or not (profile.attach or profile.interactive):
        return _Program("shell", (os.environ.get("SHELL") or "/bin/sh",))
    if profile.name in ws.config.agents:
        require_accepted(ws.layout, ws.git, f"command of agent {profile.name}", own_words(profile))
    settings = ws.config.role(record.next_role.value)
    profile = with_policy(profile, settings.permissions)
    last = resuming.last_session(ws, record, profile) if profile.attach else None
    line = profile.attach if last is not None else profile.interactive
    if not line:
        return _Program("shell", (os.environ.get("SHELL") or "/bin/sh",))
    values = {
        "session": last.session if last is not None else "",
        "worktree": record.path,
        "pod": record.id,
        "ticket": str(record.ticket),
        "role": record.next_role.value,
        "model": settings.model or "",
        "root": str(ws.layout.root),
        "git_common": str(ws.layout.git_dir),
        "main": change.state.main,
    }
    argv = fill_line(profile, line, values)
    require_command(replace(profile, command=argv))
    return _Program(profile.name, argv, profile)


def _agent_of(ws: Workspace, change: Change, record: PodRecord) -> str | None:
    """The agent that worked here last, else the one that would."""
    last = next((run.agent for run in resuming.past_runs(ws, record.id) if run.role.by_agent and run.agent), None)
    if last is not None:
        with contextlib.suppress(LmawepError):
            return profile_of(last, ws.config).name
    try:
        ticket = change.ticket(record.ticket)
    except LmawepError:
        return None
    return ws.config.agent_for(record.next_role.value, record.agent, ticket.agent)


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def _own_program(ws: Workspace, change: Change, record: PodRecord, name: str | None) -> _Program:
    programs = ws.config.open
    if not programs:
        hint = "For example `open: {editor: 'nvim {worktree}', git: lazygit}`."
        raise NotFound("No programs are set under `open:` in .lmawep/config.yaml.", hint)
    name = name or next(iter(programs))
    if name not in programs:
        raise NotFound(f"There is no {name!r} under `open:`.", f"There are: {', '.join(programs)}.")
    values = {
        "worktree": record.path,
        "pod": record.id,
        "ticket": str(record.ticket),
        "branch": record.branch,
        "base": record.base,
        "main": change.state.main,
        "root": str(ws.layout.root),
    }
    words = words_of(programs[name])
    require_accepted(ws.layout, ws.git, f"open.{name}", words)
    unknown = next((found for word in words for found in _PLACEHOLDER.findall(word) if found not in values), None)
    if unknown is not None:
        known = ", ".join(f"{{{key}}}" for key in values)
        raise LmawepError(f"`open.{name}` uses {{{unknown}}}, which means nothing.", f"Known: {known}.")
    return _Program(name, tuple(_PLACEHOLDER.sub(lambda match: values[match[1]], word) for word in words))


def _environment(ws: Workspace, record: PodRecord, program: _Program, mark: str) -> dict[str, str]:
    """An agent sees what it sees in a run; a program of the person's all that they see, and where it is."""
    env = dict(program.profile.env) if program.profile is not None else {}
    run = Run(pod=record.id, ticket=record.ticket, number=0, role=Role.COMMAND, argv=program.argv, cwd=record.path,
              mark=mark, env=env)  # fmt: skip
    if program.profile is None:
        return own_environment(os.environ, run, root=ws.layout.root)
    found = agent_environment(os.environ, run, root=ws.layout.root, env_pass=program.profile.env_pass)
    attended = {name: os.environ[name] for name in ("EDITOR", "VISUAL", "TERM_PROGRAM") if name in os.environ}
    return {name: value for name, value in found.items() if name not in UNATTENDED} | attended
