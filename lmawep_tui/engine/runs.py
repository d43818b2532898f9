"""`run`, `stop`, `pause`, `resume`: one agent, or one command, at work in a pod."""

from __future__ import annotations

import contextlib
import secrets
import sys
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents import control
from lmawep_tui.agents.launch import launch
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.order import STOP_JSON
from lmawep_tui.agents.profile import Profile
from lmawep_tui.engine import mcp_config, memory_bank, shared
from lmawep_tui.engine.conflict_facts import refuse_half_merged
from lmawep_tui.engine.costs import refuse_over_budget
from lmawep_tui.engine.evidence import outside
from lmawep_tui.engine.provision import copy_ticket
from lmawep_tui.engine.run_order import Extra, Order, agent_order, limits_of, next_number
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_bytes
from lmawep_tui.files.journal import now
from lmawep_tui.files.run_file import PROMPT, read_run, write_run
from lmawep_tui.files.sitting import who_sits
from lmawep_tui.model.config import RoleConfig
from lmawep_tui.model.errors import BadFile, LmawepError, Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.message import joined
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Limits, Outcome, Role, Run, RunState, Stage
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.queries import must_have_pod
from lmawep_tui.store.store import run_names
from lmawep_tui.vcs.repo import branch_ref, commit_of
from lmawep_tui.vcs.worktree import check_links

_SAID = "activeContext.md"
"""Of the memory bank: where the person's words stand."""


def start(
    ws: Workspace,
    pod: PodId,
    *,
    role: Role | None = None,
    argv: tuple[str, ...] = (),
    agent: str | None = None,
    message: str = "",
    over_budget: bool = False,
) -> Run:
    """Starts an agent in a pod and returns when it runs; its end is acted on by `settle`.

    `argv` runs that command instead of a profile; `message` is the person's word or answer. It goes behind what was
    said before and not sent yet, all of it into the prompt and the memory bank; an agent that can goes on with its
    conversation. Raises Refused when the pod has a live run or is not in order, or when a budget is used up and the run
    is not to start `over_budget`.
    """
    run = _start(ws, pod, role, argv, agent, message, over_budget=over_budget)
    assert run is not None  # only a follow-up may turn out to be none
    return run


def follow_up(ws: Workspace, pod: PodId) -> Run | None:
    """As start, for what was said and not sent yet; None when there is nothing, or somebody else just sent it."""
    return _start(ws, pod, None, (), None, "", only_told=True)


def _start(
    ws: Workspace,
    pod: PodId,
    role: Role | None,
    argv: tuple[str, ...],
    agent: str | None,
    message: str,
    *,
    only_told: bool = False,
    over_budget: bool = False,
) -> Run | None:
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"run {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        if only_told and not record.told:
            return None
        ready_to_run(ws, record)
        role = role or record.next_role
        if role.by_agent and not argv and not over_budget:
            refuse_over_budget(ws, record.ticket)
        if role.writes and not argv:  # a plain command listens to nobody
            message = "\n\n".join(filter(None, (joined(record.told), message)))
            record = replace(record, told=())
        if message and message not in memory_bank.texts(record).get(_SAID, ""):
            memory_bank.add_note(record, _SAID, "The person says", message)
        if message and role.writes and change.ticket(record.ticket).status is Status.MERGING:
            change.move(record.ticket, Event.REJECTED)  # what is said now goes before what was approved
        order = agent_order(ws, change, record, role, argv, agent, message)
        record = replace(record, paused=False, attempts=0 if message else record.attempts)
        if record.setup is not None and not record.setup.ok:
            record = replace(record, setup=None)  # whoever runs an agent all the same has seen that
        change.put_pod(record)
        run = _write(ws, change, record, order)
    return _launch(ws, run, order.profile)


def run_command(
    ws: Workspace,
    pod: PodId,
    role: Role,
    argv: tuple[str, ...],
    *,
    timeout_s: float,
    cwd: Path | None = None,
    extra: Extra | None = None,
    stage: Stage | None = None,
) -> Run:
    """Runs a command of the person's (setup, tests) under a supervisor in the pod, or in `cwd`, to its end.

    `extra` gives further arguments once the run has a folder; `stage` is a test command's place in its check.
    """
    with ws.change(f"{role} {pod}") as change:
        record = change.pod(pod)
        ready_to_run(ws, record)
        limits = replace(limits_of(ws.config, RoleConfig(timeout=timeout_s), None), silence_s=0, final_s=0)
        order = Order(role, argv, cwd=cwd, limits=limits, extra=extra, stage=stage)
        run = _write(ws, change, record, order)
    _launch(ws, run, None)
    return wait(ws, run)


def ready_to_run(ws: Workspace, record: PodRecord) -> None:
    """Raises Refused when the pod is tampered with, somebody works in it, or a person's merge is half done there."""
    run = newest(ws, record.id)
    if run is not None and is_live(ws.run_dir(record.id, run.name), run):
        raise Refused(
            f"{record.id} already has a run ({run.name}).",
            f"`lmawep stop {record.id}` ends it, `tell` says something to it.",
        )
    refuse_sitting(ws, record.id)
    links = check_links(Path(record.path), ws.layout.git_dir)
    if not links.ok:
        raise Refused(f"{record.id} is not in order: {links.why}.", "`lmawep doctor` says how to mend it.")
    refuse_half_merged(record)


def refuse_sitting(ws: Workspace, pod: PodId) -> None:
    """Raises Refused while the person is attached to the pod."""
    sitting = who_sits(ws.layout.sitting(pod), pod)
    if sitting is not None:
        raise Refused(f"{pod}: {sitting.words} ({sitting.what or 'a program'}).", "End that program first.")


