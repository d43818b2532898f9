"""The demo's agents, run by hand as processes in real worktrees, with the prompts lmawep really writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lmawep_tui.agents.prompt import build_prompt
from lmawep_tui.demo.scripts import SCRIPTS
from lmawep_tui.demo.steps import MAIN, PROJECT, WORK, Write
from lmawep_tui.demo.tickets import FIRST, TICKETS
from lmawep_tui.demo.told import number_in, read_prompt
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.report import Alert, Claim, Report, parse_alerts, parse_report
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Ticket

ROOT = Path(__file__).parents[2]
NUMBERS = tuple(range(FIRST, FIRST + len(TICKETS)))


@dataclass(frozen=True)
class Said:
    """What one run printed and how it ended."""

    status: int
    output: str

    @property
    def report(self) -> Report | None:
        return parse_report(self.output)

    @property
    def claim(self) -> Claim | None:
        return self.report.claim if self.report else None

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return parse_alerts(self.output)


class Bench:
    """A plain repository with the project, and a worktree a ticket as lmawep would make it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "shop"
        self.home = folder / "home"
        self.home.mkdir()
        shutil.copytree(PROJECT, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        self.git("init", "-q", "-b", MAIN)
        (self.root / ".git/info").mkdir(exist_ok=True)
        (self.root / ".git/info/exclude").write_text("/memory-bank/\n/.lmawep/\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Start")
        self.runs = 0

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LMAWEP_DEMO_PACE": "0",
        }

    def git(self, *args: str, at: Path | None = None, ok: tuple[int, ...] = (0,)) -> str:
        who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
        done = subprocess.run(
            ["git", *who, *args], cwd=at or self.root, env=self.environment(), capture_output=True, text=True
        )
        assert done.returncode in ok, done.stderr + done.stdout
        return done.stdout.strip()

    def branch(self, number: int) -> str:
        return f"pod-{number - 100}-ticket-{number}"

    def pod(self, number: int) -> Path:
        path = self.root.parent / f"pod-{number - 100}"
        if not path.exists():
            self.git("worktree", "add", "-q", "-b", self.branch(number), str(path), MAIN)
            (path / "memory-bank").mkdir()
            (path / "memory-bank/progress.md").write_text("# Progress\n\n")
        return path

    def run(self, number: int, role: str = "task", *, brief: str = "", message: str = "", more: str = "") -> Said:
        """One run of the agent on a ticket, in its pod."""
        pod = self.pod(number)
        self.runs += 1
        bank = {file.name: file.read_text() for file in sorted((pod / "memory-bank").iterdir())}
        planned = TICKETS[number - FIRST] if number in NUMBERS else None
        prompt = build_prompt(
            role=Role(role),
            ticket=Ticket(
                id=TicketId(number),
                title=planned.title if planned else "Something else",
                description=(planned.description if planned else "Paint the door green.\n") + more,
            ),
            pod=pod.name,
            branch=self.branch(number),
            main=MAIN,
            worktree=str(pod),
            memory=bank,
            brief=brief,
            message=message,
        )
        names = {
            "LMAWEP_ROOT": str(self.root),
            "LMAWEP_POD": pod.name,
            "LMAWEP_TICKET": str(number),
            "LMAWEP_ROLE": role,
            "LMAWEP_RUN": f"{self.runs:04d}-{role}",
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", "lmawep_tui.demo.agent"],
            cwd=pod,
            env={**self.environment(), **names},
            input=prompt,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return Said(done.returncode, done.stdout)

    def complete(self, number: int) -> None:
        """Runs the agent as often as lmawep would until the ticket is done, and checks what lmawep checks."""
        said = self.run(number)
        if said.claim is Claim.QUESTION:
            said = self.run(number, message="10")
        elif said.claim is Claim.FAILED:
            again = self.run(number, brief="What was tried: run 0001-task.")
            assert again.claim is Claim.FAILED and "run before me" in again.output
            said = self.run(number, more="\nRe-scoped on 2026-01-15:\nPlain text is enough.\n")
        elif said.status:
            said = self.run(number, brief="The last run (0001-task) ended as crashed.")
        assert said.claim is Claim.COMPLETE, said.output
        self.check_done(number)

    def check_done(self, number: int) -> None:
        pod = self.pod(number)
        assert self.git("status", "--porcelain", at=pod) == ""
        assert self.git("branch", "--show-current", at=pod) == self.branch(number)
        assert not self.git("ls-files", "memory-bank", ".lmawep", at=pod)
        assert f"{self.runs:04d}-" in (pod / "memory-bank/progress.md").read_text()
        assert self.tests(pod).returncode == 0

    def tests(self, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "unittest", "discover", "-q"],
            cwd=folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )

    def land(self, number: int) -> None:
        self.git("merge", "-q", "--no-ff", "--no-edit", self.branch(number))

    def conflicts(self, number: int) -> bool:
        self.git("merge-tree", "--write-tree", MAIN, self.branch(number), ok=(0, 1))
        done = subprocess.run(["git", "merge-tree", "--write-tree", MAIN, self.branch(number)], cwd=self.root,
                              env=self.environment(), capture_output=True)  # fmt: skip
        return done.returncode == 1

    def combined(self, number: int) -> subprocess.CompletedProcess[str]:
        """The tests on what main would become."""
        tree = self.git("merge-tree", "--write-tree", MAIN, self.branch(number)).splitlines()[0]
        commit = self.git("commit-tree", tree, "-p", MAIN, "-m", "train")
        folder = self.root.parent / "train"
        self.git("worktree", "add", "-q", "--detach", str(folder), commit)
        done = self.tests(folder)
        self.git("worktree", "remove", "--force", str(folder))
        return done


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_project_is_green_and_has_real_tests(bench: Bench) -> None:
    done = bench.tests(bench.root)
    assert done.returncode == 0
    count = re.search(r"Ran (\d+) tests", done.stderr)
    assert count and int(count[1]) >= 25


