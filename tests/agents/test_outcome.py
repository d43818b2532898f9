"""From exit, killing and report to an outcome: the whole table."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.agents.outcome import Killed, derive, read_report
from lmawep_tui.model.report import Report
from lmawep_tui.model.run import Outcome, Role

R = Report


@pytest.mark.parametrize(
    ("status", "report", "outcome", "reason"),
    [
        (0, None, "completed", "it ended without a report"),
        (3, None, "crashed", "exit status 3, without a report"),
        (-11, None, "crashed", "ended by SIGSEGV, without a report"),
        (-64, None, "crashed", "ended by SIGRTMAX, without a report"),
        (None, None, "crashed", "its end was not seen, without a report"),
        (0, R("COMPLETE", "p"), "completed", ""),
        (3, R("COMPLETE", "p"), "crashed", "exit status 3, though it reported COMPLETE"),
        (0, R("NO_CHANGE", "was right already"), "no_change", "was right already"),
        (1, R("NO_CHANGE", "p"), "crashed", "exit status 1, though it reported NO_CHANGE"),
        (0, R("NEEDS_REVIEW", "p", next="look at x"), "needs_review", "look at x"),
        (0, R("BLOCKED", "p", "no network"), "blocked", "no network"),
        (1, R("BLOCKED", "p", "None"), "blocked", "p"),
        (0, R("QUESTION", "p", question="Which?"), "question", "Which?"),
        (130, R("QUESTION", "p", question="Which?"), "question", "Which?"),
        (0, R("QUESTION", next="n/a"), "question", "its report does not say more"),
        (0, R("PARTIAL", "half"), "completed", "it reported PARTIAL"),
        (0, R("FAILED", "no"), "completed", "it reported FAILED"),
        (0, R("Hm", "no"), "completed", "it reported Hm"),
        (0, R("APPROVED", "p"), "completed", ""),
        (0, R("CHANGES_REQUESTED", "p"), "completed", ""),
    ],
)
def test_agents(status: int | None, report: Report | None, outcome: str, reason: str) -> None:
    assert derive(exit_status=status, killed_by=None, role=Role.TASK, report=report) == (Outcome(outcome), reason)


@pytest.mark.parametrize("role", [Role.CHECK, Role.COMMAND, Role.SETUP, Role.MERGE])
def test_commands_are_their_exit_status(role: Role) -> None:
    report = R("BLOCKED", "p")
    assert derive(exit_status=0, killed_by=None, role=role, report=report) == (Outcome.COMPLETED, "")
    assert derive(exit_status=2, killed_by=None, role=role, report=report) == (Outcome.CRASHED, "exit status 2")


def test_what_killed_it_wins() -> None:
    killed = Killed(Outcome.TIMEOUT, "ran longer than 15m")
    for role in Role:
        got = derive(exit_status=0, killed_by=killed, role=role, report=R("COMPLETE", "p"))
        assert got == (Outcome.TIMEOUT, "ran longer than 15m")


def test_reading_a_report_from_a_log(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    assert read_report(log) is None
    log.write_bytes(b"x" * 300_000 + b"\xff\n\x1b[1mSTATUS: COMPLETE\x1b[0m\r\nPROGRESS: \x1b]0;t\x07did\r\n")
    assert read_report(log) == R("COMPLETE", "did")
    log.write_bytes(b"STATUS: COMPLETE\nPROGRESS: long ago\n" + b"x\n" * 200_000)
    assert read_report(log) is None
    log.unlink()
    log.symlink_to("/etc/passwd")
    assert read_report(log) is None
