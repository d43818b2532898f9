"""A check: all the test commands that one commit has to pass, run one after the other, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from lmawep_tui.engine import baseline, flaky
from lmawep_tui.engine.baseline import Baseline
from lmawep_tui.engine.judge import Checked, concluded, judge, stage_of, to_run_again, without_flaky
from lmawep_tui.engine.outside import ended_by_itself
from lmawep_tui.engine.pytest_call import again_options, is_pytest, report_options
from lmawep_tui.engine.run_order import Extra
from lmawep_tui.engine.runs import run_command
from lmawep_tui.engine.test_command import targeted_commands, test_command
from lmawep_tui.engine.test_results import keep_report
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.run import Part, Role, Run, Stage
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.vcs.repo import must_have

__all__ = ["Checked", "Runner", "check", "full_by_policy"]


_Planned = tuple[Part, tuple[str, ...]]


class Runner(Protocol):
    """Runs one command under a supervisor to its end; `extra` gives arguments once the run has a folder."""

    def __call__(self, argv: tuple[str, ...], *, extra: Extra | None, stage: Stage) -> Run: ...


def full_by_policy(ws: Workspace, role: Role) -> bool:
    """Whether the full command has to run after the targeted ones, by the config."""
    tests = ws.config.tests
    return (tests.before_landing if role is Role.MERGE else tests.in_pod) == "full"


def check(
    ws: Workspace,
    pod: PodId,
    role: Role,
    folder: Path,
    commit: Sha,
    *,
    base: Sha,
    changed: Iterable[str],
    ticket: Ticket | None,
    full: bool,
    show: Callable[[Sha], object] | None = None,
    runner: Runner | None = None,
) -> Checked:
    """Runs the tests of `commit`, which `folder` shows, and reads them as a difference to `base`.

    Targeted commands come first; the `full` one follows, and also when no rule matches. New failures are run once
    more. `show` brings the folder to a commit: with it the folder shows `commit` itself before every command, and the
    results of `base` are found out when they are needed (role MERGE, under the merge lock); without it only known ones
    are used. `runner` runs the commands instead of run_command. Raises Refused when there is no test command, or when
    the tests moved HEAD.
    """
    return _Check(ws, pod, role, folder, commit, base, show, runner).run(changed, ticket, full=full)


class _Check:
    """One check on its way."""

    def __init__(
        self,
        ws: Workspace,
        pod: PodId,
        role: Role,
        folder: Path,
        commit: Sha,
        base: Sha,
        show: Callable[[Sha], object] | None,
        runner: Runner | None,
    ) -> None:
        self.ws = ws
        self.folder = folder
        self.commit = commit
        self.base = base
        self._show = show
        self._run = runner or _supervised(ws, pod, role, folder)
        self._names: list[str] = []
        self._dirty = False
        """Whether some command has already been at work in the folder."""

    def run(self, changed: Iterable[str], ticket: Ticket | None, *, full: bool) -> Checked:
        plan = self._plan(changed, ticket, full=full)
        for number, (part, command) in enumerate(plan, 1):
            run = self._command(part, command, last=number == len(plan))
            first, checked = run, concluded(self.ws, run)
            if checked is None and (wanted := to_run_again(self.ws, run)) is not None:
                run = self._again(run, wanted)
                checked = concluded(self.ws, run)
            self._keep(first, run, self.commit)
            if checked is not None:
                return self._finish(self._with_base(checked))
        raise AssertionError("the last command of a check always concludes it")

    def _plan(self, changed: Iterable[str], ticket: Ticket | None, *, full: bool) -> list[tuple[Part, tuple[str, ...]]]:
        """What to run, in order. A ticket's own command is what the person wants for it: no rule comes before it."""
        override = ticket.test if ticket is not None else None
        whole = test_command(self.ws, override)
        if override:
            return [(Part.FULL, whole)]
        targeted = targeted_commands(self.ws, changed, self.folder)
        plan = [(Part.TARGETED, command.argv) for command in targeted.commands if command.argv != whole]
        if full or not plan or targeted.too_many:
            plan.append((Part.FULL, whole))
        return plan

    def _command(self, part: Part, command: tuple[str, ...], *, last: bool) -> Run:
        name = baseline.name_of(self.ws, self.base, command)
        known = name if baseline.load(self.ws, name) is not None else ""
        stage = Stage(part=part, command=command, commit=self.commit, base=self.base, last=last, baseline=known,
                      before=tuple(self._names))  # fmt: skip
        return self._do(command, report_options if is_pytest(command) else None, stage)

    def _keep(self, first: Run, last: Run, commit: Sha) -> Baseline | None:
        """Results of the train's worktree are worth keeping: this commit may be main in a moment."""
        if self._show is None:
            return None
        again = last if last is not first else None
        return baseline.keep(self.ws, first, commit, stage_of(first).command, *without_flaky(self.ws, first, again))

    def _again(self, run: Run, wanted: tuple[str, ...], commit: Sha | None = None) -> Run:
        """Only what failed where that can be said, else the whole command."""
        names = [name for name in self._names if name != run.name]
        stage = replace(stage_of(run), part=Part.AGAIN, before=(*names, run.name))
        failed = self.ws.run_dir(run.pod, run.name)

        def options(run_dir: Path) -> tuple[str, ...]:
            return again_options(run_dir, failed, wanted)

        return self._do(stage.command, options if is_pytest(stage.command) else None, stage, commit)

    def _do(self, argv: tuple[str, ...], extra: Extra | None, stage: Stage, commit: Sha | None = None) -> Run:
        commit = commit or self.commit
        if self._show is not None and (self._dirty or commit != self.commit):
            self._show(commit)
        self._dirty = True
        run = self._run(argv, extra=extra, stage=stage)
        if commit == self.commit:
            self._names.append(run.name)
        keep_report(self.ws, run)
        if self._show is not None and must_have(self.ws.git.at(self.folder), "HEAD") != commit:
            raise Refused(f"The tests moved HEAD in {self.folder}.", "Tests must not change branches or commits.")
        return run

    def _with_base(self, checked: Checked) -> Checked:
        """Red without anything to compare it with: the same command on the base says whose failures these are."""
        stage = stage_of(checked.run)
        wanted = not checked.green or checked.known  # allowed failures too are worth a second look
        if self._show is None or not wanted or not ended_by_itself(checked.run):
            return checked
        known = baseline.load(self.ws, stage.baseline)
        if (checked.outside and known is None) or (known is not None and not _doubtful(known, checked)):
            return checked
        found = self._measure(stage)
        if found is None:
            return checked
        again = judge(self.ws, checked.run, found)
        return replace(again, commands=checked.commands + 1)

    def _measure(self, stage: Stage) -> Baseline | None:
        """The command on the base, in the same folder; afterwards it shows the commit again.

        What is only flaky there must not excuse a real failure here, so pytest looks twice at failures there as well.
        """
        assert self._show is not None
        command = stage.command
        there = Stage(part=Part.BASE, command=command, commit=self.base, base=self.base)
        try:
            first = last = self._do(command, report_options if is_pytest(command) else None, there, self.base)
            if wanted := to_run_again(self.ws, first):
                last = self._again(first, wanted, self.base)
            return self._keep(first, last, self.base)
        finally:
            self._show(self.commit)

    def _finish(self, checked: Checked) -> Checked:
        if checked.flaky and self._show is not None:  # in a pod whoever settles the run notes them
            flaky.remember(self.ws, checked.flaky)
            self.ws.journal("flaky", pod=checked.run.pod, tests=list(checked.flaky[:20]))
        return checked


def _doubtful(known: Baseline, checked: Checked) -> bool:
    """Whether old results of the base would excuse failures, while they do not fit the rest.

    They may have been made on a bad day: then what fails there and passes here was never mended by this work.
    """
    return not known.green and bool(checked.known) and bool(checked.fixed)


def _supervised(ws: Workspace, pod: PodId, role: Role, folder: Path) -> Runner:
    cwd = folder if role is Role.MERGE else None

    def run(argv: tuple[str, ...], *, extra: Extra | None, stage: Stage) -> Run:
        return run_command(ws, pod, role, argv, timeout_s=ws.config.tests.timeout, cwd=cwd, extra=extra, stage=stage)

    return run
