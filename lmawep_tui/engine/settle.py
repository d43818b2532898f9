"""Settling: what follows from a run that has ended. Idempotent, and done by whoever comes first."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents import control
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.agents.outcome import read_alerts
from lmawep_tui.engine import alerts, memory_bank, shared
from lmawep_tui.engine.brief import brief
from lmawep_tui.engine.conflict_facts import merges_fact, refreshed
from lmawep_tui.engine.evidence import collect
from lmawep_tui.engine.limit_hold import note_limit
from lmawep_tui.engine.runs import ended_by_person, newest
from lmawep_tui.engine.send_back import failed_attempt, unresolved
from lmawep_tui.engine.tell import put_back
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.costs import usage_facts
from lmawep_tui.model.errors import BadFile, LmawepError, NotFound
from lmawep_tui.model.evidence import believed, failing, headline
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.store import run_names
from lmawep_tui.vcs.diff import subjects
from lmawep_tui.vcs.repo import branch_ref, commit_of
from lmawep_tui.vcs.vault import keep_run
from lmawep_tui.vcs.worktree import check_links

_COMMITS = "new commits"
"""The line of the done contract that a run without anything to mend cannot fulfil."""

WALLS = (Outcome.RATE_LIMITED, Outcome.AUTH)
"""Ends that are nobody's failure: quota used up, login missing."""


def settle(ws: Workspace, pod: PodId) -> Run | None:
    """Acts on the pod's newest run if it has ended and nobody did yet; returns that run.

    A run whose supervisor was killed becomes `lost`, and what was left of it is ended.
    """
    with ws.change(f"settle {pod}") as change:
        return settle_ended(ws, change, pod)


def settle_ended(ws: Workspace, change: Change, pod: PodId) -> Run | None:
    """As settle, under a lock that is held already."""
    record = change.pod(pod)
    run = newest(ws, pod)
    if run is None or run.number <= record.settled:
        return None
    run_dir = ws.run_dir(pod, run.name)
    if run.state is not RunState.ENDED:
        if is_live(run_dir, run):
            return None
        run = control.mark_lost(run_dir)
        if run.state is not RunState.ENDED:
            return None  # somebody else is just closing it
    head = commit_of(ws.git, branch_ref(record.branch))
    change.note("settled", pod=pod, ticket=record.ticket, run=run.name, outcome=str(run.outcome), why=run.reason,
                head=head, **usage_facts(run))  # fmt: skip
    record = change.put_pod(put_back(replace(record, settled=run.number), run))
    try:
        change.ticket(record.ticket)
    except (NotFound, BadFile):  # the ticket file is gone or invalid: the run is history all the same
        change.note("ticket missing", pod=pod, ticket=record.ticket, run=run.name)
    else:
        _act(ws, change, record, run)
    if run.role.by_agent:
        shared.collect(ws, change, change.pod(pod))
    change.save()
    return run


