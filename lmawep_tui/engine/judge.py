"""What the runs of a check mean together. From what lies on disk alone, so that anybody judges alike, at any time."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.engine import baseline
from lmawep_tui.engine.baseline import Baseline
from lmawep_tui.engine.outside import ended_by_itself, not_runnable
from lmawep_tui.engine.pytest_call import is_pytest
from lmawep_tui.engine.test_command import is_projects
from lmawep_tui.engine.test_results import report_of, summary, tail
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.run import Outcome, Part, Run, Stage
from lmawep_tui.model.test_report import Difference, Report, difference, difference_words, names

MOST_AGAIN = 100
"""So many failures at once are no accident: nothing is run again."""
_LISTED = 20
_TESTS_FAILED = 1
"""Pytest's exit status for: all tests ran, some failed, and nothing else went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the project's tests say about one commit."""

    green: bool
    summary: str
    """For people: `34 passed`, or `2 new failures (tests/test_a.py::test_x, …), 1 fixed, 3 known`."""
    new: tuple[str, ...] = ()
    """Failures that the base does not have; all of them where the base is not known."""
    fixed: tuple[str, ...] = ()
    known: int = 0
    """Failures that the base has too."""
    passed: int = 0
    flaky: tuple[str, ...] = ()
    """What failed, and passed when it was run again."""
    run: Run
    """The last run of the check."""
    output: str = ""
    """For briefs: the failures with their messages, then the end of the output."""
    killed: bool = False
    """Somebody stopped it: it says nothing."""
    outside: str = ""
    """Why the work is not to blame for the red, in a sentence; empty when it is, or when it is green."""
    main_red: bool = False
    """Nothing fails that does not fail on the base too: red, but nothing is added by this commit."""
    commands: int = 1


@dataclass(frozen=True, slots=True)
class _Seen:
    """One command of a check: its run, and that of its failures once more."""

    run: Run
    stage: Stage
    again: Run | None
    report: Report | None
    flaky: tuple[str, ...]


def stage_of(run: Run) -> Stage:
    """The run's place in its check; only for runs that have one."""
    assert run.stage is not None
    return run.stage


def settled_green(run: Run) -> bool:
    return run.outcome is Outcome.COMPLETED and run.exit_status == 0


def to_run_again(ws: Workspace, run: Run) -> tuple[str, ...] | None:
    """The failures worth another run, alone; empty where they have no names, None when it would tell nothing."""
    stage = stage_of(run)
    if stage.part is Part.AGAIN or not ws.config.tests.rerun:
        return None
    if settled_green(run) or not ended_by_itself(run):
        return None
    if not_runnable(ws, run, stage):
        return None
    report = report_of(ws, run)
    if is_pytest(stage.command) and (report is None or not report.failing or run.exit_status != _TESTS_FAILED):
        return None
    base = baseline.load(ws, stage.baseline)
    failing = tuple(sorted(report.failing)) if report is not None else ()
    wanted = tuple(name for name in failing if base is None or not base.named or name not in base.failing)
    if len(wanted) > MOST_AGAIN or (failing and not wanted):
        return None
    return wanted


def concluded(ws: Workspace, run: Run) -> Checked | None:
    """What the check says when `run` has ended; None while more of it was to come."""
    stage = stage_of(run)
    if run.outcome not in (Outcome.KILLED, Outcome.LOST):
        if to_run_again(ws, run) is not None:
            return None
        if not stage.last and _passed(ws, run, baseline.load(ws, stage.baseline)):
            return None
    return judge(ws, run, baseline.load(ws, stage.baseline))


def judge(ws: Workspace, run: Run, base: Baseline | None) -> Checked:
    """What the check says that ends with `run`, as a difference to `base`."""
    runs = [*_earlier(ws, run), run]
    seen = [_look(ws, runs, index) for index, one in enumerate(runs) if stage_of(one).part is not Part.AGAIN]
    last = seen[-1] if seen else _Seen(run, stage_of(run), None, report_of(ws, run), ())
    flaky = tuple(dict.fromkeys(name for one in seen for name in one.flaky))
    if run.outcome is Outcome.KILLED:
        return Checked(green=False, summary=run.reason or "killed", run=run, killed=True, commands=len(runs))
    if run.outcome is Outcome.LOST:
        why = f"the tests were lost: {run.reason}"
        return Checked(green=False, summary=why, run=run, output=tail(ws, run), outside=why, commands=len(runs))
    report, stage = last.report, last.stage
    failing = tuple(sorted(set(report.failing) - set(last.flaky))) if report is not None else ()
    passed = len(report.passed | set(last.flaky) & report.failing.keys()) if report is not None else 0
    known_base = base if base is not None and report is not None and base.named else None
    found = Difference(new=failing, fixed=(), known=())
    if known_base is not None and report is not None:
        found = difference({*report.passed, *last.flaky}, failing, known_base.failing)
    green = _green(ws, last, found, known_base)
    unable = "" if green else not_runnable(ws, last.run, stage)
    main_red = "" if green or unable else _main_red(ws, last, found, base, known_base)
    outside = unable or main_red
    words = _words(ws, last, found, known_base, green=green, passed=passed)
    if outside:
        words = outside
    elif flaky:
        words += f"; {len(flaky)} flaky: {names(flaky)}"
    if stage.part is Part.TARGETED:
        command = " ".join(stage.command)
        words = f"targeted tests: {words}" if green else f"targeted tests `{command[:100]}`: {words}"
    return Checked(
        green=green,
        summary=words[:600],
        new=found.new,
        fixed=found.fixed,
        known=len(found.known),
        passed=passed,
        flaky=flaky,
        run=run,
        output=_output(ws, last, found),
        outside=outside,
        main_red=bool(main_red),
        commands=len(runs),
    )