def test_every_new_file_of_a_script_is_there_and_no_other() -> None:
    for number, script in SCRIPTS.items():
        wanted = {step.path for step in script.steps if isinstance(step, Write)}
        files = {p.relative_to(WORK / str(number)).as_posix() for p in (WORK / str(number)).rglob("*.py")}
        assert files == wanted
        for step in script.steps:
            if isinstance(step, Write) and step.answered:
                assert step.answered in (WORK / str(number) / step.path).read_text()
    assert tuple(SCRIPTS) == NUMBERS


@pytest.mark.parametrize("number", [101, 102, 103, 104, 105])
def test_each_ticket_alone_is_done_and_green(bench: Bench, number: int) -> None:
    bench.complete(number)
    assert bench.git("log", "-1", "--format=%s", bench.branch(number)) == SCRIPTS[number].subject


def test_tickets_that_depend_on_nothing_start_first_and_fill_the_slots() -> None:
    from lmawep_tui.demo.build import SLOTS

    free = [planned for planned in TICKETS if not planned.depends_on]
    assert len(free) == SLOTS
    assert all(n < FIRST + i for i, planned in enumerate(TICKETS) for n in planned.depends_on)


@pytest.mark.parametrize(("first", "second"), [(101, 102), (102, 101)])
def test_two_tickets_conflict_in_either_order_and_the_second_keeps_both_sides(
    bench: Bench, first: int, second: int
) -> None:
    for number in (first, second):
        bench.pod(number)
    for number in (first, second):
        bench.complete(number)
    bench.land(first)
    assert bench.conflicts(second)
    said = bench.run(second, "resolve", brief="This branch conflicts with main in: teahouse/pricing.py.")
    assert said.claim is Claim.COMPLETE, said.output
    bench.check_done(second)
    assert not bench.conflicts(second)
    text = (bench.pod(second) / "teahouse/pricing.py").read_text()
    assert "subtotal(basket) - member_discount(basket) + delivery(basket)" in text
    bench.land(second)
    assert bench.tests(bench.root).returncode == 0


@pytest.mark.parametrize("style", ["diff3", "zdiff3"])
def test_conflicts_are_mended_in_any_style_the_person_likes(bench: Bench, style: str) -> None:
    (bench.home / ".gitconfig").write_text(f"[merge]\n\tconflictStyle = {style}\n")
    for number in (101, 102):
        bench.pod(number)
        bench.complete(number)
    bench.land(101)
    assert bench.run(102, "resolve").claim is Claim.COMPLETE
    bench.check_done(102)


def test_a_merge_that_was_cut_off_is_finished(bench: Bench) -> None:
    for number in (101, 102):
        bench.pod(number)
        bench.complete(number)
    bench.land(101)
    bench.git("merge", "--no-commit", MAIN, at=bench.pod(102), ok=(1,))
    assert bench.run(102, "resolve").claim is Claim.COMPLETE
    bench.check_done(102)


