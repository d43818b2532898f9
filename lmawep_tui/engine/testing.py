"""`test`: the project's tests in the pod, their result bound to the commit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine import baseline, flaky
from lmawep_tui.engine.checks import check, full_by_policy
from lmawep_tui.engine.judge import Checked, concluded
from lmawep_tui.engine.raise_signal import raise_signal
from lmawep_tui.engine.review import outdated, reviewable
from lmawep_tui.engine.send_back import failed_attempt
from lmawep_tui.engine.test_command import test_command
from lmawep_tui.engine.test_results import summary, tail
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import Car, HoldKind, PodRecord, TestResult
from lmawep_tui.model.run import Outcome, Role, Run
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs.diff import changed_paths
from lmawep_tui.vcs.repo import branch_ref, commit_of, fork_point, must_have

__all__ = ["finish_test", "join_train", "result_of", "summary", "tail", "test", "test_command"]

_MOST_NAMED = 20
"""Tests named in the state file; the run's folder has them all."""


def test(ws: Workspace, pod: PodId) -> TestResult:
    """Runs the tests in the pod and acts on the result: green joins the train, red goes back to work.

    Before the review it only tells. A pod that was sent back or blocked by red tests goes on when they are green now
    and its approval still holds for just this commit. Raises Refused when the pod is not in order or has uncommitted
    work.
    """
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"test {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        tip = reviewable(ws, record)
        if change.ticket(record.ticket).status is Status.TESTING and outdated(ws, change, record):
            change.save()
            raise Refused(f"{pod} has new commits since it was approved.", "Look at them first.")
        ticket = change.ticket(record.ticket)
        main = must_have(ws.git, branch_ref(change.state.main))
    fork = fork_point(ws.git, main, tip) or main
    checked = check(
        ws,
        pod,
        Role.CHECK,
        Path(record.path),
        tip,
        base=_compared_with(ws, fork, main, ticket.test),
        changed=changed_paths(ws.git, fork, tip),
        ticket=ticket,
        full=full_by_policy(ws, Role.CHECK),
    )
    with ws.change(f"test {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        known = record.tests
    if known is not None and known.run == checked.run.name:
        return known
    return result_of(checked)


test.__test__ = False  # type: ignore[attr-defined]  # not a pytest case


def _compared_with(ws: Workspace, fork: Sha, main: Sha, override: str | None) -> Sha:
    """Where the branch began, unless only main as it is now has known results."""
    command = test_command(ws, override)
    known = [sha for sha in (fork, main) if baseline.load(ws, baseline.name_of(ws, sha, command)) is not None]
    return known[0] if known else fork


def result_of(checked: Checked) -> TestResult:
    """A check as it is kept with the pod."""
    return TestResult(
        commit=checked.run.stage.commit if checked.run.stage is not None else Sha(""),
        green=checked.green,
        summary=checked.summary,
        run=checked.run.name,
        at=now(),
        passed=checked.passed,
        new=len(checked.new),
        fixed=len(checked.fixed),
        known=checked.known,
        flaky=checked.flaky[:_MOST_NAMED],
        failing=checked.new[:_MOST_NAMED],
        commands=checked.commands,
    )


def finish_test(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    """Stores the result when `run` ends a check and, for a pod that waits for it, takes the next step.

    A run after which more was to come decides nothing: if whoever ordered it was killed, the pod is simply tested
    again. A command that a person gave to `run --role check` is not the project's tests, and decides nothing either.
    """
    checked = concluded(ws, run) if run.stage is not None else None
    if run.outcome is Outcome.KILLED:
        if change.ticket(record.ticket).status is Status.TESTING and run.stage is not None:
            change.put_pod(replace(record, tests=None, paused=True))
        return
    if checked is None:
        return
    if run.outcome is Outcome.LOST and not _lost_before(ws, run):
        change.note("tests lost", pod=record.id, ticket=record.ticket, run=run.name, why=run.reason)
        return
    result = result_of(checked)
    if result.commit != run.head_before:
        change.note("moved while tested", pod=record.id, ticket=record.ticket, run=run.name)
        if change.ticket(record.ticket).status is Status.TESTING:
            outdated(ws, change, record)
        return
    record = change.put_pod(replace(record, tests=result))
    change.note("tested", pod=record.id, ticket=record.ticket, commit=result.commit, green=result.green,
                summary=result.summary)  # fmt: skip
    signal = BuiltIn.TESTS_PASSED if result.green else BuiltIn.TESTS_FAILED
    raise_signal(change, signal, record.ticket, record.id, result.commit)
    if checked.flaky:
        flaky.remember(ws, checked.flaky)
        change.note("flaky", pod=record.id, tests=list(result.flaky))
    _act_on(ws, change, record, checked)


def _act_on(ws: Workspace, change: Change, record: PodRecord, checked: Checked) -> None:
    status = change.ticket(record.ticket).status
    if status is not Status.TESTING:
        if (checked.green or checked.main_red) and _may_go_on(ws, change, record, checked):
            change.put_pod(replace(record, brief="", setback="", next_role=Role.TASK))
            _to_train(change, record, checked)
        return
    if outdated(ws, change, record):
        return
    if checked.green or checked.main_red:  # the train tests it on main as it is by then, and decides
        _to_train(change, record, checked)
    elif checked.outside:
        hold_for_outside(change, record, checked)
    else:
        commit = checked.run.head_before or Sha("")
        brief = f"The tests are red in this pod at {commit[:7]}: {checked.summary}\n\n{checked.output}"
        failed_attempt(ws, change, record, brief, f"tests red: {checked.summary}", Event.RED, role=Role.TEST)


def _to_train(change: Change, record: PodRecord, checked: Checked) -> None:
    change.move(record.ticket, Event.GREEN)
    join_train(change, record, checked.run.head_before or Sha(""))


def hold_for_outside(change: Change, record: PodRecord, checked: Checked) -> None:
    """Stops a ticket for a person, with what is wrong outside of it; no attempt is used up."""
    change.block(record.ticket, HoldKind.BLOCKED, f"{checked.outside}; mend that, then `lmawep test {record.id}`")


def _may_go_on(ws: Workspace, change: Change, record: PodRecord, checked: Checked) -> bool:
    """Whether only red tests kept it: it was approved, exactly this commit was tested, and nothing else holds it."""
    verdict, tip = record.verdict, commit_of(ws.git, branch_ref(record.branch))
    if verdict is None or not verdict.approved or tip is None or record.next_role is Role.RESOLVE:
        return False
    return verdict.commit == tip == checked.run.head_before and _kept_by_tests(change, record)


def _kept_by_tests(change: Change, record: PodRecord) -> bool:
    status, hold = change.ticket(record.ticket).status, change.state.holds.get(record.ticket)
    if status is not Status.BLOCKED:  # a person who took it over, or wants it worked on, has not called it done
        return status is Status.ASSIGNED and record.next_role is Role.TEST
    return hold is not None and hold.kind in (HoldKind.BLOCKED, HoldKind.FAILED) and hold.was in _KEPT_BY_TESTS


_KEPT_BY_TESTS = (Status.ASSIGNED, Status.TESTING, Status.MERGING)
"""Where a pod whose approval still holds was, when red tests or what is outside of them stopped it."""


def _lost_before(ws: Workspace, run: Run) -> bool:
    """Whether the run before this one was lost too: once is a reboot, twice is no accident."""
    before = [name for name in _runs_before(ws, run) if name.endswith(f"-{Role.CHECK}")]
    try:
        last = read_run(ws.run_dir(run.pod, before[-1])) if before else None
    except (FileNotFoundError, BadFile):
        return False
    return last is not None and last.outcome is Outcome.LOST and last.head_before == run.head_before


def _runs_before(ws: Workspace, run: Run) -> list[str]:
    from lmawep_tui.store.store import run_names

    return [name for name in run_names(ws.layout, run.pod) if name < run.name]


def join_train(change: Change, record: PodRecord, commit: Sha) -> None:
    """Puts the pod at the end of the train, once."""
    if all(car.pod != record.id for car in change.state.train):
        car = Car(pod=record.id, commit=commit, since=now())
        change.state = replace(change.state, train=(*change.state.train, car))