def _act(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    if run.role.by_agent:
        note_limit(change, run)
    if run.role.writes:
        _settle_work(ws, change, record, run)
    elif run.role is Role.REVIEW:
        _settle_review(ws, change, record, run)
    elif run.role is Role.CHECK:
        from lmawep_tui.engine.testing import finish_test

        finish_test(ws, change, record, run)
    # setup, merge and plain commands: whoever ordered them reads the outcome itself


def _settle_work(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    facts = collect(ws, record, run, change.state.main)
    conflict = record.conflict
    if run.role is Role.RESOLVE and conflict is not None:
        facts = (*facts, merges_fact(ws, record, change.state.main))
    record = change.put_pod(replace(refreshed(ws, record), evidence=facts, next_role=run.role))
    alerts.collect(ws, change, record, read_alerts(ws.run_dir(record.id, run.name), run))
    if believed(facts):
        alerts.seen(change, record.ticket, run.alerts)
    _keep_notes(ws, change, record, run)
    _keep_leftovers(ws, record, run)
    if not allowed(change.ticket(record.ticket).status, Event.BELIEVED):
        return  # the person moved the ticket meanwhile
    if ended_by_person(ws, run):
        change.put_pod(
            replace(record, paused=True, brief=_with(record.brief, "The last run was stopped by the person."))
        )
        change.move(record.ticket, Event.FAILED)
    elif run.outcome is not None and run.outcome.for_person:
        change.block(record.ticket, HoldKind(run.outcome.value), run.reason or run.outcome.value)
    elif _nobodys_fault(ws, run):
        change.move(record.ticket, Event.FAILED)  # it is tried again as it was
    elif run.role is Role.TEST and _nothing_to_mend(ws, record, run):
        _test_again(change, record)
    elif not believed(facts) and run.role is Role.RESOLVE and conflict is not None:
        unresolved(ws, change, replace(record, conflict=conflict), run.name, headline(facts))
    elif not believed(facts):
        words = failing(facts)
        page = brief(ws, record, run, words, main=change.state.main)
        failed_attempt(ws, change, record, page, headline(facts), role=run.role)
    elif run.outcome is Outcome.NO_CHANGE and ws.config.review_by(change.ticket(record.ticket).review) != "human":
        why = run.report.progress if run.report else ""
        change.block(record.ticket, HoldKind.BLOCKED, f"the agent says nothing needs to change. {why}".strip())
    else:
        believe(ws, change, record, run)


def _nothing_to_mend(ws: Workspace, record: PodRecord, run: Run) -> bool:
    """Whether a run that was to mend red tests says they need nothing, and left just the commit that was approved."""
    verdict, tip = record.verdict, commit_of(ws.git, branch_ref(record.branch))
    if verdict is None or not verdict.approved or run.outcome not in (Outcome.COMPLETED, Outcome.NO_CHANGE):
        return False
    return verdict.commit == tip == run.head_before and all(f.holds or f.name == _COMMITS for f in record.evidence)


def _test_again(change: Change, record: PodRecord) -> None:
    """The tests themselves say whether that is so; the attempt counts, so that red once more asks a person."""
    facts = (
        replace(f, holds=True, seen="none; the tests decide") if f.name == _COMMITS else f for f in record.evidence
    )
    change.put_pod(replace(record, next_role=Role.TASK, brief="", setback="", tests=None, evidence=tuple(facts)))
    change.move(record.ticket, Event.BELIEVED)
    change.move(record.ticket, Event.APPROVED)  # that approval still holds for this very commit


def believe(ws: Workspace, change: Change, record: PodRecord, run: Run | None) -> None:
    """The evidence holds: up for review, whatever was said of earlier commits."""
    change.put_pod(replace(record, next_role=Role.TASK, brief="", setback="", verdict=None, tests=None, fixes=0))
    change.move(record.ticket, Event.BELIEVED)
    if (
        run is not None
        and run.outcome is Outcome.NEEDS_REVIEW
        and ws.config.review_by(change.ticket(record.ticket).review) != "human"
    ):
        change.block(record.ticket, HoldKind.BLOCKED, f"the agent asks for your review. {run.reason}".strip())


def _with(old: str, more: str) -> str:
    return f"{old.rstrip()}\n\n{more}" if old.strip() and more not in old else old or more


def _nobodys_fault(ws: Workspace, run: Run) -> bool:
    """Whether the run says nothing about the work: a quota wall, a shutdown, a start that never came to be."""
    # A run of which doctor had to make the record anew (it has no command) may well have run.
    never_started = run.outcome is Outcome.LOST and run.supervisor is None and bool(run.argv)
    return (
        run.outcome in WALLS
        or run.session_gone
        or never_started
        or (run.outcome is Outcome.KILLED and not _killed_again(ws, run))
    )


def _killed_again(ws: Workspace, run: Run) -> bool:
    """Whether the run before this one was killed from outside as well: then it is no accident."""
    names = [name for name in run_names(ws.layout, run.pod) if int(name[:4]) < run.number]
    with contextlib.suppress(BadFile, OSError):
        return bool(names) and read_run(ws.run_dir(run.pod, names[-1])).outcome is Outcome.KILLED
    return False


def _keep_notes(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    """What the run did stands in the memory bank, and the bank in its ref."""
    lines = [f"Outcome: {run.outcome}" + (f" ({run.reason})" if run.reason else "")]
    if run.report is not None:
        lines += [f"{key}: {text}" for key, text in (("STATUS", run.report.status), ("PROGRESS", run.report.progress),
                  ("BLOCKERS", run.report.blockers), ("NEXT", run.report.next)) if text]  # fmt: skip
    else:
        lines += [f"- {subject}" for subject in subjects(ws.git, change.state.main, branch_ref(record.branch), 10)]
    memory_bank.add_note(record, "progress.md", f"Run {run.name}", "\n".join(lines))
    try:
        memory_bank.keep(ws, record, f"after {run.name}: {run.outcome}")
    except (BadFile, OSError) as error:
        change.note("memory not kept", pod=record.id, why=str(error))


def _keep_leftovers(ws: Workspace, record: PodRecord, run: Run) -> None:
    """What the run left, committed or not, goes into the vault at once, whatever the next run does to it."""
    if not check_links(Path(record.path), ws.layout.git_dir).ok:
        return
    git = ws.pod_git(record.path)
    try:
        ref = keep_run(git, record.id, f"after {run.name}", record.branch, record.base)
        if ref is not None:
            ws.journal("snapshot", pod=record.id, ticket=record.ticket, ref=ref, why=f"after {run.name}")
    except LmawepError as error:
        ws.journal("snapshot failed", pod=record.id, why=str(error))


def _settle_review(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    from lmawep_tui.engine.review import agent_verdict

    if change.ticket(record.ticket).status is not Status.REVIEW or run.outcome in WALLS or run.session_gone:
        return
    if ended_by_person(ws, run):
        change.put_pod(replace(record, paused=True))
        return
    if run.outcome is Outcome.BLOCKED and run.report is None:  # ended for its budget: another try would cost as much
        change.block(record.ticket, HoldKind.BLOCKED, run.reason)
        return
    try:
        settled = agent_verdict(ws, change, record, run)
    except LmawepError as error:
        settled, words = False, str(error)
    else:
        words = run.reason or "it gave no verdict"
    if not settled:
        why = f"the review run {run.name} ended as {run.outcome}: {words}"
        attempts = record.attempts + 1
        change.put_pod(replace(change.pod(record.id), attempts=attempts))
        if attempts > ws.config.limits.retries:
            change.block(record.ticket, HoldKind.FAILED, why)
