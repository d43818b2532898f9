"""How a run ended, from what killed it, its exit and its report: never from what the screen looked like."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.agents.limited import Limited, recognise
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.clean import clean_output
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.report import Alert, Claim, Report, ends_with_report, nothing, parse_alerts, parse_report
from lmawep_tui.model.run import Outcome, Role, Run
from lmawep_tui.model.usage import Usage

if TYPE_CHECKING:
    from lmawep_tui.agents.listen import Listener

_TAIL = 256 * 1024


@dataclass(frozen=True, slots=True)
class Killed:
    """Why we ended a run, or why it could not be started."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What is written down of a run's end."""

    outcome: Outcome
    reason: str
    report: Report | None
    last_words: str = ""
    resets: str | None = None
    session: str = ""
    model: str = ""
    usage: Usage | None = None
    announced: tuple[Alert, ...] = ()
    session_gone: bool = False


_GOOD = (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW)


def conclude(
    run_dir: Path, run: Run, exit_status: int | None, killed_by: Killed | None, told: Listener | None = None
) -> Ending:
    """How a run ended, from its exit, what ended it, and its log; `told` is what was read of that already."""
    if run.format != "text" and run.role.by_agent:
        return _conclude_events(run_dir, run, exit_status, killed_by, told)
    log, role = run_dir / OUTPUT, run.role
    report = (read_report(log) or read_filed_report(run_dir)) if role.by_agent else None
    words = last_words(log)
    if killed_by is not None and killed_by.outcome is Outcome.COMPLETED:
        killed_by, exit_status = None, 0  # it had reported and only did not exit: we ended it, and that is no failure
    limited = None
    if role.by_agent and report is None:
        limited = recognise(words, failed=exit_status != 0 and killed_by is None)
    outcome, reason = derive(exit_status=exit_status, killed_by=killed_by, role=role, report=report, limited=limited)
    model, usage = _told_in_text(log) if role.by_agent else ("", None)
    words = "" if outcome in _GOOD else words
    return Ending(outcome, reason, report, words, _stamp(limited), run.session, model, usage)


_MOST_TEXT = 16 * 1024 * 1024


def _told_in_text(log: Path) -> tuple[str, Usage | None]:
    """Model and use, for the few programs that say them in plain text; a very long log is not read for it."""
    from lmawep_tui.agents.listen import Listener
    from lmawep_tui.agents.streams import parser_for

    with contextlib.suppress(OSError):
        if log.stat().st_size <= _MOST_TEXT:
            digest = Listener(log, parser_for("text")).finish().digest
            return digest.model, digest.usage or None
    return "", None


def _stamp(limited: Limited | None) -> str | None:
    return limited.until.strftime("%Y-%m-%dT%H:%M:%SZ") if limited and limited.until else None


def _conclude_events(
    run_dir: Path, run: Run, exit_status: int | None, killed_by: Killed | None, told: Listener | None
) -> Ending:
    """As conclude, for a program that prints events. What reads them is imported here, when it is needed."""
    from lmawep_tui.agents import stream_outcome

    heard, told = told_by(run_dir, run, told)
    report = told.digest.report or read_filed_report(run_dir)
    if killed_by is None:
        killed_by = _stopped_itself(run, told, heard)
    limited = stream_outcome.wall_of(told, failed=exit_status != 0 and killed_by is None)
    outcome, reason = stream_outcome.derive(
        told,
        exit_status=exit_status,
        killed_by=killed_by,
        report=report,
        limited=limited,
        committed=lambda: _has_committed(run),
        exit_outcomes=run.exit_outcomes,
    )
    gone = bool(run.resumes) and killed_by is None and stream_outcome.session_unknown(told)
    if gone:
        outcome, reason = Outcome.CRASHED, f"it does not know its session {run.resumes} any more"
    words = "" if outcome in _GOOD else heard.last_words
    resets = _stamp(limited) if outcome is Outcome.RATE_LIMITED else None
    return replace(heard, outcome=outcome, reason=reason, last_words=words, resets=resets, session_gone=gone)


def _stopped_itself(run: Run, told: Listener, heard: Ending) -> Killed | None:
    """Whether its turn failed because it minds its budget by itself: that is as if we had ended it for that."""
    from lmawep_tui.agents.budget import over_budget
    from lmawep_tui.agents.streams.digest import Phase

    if told.digest.phase is not Phase.FAILED or told.digest.wall is not None or not heard.usage:
        return None
    return over_budget(run.limits, heard.usage, heard.model)


def told_by(run_dir: Path, run: Run, told: Listener | None = None) -> tuple[Ending, Listener]:
    """What a log of events tells whatever the outcome (lost, so far): session, model, usage, report, last words."""
    if told is None:
        from lmawep_tui.agents.listen import Listener
        from lmawep_tui.agents.streams import parser_for

        told = Listener(run_dir / OUTPUT, parser_for(run.format, run.cwd))
    told.finish()
    digest = told.digest
    return Ending(
        Outcome.LOST,
        "",
        digest.report or read_filed_report(run_dir),
        told.last_words(),
        session=digest.session or run.session,
        model=digest.model,
        usage=digest.usage.since(run.counted) if digest.usage else None,
        announced=tuple(told.alerts),
    ), told