def _earlier(ws: Workspace, run: Run) -> list[Run]:
    """The runs of the same check before this one; one that can no longer be read is left out."""
    found = []
    for name in stage_of(run).before:
        try:
            found.append(read_run(ws.run_dir(run.pod, name)))
        except (FileNotFoundError, BadFile):
            continue
    return found


def _look(ws: Workspace, runs: Sequence[Run], index: int) -> _Seen:
    run = runs[index]
    again = runs[index + 1] if index + 1 < len(runs) and stage_of(runs[index + 1]).part is Part.AGAIN else None
    report = report_of(ws, run)
    return _Seen(run, stage_of(run), again, report, _flaky(ws, run, again, report))


def _flaky(ws: Workspace, run: Run, again: Run | None, report: Report | None) -> tuple[str, ...]:
    """What failed in the run and passed when it was run again."""
    if again is None or settled_green(run):
        return ()
    if report is None or not report.failing:
        return (" ".join(stage_of(run).command)[:100],) if settled_green(again) else ()
    if settled_green(again) and not is_pytest(stage_of(run).command):
        return tuple(sorted(report.failing))  # all of it was run again, and all of it passed
    second = report_of(ws, again)
    return tuple(sorted(set(report.failing) & second.passed)) if second is not None else ()


def without_flaky(ws: Workspace, run: Run, again: Run | None) -> tuple[bool, Report | None]:
    """Whether the run counts as green, and its report, when what passed the second time has passed."""
    report = report_of(ws, run)
    flaky = set(_flaky(ws, run, again, report))
    if report is None:
        return settled_green(run) or bool(flaky), None
    left = {name: message for name, message in report.failing.items() if name not in flaky}
    passed = report.passed | (flaky & report.failing.keys())
    return settled_green(run) or (bool(flaky) and not left), Report(passed, left, report.skipped)


def _passed(ws: Workspace, run: Run, base: Baseline | None) -> bool:
    return judge(ws, run, base).green


def _green(ws: Workspace, last: _Seen, found: Difference, base: Baseline | None) -> bool:
    """Whether the tree passed: the command exited 0, or all that failed passed when run again, or all of it is known.

    The whole command run again must exit 0 by itself. Of pytest only what failed is run again: then its first run must
    have ended as one does in which every test was run.
    """
    if settled_green(last.run):
        return True
    pytest = is_pytest(last.stage.command)
    all_ran = ended_by_itself(last.run) and (not pytest or last.run.exit_status == _TESTS_FAILED)
    if last.again is not None and settled_green(last.again) and all_ran and not (found.new or found.known):
        return True
    if ws.config.tests.known != "allow" or base is None or last.report is None or not all_ran:
        return False
    whole = pytest or last.report.total >= base.total
    return whole and not found.new and bool(found.known)


def _main_red(ws: Workspace, last: _Seen, found: Difference, base: Baseline | None, named: Baseline | None) -> str:
    """Main is red by itself: no agent can be asked to mend that in its ticket.

    Without names only the command for the whole project says so: another may be red there because it tests what only
    this work brings.
    """
    if not ended_by_itself(last.run) or base is None or base.green:
        return ""
    if named is not None:
        if found.new or not found.known:
            return ""
        return f"main itself is red: {difference_words(found)} ({names(found.known)})"
    if (last.report is not None and last.report.failing) or not is_projects(ws, last.stage.command):
        return ""
    return "the tests are red on main too, and do not say which of them"


def _words(ws: Workspace, last: _Seen, found: Difference, base: Baseline | None, *, green: bool, passed: int) -> str:
    if not green and last.run.reason and not ended_by_itself(last.run):
        return last.run.reason
    if last.report is None or (not green and not (found.new or found.known)):
        return summary(ws, last.run if last.again is None or not green else last.again)
    if found.new or found.known:
        if base is not None:
            return difference_words(found) + (": none of them new, which is allowed" if green else "")
        return f"{len(found.new)} failed ({names(found.new)}), {passed} passed"
    skipped = f", {last.report.skipped} skipped" if last.report.skipped else ""
    return f"{passed} passed{skipped}" + (f", {len(found.fixed)} fixed" if found.fixed else "")


def _output(ws: Workspace, last: _Seen, found: Difference) -> str:
    """What an agent has to read: first what is new, in short, then how the run ended."""
    messages = last.report.failing if last.report is not None else {}
    wanted = found.new or found.known
    lines = [f"Failing: {name}" + (f" – {messages[name]}" if messages.get(name) else "") for name in wanted[:_LISTED]]
    if len(wanted) > _LISTED:
        lines.append(f"… and {len(wanted) - _LISTED} more")
    end = tail(ws, last.run)
    return "\n".join([*lines, *([""] if lines and end else []), *([end] if end else [])])
