"""`test`: the project's tests in the pod, their result bound to the commit."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import replace

from lmawep_tui.engine.detect import detect_tests
from lmawep_tui.engine.raise_signal import raise_signal
from lmawep_tui.engine.review import outdated, reviewable
from lmawep_tui.engine.runs import run_command
from lmawep_tui.engine.send_back import failed_attempt
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_output
from lmawep_tui.files.journal import now
from lmawep_tui.files.read import open_regular
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import Car, PodRecord, TestResult
from lmawep_tui.model.run import Outcome, Role, Run
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Status

_TAIL = 8192
_SUMMARY = re.compile(r"\b(passed|failed|failures?|errors?|ok|FAILED|OK|tests? (run|result)|Ran \d+ tests?)\b")


def test_command(ws: Workspace, override: str | None = None) -> tuple[str, ...]:
    """The tests as an argv list: the ticket's own, the configured ones, else those found in the project.

    Raises Refused when there are none: nothing lands untested (safety C4).
    """
    text = override or ws.config.tests.command or detect_tests(ws.layout.root)
    if not text:
        raise Refused("No test command is known for this project.", "Set `tests: {command: …}` in .lmawep/config.yaml.")
    try:
        argv = tuple(shlex.split(text))
    except ValueError as error:
        raise Refused(f"The test command {text!r} cannot be read: {error}.") from error
    if not argv:
        raise Refused("The test command is empty.", "Set `tests: {command: …}` in .lmawep/config.yaml.")
    require_accepted(ws.layout, ws.git, "test command", argv)
    return argv


test_command.__test__ = False  # type: ignore[attr-defined]  # not a pytest case


def test(ws: Workspace, pod: PodId) -> TestResult:
    """Runs the tests in the pod and acts on the result: green joins the train, red goes back to work.

    Before the review it only tells. Raises Refused when the pod is not in order or has uncommitted work.
    """
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"test {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        reviewable(ws, record)
        if change.ticket(record.ticket).status is Status.TESTING and outdated(ws, change, record):
            change.save()
            raise Refused(f"{pod} has new commits since it was approved.", "Look at them first.")
        argv = test_command(ws, change.ticket(record.ticket).test)
    run = run_command(ws, pod, Role.CHECK, argv, timeout_s=ws.config.tests.timeout)
    with ws.change(f"test {pod}") as change:
        settle_ended(ws, change, pod)
        result = change.pod(pod).tests
    return result or TestResult(commit=run.head_before or Sha(""), green=run.exit_status == 0, summary=run.reason)


test.__test__ = False  # type: ignore[attr-defined]  # not a pytest case


def finish_test(ws: Workspace, change: Change, record: PodRecord, run: Run) -> None:
    """Stores the result of a test run and, for a pod in status testing, takes the next step."""
    commit = run.head_before or Sha("")
    green = run.outcome is Outcome.COMPLETED
    result = TestResult(commit=commit, green=green, summary=summary(ws, run), run=run.name, at=now())
    record = change.put_pod(replace(record, tests=result))
    change.note("tested", pod=record.id, ticket=record.ticket, commit=commit, green=green, summary=result.summary)
    raise_signal(change, BuiltIn.TESTS_PASSED if green else BuiltIn.TESTS_FAILED, record.ticket, record.id, commit)
    if change.ticket(record.ticket).status is not Status.TESTING:
        return
    if run.outcome is Outcome.KILLED:
        change.put_pod(replace(record, tests=None, paused=True))
        return
    if outdated(ws, change, record):
        return
    if green:
        change.move(record.ticket, Event.GREEN)
        join_train(change, record, commit)
    else:
        brief = f"The tests are red in this pod at {commit[:7]}:\n\n{tail(ws, run)}"
        failed_attempt(ws, change, record, brief, f"tests red: {result.summary}", Event.RED)


def join_train(change: Change, record: PodRecord, commit: Sha) -> None:
    """Puts the pod at the end of the train, once."""
    if all(car.pod != record.id for car in change.state.train):
        car = Car(pod=record.id, commit=commit, since=now())
        change.state = replace(change.state, train=(*change.state.train, car))


def tail(ws: Workspace, run: Run, limit: int = 3000) -> str:
    """The last part of a run's output, as text."""
    log = ws.run_dir(run.pod, run.name) / OUTPUT
    try:
        with os.fdopen(open_regular(log), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except (OSError, BadFile):
        return ""
    return "\n".join(clean_output(line) for line in lines)[-limit:]


def summary(ws: Workspace, run: Run) -> str:
    """The line in which test runners sum up, or how the run ended."""
    lines = [line.strip(" =-") for line in tail(ws, run).splitlines() if line.strip(" =-")]
    for line in reversed(lines[-12:]):
        if _SUMMARY.search(line):
            return line[:200]
    return run.reason or (lines[-1][:200] if lines else str(run.outcome))