@pytest.mark.parametrize(("first", "second"), [(103, 104), (104, 103)])
def test_two_tickets_are_red_only_together_in_either_order_and_the_second_mends_it(
    bench: Bench, first: int, second: int
) -> None:
    for number in (first, second):
        bench.pod(number)
    for number in (first, second):
        bench.complete(number)
    bench.land(first)
    assert not bench.conflicts(second)
    red = bench.combined(second)
    assert red.returncode == 1
    assert "OutOfStock" in red.stderr
    said = bench.run(second, brief=f"The tests are red when it is combined with main.\n\n{red.stderr}")
    assert said.claim is Claim.COMPLETE, said.output
    assert "fitted teahouse/waiting.py" in (said.report.progress if said.report else "")
    bench.check_done(second)
    assert bench.combined(second).returncode == 0


def test_the_breaking_change_is_announced(bench: Bench) -> None:
    alerts = bench.run(103).alerts
    assert [(a.pod, a.file) for a in alerts] == [("pod-3", "teahouse/stock.py")]
    assert all((alerts[0].change, alerts[0].affects, alerts[0].migration))


def test_in_a_row_each_ticket_sees_what_landed_before(bench: Bench) -> None:
    for number in NUMBERS:
        bench.complete(number)
        assert not bench.conflicts(number)
        assert bench.combined(number).returncode == 0
        bench.land(number)
    assert bench.tests(bench.root).returncode == 0


@pytest.mark.parametrize(
    ("answer", "number"),
    [("10", 10), ("Make it 12, please", 12), ("Eight.", 8), ("a dozen", 12), ("you decide", 10), ("either", 10)],
)
def test_the_answer_decides_what_is_written(bench: Bench, answer: str, number: int) -> None:
    asked = bench.run(105)
    assert (asked.status, asked.claim) == (0, Claim.QUESTION)
    assert asked.report and asked.report.question.endswith("?") is False and "8 or 10?" in asked.report.question
    assert bench.git("status", "--porcelain", at=bench.pod(105)) == ""
    assert bench.run(105, message=answer).claim is Claim.COMPLETE
    bench.check_done(105)
    assert f"STAMPS_FOR_A_FREE_CUP = {number}\n" in (bench.pod(105) / "teahouse/stamps.py").read_text()
    assert f"AGREED = {number}\n" in (bench.pod(105) / "tests/test_stamps.py").read_text()


def test_an_answer_without_a_number_is_asked_again(bench: Bench) -> None:
    bench.run(105)
    said = bench.run(105, message="I have to ask my wife")
    assert said.claim is Claim.QUESTION
    assert said.report and "no number" in said.report.question


def test_an_answer_that_only_the_memory_bank_still_knows_counts(bench: Bench) -> None:
    bench.run(105)
    context = bench.pod(105) / "memory-bank/activeContext.md"
    context.write_text(context.read_text() + "\n## The person says (2026-01-15T10:00:00Z)\n\nNine.\n")
    assert bench.run(105).claim is Claim.COMPLETE
    assert "= 9\n" in (bench.pod(105) / "teahouse/stamps.py").read_text()
    assert "Nine." in context.read_text()


def test_a_crash_leaves_partial_work_and_the_next_run_finishes_it(bench: Bench) -> None:
    for number in (102, 104):
        bench.complete(number)
        bench.land(number)
    crashed = bench.run(106)
    assert crashed.status == 1
    assert crashed.report is None
    assert "Traceback" in crashed.output and "JSONDecodeError" in crashed.output
    assert bench.git("status", "--porcelain", at=bench.pod(106)) == "?? teahouse/report.py"
    again = bench.run(106, brief="The last run (0001-task) ended as crashed.")
    assert again.claim is Claim.COMPLETE, again.output
    assert "I am told: The last run (0001-task) ended as crashed." in again.output
    bench.check_done(106)


def test_the_reviewer_approves_good_work_and_changes_nothing(bench: Bench) -> None:
    bench.complete(101)
    before = bench.git("rev-parse", "HEAD", at=bench.pod(101))
    said = bench.run(101, "review")
    assert said.claim is Claim.APPROVED, said.output
    assert bench.git("rev-parse", "HEAD", at=bench.pod(101)) == before
    bench.check_done(101)


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("teahouse/menu.py", "<<<<<<< HEAD\n=======\n>>>>>>> main\n", "conflict markers"),
        ("teahouse/menu.py", "def find(:\n", "not Python"),
        ("tests/test_menu.py", "import unittest\n\n\nclass M(unittest.TestCase):\n    def test_a(self): ...\n", "lost"),
        ("teahouse/money.py", "def euros(cents):\n    return ''\n\n\ndef percent(a, b):\n    return 0\n", "red"),
    ],
)
def test_the_reviewer_sends_bad_work_back(bench: Bench, path: str, text: str, why: str) -> None:
    pod = bench.pod(101)
    (pod / path).write_text(text)
    bench.git("commit", "-qam", "Bad", at=pod)
    said = bench.run(101, "review")
    assert said.claim is Claim.CHANGES_REQUESTED
    assert said.report and why in said.report.blockers