def told_so_far(run_dir: Path, run: Run) -> Run:
    """The run with what its log tells, for one that nobody saw the end of."""
    log = run_dir / OUTPUT
    if run.format == "text" or not run.role.by_agent:
        return replace(run, report=read_report(log) if run.role.by_agent else None, last_words=last_words(log))
    ending, _ = told_by(run_dir, run)
    return told_to(run, ending)


def told_to(run: Run, ending: Ending) -> Run:
    """The run with what its log told."""
    return replace(
        run,
        report=ending.report,
        last_words=ending.last_words,
        session=ending.session,
        model=ending.model,
        usage=ending.usage,
        announced=ending.announced,
    )


def _has_committed(run: Run) -> bool:
    """Whether the pod's HEAD is another one than when the run began; what cannot be told is no commit."""
    from lmawep_tui.vcs.repo import commit_of
    from lmawep_tui.vcs.run import Git

    with contextlib.suppress(LmawepError, OSError):
        head = commit_of(Git(Path(run.cwd), Path(run.cwd)), "HEAD")
        return head is not None and run.head_before is not None and head != run.head_before
    return False


def derive(
    *,
    exit_status: int | None,
    killed_by: Killed | None,
    role: Role,
    report: Report | None,
    limited: Limited | None = None,
) -> tuple[Outcome, str]:
    """The outcome and its reason in words; a negative exit status is the signal that ended the process.

    `limited` is the wall that its last words tell of: who waits in front of one until the clock ends it has not failed.
    """
    if killed_by is not None and (limited is None or killed_by.outcome is Outcome.KILLED):
        return killed_by.outcome, killed_by.reason
    if limited is not None:
        return limited.outcome, limited.words
    if not role.by_agent:
        return (Outcome.COMPLETED, "") if exit_status == 0 else (Outcome.CRASHED, exit_words(exit_status))
    if report is None:
        if exit_status == 0:
            return Outcome.COMPLETED, "it ended without a report"
        return Outcome.CRASHED, f"{exit_words(exit_status)}, without a report"
    return reported(exit_status, report)


def reported(exit_status: int | None, report: Report) -> tuple[Outcome, str]:
    """The outcome that a report stands for, and its reason in words."""
    match report.claim:
        case Claim.QUESTION:
            return Outcome.QUESTION, _first(report.question, report.blockers, report.next, report.progress)
        case Claim.BLOCKED:
            return Outcome.BLOCKED, _first(report.blockers, report.question, report.progress, report.next)
        case Claim.NEEDS_REVIEW:
            return Outcome.NEEDS_REVIEW, _first(report.next, report.progress)
        case claim:
            pass
    if exit_status != 0:
        return Outcome.CRASHED, f"{exit_words(exit_status)}, though it reported {report.status}"
    if claim is Claim.NO_CHANGE:
        return Outcome.NO_CHANGE, _first(report.progress)
    if claim in (Claim.COMPLETE, Claim.APPROVED, Claim.CHANGES_REQUESTED):
        return Outcome.COMPLETED, ""
    return Outcome.COMPLETED, f"it reported {report.status}"


def _first(*texts: str) -> str:
    return next((text for text in texts if not nothing(text)), "its report does not say more")


def exit_words(status: int | None) -> str:
    """`exit status 3` or `ended by SIGSEGV`."""
    if status is None:
        return "its end was not seen"
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended by signal {-status}"


def read_report(log: Path) -> Report | None:
    """The last report in the log's last 256 KiB, or None when there is none or the log cannot be read."""
    return parse_report(_tail_text(log))


def has_reported(log: Path) -> bool:
    """Whether the last thing in the log is a report."""
    return ends_with_report(_tail_text(log))


def last_words(log: Path, limit: int = 2000) -> str:
    """The end of what was printed, as text, from the beginning of a line."""
    text = _tail_text(log).rstrip()
    return text if len(text) <= limit else text[-limit:].partition("\n")[2] or text[-limit:]


FILED = "report.json"
"""In the run folder: what the agent said by `lmawep report`."""


def file_report(run_dir: Path, report: Report) -> None:
    """Stores a report for a run that goes on; the last one counts, and one printed at the end goes before it."""
    write_text(run_dir / FILED, json.dumps(to_plain(report)) + "\n")


def take_back_report(run_dir: Path, ours: Report, before: Report | None) -> None:
    """Puts `before` in the place of the filed report `ours`, unless another was filed since; None: there is none."""
    if read_filed_report(run_dir) != ours:
        return
    if before is not None:
        file_report(run_dir, before)
    else:
        (run_dir / FILED).unlink(missing_ok=True)


def read_filed_report(run_dir: Path) -> Report | None:
    """The report that the agent filed, or None."""
    with contextlib.suppress(OSError, ValueError, LmawepError):
        return from_plain(Report, json.loads(read_text(run_dir / FILED)))
    return None


def read_alerts(run_dir: Path, run: Run) -> tuple[Alert, ...]:
    """The breaking-change alerts of a run that is over: of a log of plain text those in its last 256 KiB."""
    return parse_alerts(_tail_text(run_dir / OUTPUT)) if run.format == "text" else run.announced


def _tail_text(log: Path) -> str:
    try:
        fd = os.open(log, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        start = max(0, os.fstat(fd).st_size - _TAIL)
        data = os.pread(fd, _TAIL, start)
    except OSError:
        return ""
    finally:
        os.close(fd)
    lines = data.decode("utf-8", "replace").split("\n")
    return "\n".join(clean_output(line) for line in (lines[1:] if start else lines))
