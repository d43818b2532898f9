"""A scripted coding agent: `python -m lmawep_tui.demo.agent`, with the prompt on stdin and a pod as its folder.

It is a process like any other agent: it edits, tests and commits for real, and knows nothing but its prompt, the
memory bank and the repository.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from lmawep_tui.demo import bank, hands
from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.mend import bring_in_main, green
from lmawep_tui.demo.review import review
from lmawep_tui.demo.scribe import write_down
from lmawep_tui.demo.scripts import SCRIPTS
from lmawep_tui.demo.steps import (
    Announce,
    Ask,
    Check,
    Crash,
    Edit,
    Fail,
    Puzzled,
    Read,
    Report,
    Script,
    Step,
    Think,
    Write,
)
from lmawep_tui.demo.told import number_in

RESCOPED = "Re-scoped on"
"""Stands in a ticket that the person has made smaller."""
_CUT_OFF = '{"tool": "write_file", "path": "teahouse/report.py", "text": "\\"\\"\\"What the day brou'
"""A tool call as models send it when the line goes dead: the crash it makes is a real one."""


class _Question(Exception):
    """The run ends here, with a question for the person."""


class _Failure(Exception):
    """The run ends here: it cannot be done as it is asked for."""


class Worker:
    """Plays one script at one desk."""

    def __init__(self, desk: Desk, script: Script) -> None:
        self.desk = desk
        self.script = script
        self.answer: int | None = None

    def work(self) -> Report:
        """The first time plays the script; whoever comes after the work was committed has been sent to mend it."""
        if self.desk.has_commit(self.script.subject):
            return self._follow_up()
        for step in self.script.steps:
            try:
                self._play(step)
            except _Failure as failure:
                return Report("FAILED", "I read the code and changed nothing.", str(failure), "A person has to decide.")
            except _Question as question:
                return Report("QUESTION", "I read the code and changed nothing yet.", question=str(question),
                              blockers="a decision that is the person's", next="Go on with the answer.")  # fmt: skip
        self.desk.say("· All tests, before anything is committed.", 0.5)
        green(self.desk)
        done = self.script.done.format(answer=self.answer)
        self.desk.commit(self.script.subject, done)
        return Report("COMPLETE", done, next=self.script.next)

    def _follow_up(self) -> Report:
        desk = self.desk
        merged = bring_in_main(desk)
        if merged:
            return Report("COMPLETE", f"{merged}; all tests are green.")
        green(desk)
        if desk.dirty():
            desk.commit("Mend what was left open")
            return Report("COMPLETE", "Mended what was left open; all green.")
        return Report(
            "NO_CHANGE",
            "The ticket is done and main is in. I am only a script: what else should change, change by hand.",
        )

    def _play(self, step: Step) -> None:
        desk = self.desk
        match step:
            case Think(text, seconds):
                desk.say(f"· {text}", seconds)
            case Read(path, seconds):
                desk.say(f"▸ read {path}  ({len(desk.read(path).splitlines())} lines)", seconds)
            case Edit():
                hands.edit(desk, step)
            case Write():
                hands.write(desk, step, self.answer)
            case Check(modules, red, seconds):
                desk.pause(seconds)
                self._check(modules, red=red)
            case Ask():
                self._ask(step)
            case Fail():
                self._fail(step)
            case Crash():
                self._crash(step)
            case Announce():
                _announce(desk, step)

    def _check(self, modules: tuple[str, ...], *, red: bool) -> None:
        if not red:
            green(self.desk, *modules)
        elif not self.desk.tests(*modules, short=True):
            self.desk.say("· Red, as it should be before the work is done.", 0.5)

    def _ask(self, step: Ask) -> None:
        desk = self.desk
        words = bank.persons_words(desk)
        self.answer = number_in(words)
        if self.answer is not None:
            desk.say(f"· The person says: “{words.splitlines()[0]}” So it is {self.answer}.", step.seconds)
            return
        desk.say(f"· {step.thought}", step.seconds)
        raise _Question(f"I found no number in your answer. {step.question}" if words else step.question)

    def _fail(self, step: Fail) -> None:
        if RESCOPED in self.desk.told.ticket:
            return
        self.desk.say(f"· {step.again if self.desk.told.before else step.thought}", step.seconds)
        raise _Failure(step.blockers)

    def _crash(self, step: Crash) -> None:
        desk = self.desk
        started = f"Began to write {step.path}"
        if started in bank.bank_text(desk, bank.PROGRESS):
            desk.say(f"· The run before me died while it wrote {step.path}: I write it whole.", step.seconds)
            return
        bank.note(desk, bank.PROGRESS, f"{started}; if nothing stands below this, it is only half there.")
        whole = hands.new_text(desk.ticket, Write(step.path))
        desk.write(step.path, whole[: whole.find("    for order in")])
        desk.say(f"▸ write {step.path}  …", step.seconds)
        desk.pause(step.seconds)
        json.loads(_CUT_OFF)


def _announce(desk: Desk, step: Announce) -> None:
    lines = (
        "BREAKING CHANGE ALERT",
        f"POD: {desk.pod}",
        f"FILE: {step.file}",
        f"CHANGE: {step.change}",
        f"AFFECTS: {step.affects}",
        f"MIGRATION: {step.migration}",
    )
    print("\n" + "\n".join(lines) + "\n", flush=True)


def _report(desk: Desk) -> Report:
    if desk.role == "review":
        return review(desk)
    script = SCRIPTS.get(desk.ticket)
    try:
        report = Worker(desk, script).work() if script else write_down(desk)
    except Puzzled as puzzle:
        report = Report("BLOCKED", "I stopped before I made anything worse.", str(puzzle), "A person has to look.")
    bank.keep(desk, report, script.learned if script else "")
    return report


def main() -> int:
    """Works, and ends with the report; dies of its own traceback where the script says so."""
    desk = Desk.take(os.environ, Path.cwd(), "" if sys.stdin.isatty() else sys.stdin.read())
    try:
        desk.say(f"▸ demo agent at work: ticket {desk.ticket}, {desk.role}, {desk.pod}", 0.3)
        desk.say("▸ read memory-bank/", 0.5)
        if desk.told.before:
            desk.say(f"· I am told: {desk.told.before.splitlines()[0]}", 0.8)
        report = _report(desk)
    except KeyboardInterrupt:
        desk.say("▸ stopped")
        return 130
    print(f"\n{report.block()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