def test_finished_work_that_nothing_is_wrong_with_is_left_alone(bench: Bench) -> None:
    bench.complete(101)
    said = bench.run(101, brief="Changes requested by you:\nmore tea")
    assert said.claim is Claim.NO_CHANGE
    bench.check_done(101)


def test_a_project_that_somebody_changed_stops_the_agent_with_a_reason(bench: Bench) -> None:
    (bench.root / "teahouse/stock.py").write_text("class Stock: ...\n")
    bench.git("commit", "-qam", "Throw the shelf away")
    said = bench.run(103)
    assert said.claim is Claim.BLOCKED
    assert said.report and "tests/test_stock.py" not in said.report.blockers and "stock.py" in said.report.blockers


def test_a_ticket_of_the_persons_own_is_written_down_with_what_is_said_to_it(bench: Bench) -> None:
    ideas = bench.pod(150) / "IDEAS.md"
    assert bench.run(150).claim is Claim.COMPLETE
    bench.check_done(150)
    assert ideas.read_text().endswith("## Ticket 150\n\nPaint the door green.\n")
    assert bench.run(150).claim is Claim.NO_CHANGE
    review = ("Changes requested by you:\nThink of the children.\n\nComments on lines, as they are in 1234567:\n\n"
              "IDEAS.md:7\n> Paint the door green.\nNot before May.")  # fmt: skip
    assert bench.run(150, brief=review).claim is Claim.COMPLETE
    bench.check_done(150)
    assert ideas.read_text().endswith("Paint the door green.\n\n- Think of the children.\n- Not before May.\n")
    assert bench.run(150, brief=review).claim is Claim.NO_CHANGE
    assert bench.run(150, message="Blue will do.").claim is Claim.COMPLETE
    assert ideas.read_text().endswith("- Not before May.\n- Blue will do.\n")


def test_two_tickets_of_the_persons_own_meet_in_one_file_and_the_second_keeps_both(bench: Bench) -> None:
    for number in (150, 151):
        bench.pod(number)
        bench.run(number)
    bench.land(150)
    assert bench.conflicts(151)
    bench.git("merge", "--no-commit", MAIN, at=bench.pod(151), ok=(1,))  # begun by the person, and left
    said = bench.run(151, "resolve", brief="This branch conflicts with main in: IDEAS.md (added by both).")
    assert said.claim is Claim.COMPLETE, said.output
    bench.check_done(151)
    notes = (bench.pod(151) / "IDEAS.md").read_text()
    assert notes.endswith("## Ticket 150\n\nPaint the door green.\n\n## Ticket 151\n\nPaint the door green.\n")
    bench.run(151, brief="Changes requested by you:\nNot this one.")
    bench.land(151)
    bench.run(152)
    notes = (bench.pod(152) / "IDEAS.md").read_text()
    assert notes.count("\n## Ticket ") == 3, notes
    assert "- Not this one.\n\n## Ticket 152" in notes


def test_commits_are_the_persons_when_git_knows_who_that_is(bench: Bench) -> None:
    (bench.home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
    bench.complete(101)
    bench.complete(104)
    assert bench.git("log", "-1", "--format=%an", bench.branch(101)) == "Ada"
    (bench.home / ".gitconfig").unlink()
    bench.complete(102)
    assert bench.git("log", "-1", "--format=%an", bench.branch(102)) == "demo agent"


def test_numbers_in_words() -> None:
    assert [number_in(text) for text in ("", "no", "1", "100", "-12", "seven or so")] == [None, None, None, None, 12, 7]


def test_the_parts_of_a_prompt_are_told_apart() -> None:
    told = read_prompt("## The ticket\n\n| a\n|\n| b\n\n## The person says\n\n| ## What happened before\n| ten\n")
    assert (told.ticket, told.person, told.before) == ("a\n\nb", "## What happened before\nten", "")