def _write(ws: Workspace, change: Change, record: PodRecord, order: Order) -> Run:
    """The run's folder and order, and the ticket's step, all before any process exists."""
    if order.role.writes:
        change.move(record.ticket, Event.STARTED)
    number = next_number(ws, record.id)
    run_dir = ws.run_dir(record.id, f"{number:04d}-{order.role}")
    if run_dir.parent.is_symlink():
        raise BadFile(run_dir.parent, "is a symbolic link", hint="Replace it by a real folder.")
    make_folder(run_dir)
    profile = order.profile
    stdin = PROMPT if order.prompt is not None and (profile is None or profile.prompt == "stdin") else None
    run = Run(
        pod=record.id,
        ticket=record.ticket,
        number=number,
        role=order.role,
        argv=order.argv if order.extra is None else (*order.argv, *order.extra(run_dir)),
        cwd=str(order.cwd or record.path),
        mark=secrets.token_hex(12),
        agent=order.agent,
        format=profile.format if profile else "text",
        resumes=order.resumes,
        session=order.session,
        counted=order.counted,
        env=dict(profile.env) if profile else {},
        stdin=stdin,
        stop_signal=profile.stop_signal if profile else "INT",
        exit_outcomes=dict(profile.exit_codes) if profile else {},
        limits=order.limits or Limits(),
        head_before=commit_of(ws.git, branch_ref(record.branch)),
        outside=outside(ws) if order.role.by_agent else (),
        message=order.message,
        alerts=order.alerts,
        stage=order.stage,
        created=now(),
    )
    if order.role not in (Role.SETUP, Role.MERGE):  # the combined tests do not run in the pod
        copy_ticket(ws, record.ticket, Path(record.path))
        memory_bank.keep(ws, record, f"before {run.name}")
        if order.role.by_agent:
            shared.refresh(ws, change, change.pod(record.id))
    if order.prompt is not None:
        write_bytes(run_dir / PROMPT, order.prompt.encode("utf-8", "surrogateescape"))
    if profile is not None and mcp_config.used_by(profile, ws.config):
        run = mcp_config.give(run_dir, run, profile, ws.layout.root, ws.config)
    write_run(run_dir, run)
    change.note("run", pod=record.id, ticket=record.ticket, run=run.name, role=str(run.role), agent=run.agent)
    change.save()
    return run


def _launch(ws: Workspace, run: Run, profile: Profile | None) -> Run:
    # -P: what lies in the current folder can never pass for our package
    after: tuple[str, ...] = (
        sys.executable,
        "-P",
        "-m",
        "lmawep_tui",
        "settle",
        run.pod,
        "--root",
        str(ws.layout.root),
    )
    if run.role is Role.MERGE:
        after = ()  # the lander waits for it, and one more program would only stand in its way
    run_dir = ws.run_dir(run.pod, run.name)
    try:
        return launch(
            run_dir, run, journal=ws.layout.journal, after=after, env_pass=profile.env_pass if profile else ()
        )
    except LmawepError as error:
        control.mark_lost(run_dir)
        raise LmawepError(f"{run.pod}: the run could not be started. {error}") from error


def newest(ws: Workspace, pod: PodId) -> Run | None:
    """The pod's newest run; raises BadFile when it cannot be read.

    A folder without an order was left by a process killed before it wrote one: nothing ever ran there.
    """
    for name in reversed(run_names(ws.layout, pod)):
        with contextlib.suppress(FileNotFoundError):
            return read_run(ws.run_dir(pod, name))
    return None


def wait(ws: Workspace, run: Run, timeout_s: float | None = None) -> Run:
    """Blocks until the run has ended and returns it with its outcome."""
    return control.wait(ws.run_dir(run.pod, run.name), timeout_s)


def stop(ws: Workspace, pod: PodId, reason: str = "stopped by you") -> Run:
    """Ends the pod's live run, its whole tree; the pod is paused so that nothing starts it again by itself."""
    from lmawep_tui.engine.settle import settle

    run = _live(ws, pod)
    ended = control.stop(ws.run_dir(pod, run.name), reason)
    settle(ws, pod)
    return ended


def pause(ws: Workspace, pod: PodId) -> None:
    """Holds a pod still: a live run is frozen, its clock too, and autopilot leaves the pod alone."""
    with ws.change(f"pause {pod}") as change:
        change.put_pod(replace(change.pod(pod), paused=True))
        change.note("paused", pod=pod)
        change.save()
    run = newest(ws, pod)
    if run is not None and is_live(ws.run_dir(pod, run.name), run):
        control.pause(ws.run_dir(pod, run.name))


def resume(ws: Workspace, pod: PodId) -> None:
    """Lets a paused pod go on; raises Refused when it is not paused, or a person's merge is half done there."""
    record = must_have_pod(ws.snapshot(), pod).record
    if not record.paused:
        raise Refused(f"{pod} is not paused.", f"`lmawep why {pod}` says what it waits for.")
    refuse_half_merged(record)
    run = newest(ws, pod)
    if run is not None and is_live(ws.run_dir(pod, run.name), run):
        control.resume(ws.run_dir(pod, run.name))
    with ws.change(f"resume {pod}") as change:
        change.put_pod(replace(change.pod(pod), paused=False))
        change.note("resumed", pod=pod)
        change.save()


def _live(ws: Workspace, pod: PodId) -> Run:
    must_have_pod(ws.snapshot(), pod)
    run = newest(ws, pod)
    if run is None or run.state is RunState.ENDED or not is_live(ws.run_dir(pod, run.name), run):
        raise Refused(f"{pod} has no live run.")
    return run


def ended_by_person(ws: Workspace, run: Run) -> bool:
    """Whether the run ended because somebody asked for it."""
    return run.outcome is Outcome.KILLED and (ws.run_dir(run.pod, run.name) / STOP_JSON).exists()
