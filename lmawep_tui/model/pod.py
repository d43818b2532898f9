"""Pods: what the state file records of them, and what is seen of them now."""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.model.conflict import Conflict, Merging, conflict_words
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.message import Message
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Role, Run
from lmawep_tui.model.sitting import Sitting
from lmawep_tui.model.ticket import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A review, bound to the commit that was looked at."""

    commit: Sha
    approved: bool
    by: str
    why: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """The project's tests on one commit of the pod."""

    __test__ = False  # not a pytest class, whatever its name

    commit: Sha
    green: bool
    summary: str = ""
    run: str = ""
    at: str = ""
    passed: int = 0
    new: int = 0
    """Failures that the base does not have; these numbers are 0 where the runner writes no report."""
    fixed: int = 0
    known: int = 0
    flaky: tuple[str, ...] = ()
    """Tests that failed and passed when they were run again, the first of them."""
    failing: tuple[str, ...] = ()
    """The first of the tests that make it red."""
    commands: int = 1
    """How many commands were run for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How the configured setup command ended in this pod."""

    ok: bool
    seconds: float
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodRecord:
    """One pod as `lmawep-state.yaml` has it."""

    id: PodId
    ticket: TicketId
    branch: str
    base: Sha
    path: str
    """Absolute path of the worktree."""
    created: str = ""
    agent: str | None = None
    paused: bool = False
    attempts: int = 0
    """Failed attempts since the last success or the person's last word."""
    conflicts: int = 0
    """Conflicts with main in a row, since it last landed or a person resolved one."""
    fixes: int = 0
    """Reviews in a row that committed fixes instead of a verdict."""
    conflict: Conflict | None = None
    """With which commit of main it does not merge; None once it does."""
    merging: Merging | None = None
    """A merge of main that a person began here and has neither finished nor aborted."""
    next_role: Role = Role.TASK
    brief: str = ""
    """What went wrong last, for the next run's prompt."""
    setback: str = ""
    """The same in a few words, for lists; empty once work is believed again."""
    settled: int = 0
    """Number of the last run whose result was acted on."""
    evidence: tuple[Fact, ...] = ()
    verdict: Verdict | None = None
    tests: TestResult | None = None
    setup: Setup | None = None
    told: tuple[Message, ...] = ()
    """What the person said and no run was told yet."""
    shared: Sha | None = None
    """Commit of the coordination branch that its shared folder was brought to."""


class HoldKind(StrEnum):
    """Why a ticket is blocked."""

    QUESTION = "question"
    DENIED = "denied"
    BLOCKED = "blocked"
    FAILED = "failed"
    CONFLICT = "conflict"
    PERSON = "person"
    TAMPERED = "tampered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a ticket is blocked, and where it returns to."""

    was: Status
    kind: HoldKind
    why: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What autopilot would do and cannot, kept until it can or a person steps in."""

    verb: str
    why: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Why no run of an agent is started: its quota is used up, or it is not logged in."""

    kind: str
    """`rate_limited` or `auth`."""
    why: str
    since: str
    until: str
    """When one run may try again."""
    times: int = 1
    """How often in a row; each time the wait grows when nobody said until when."""
    login: str = ""
    """How a person logs in, in words, where that is what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """A pod in the train, with the commit that was approved and tested."""

    pod: PodId
    commit: Sha
    since: str = ""
    red_main: Sha | None = None
    """The commit of main that is red by itself, and on which this car cannot be told green."""
    red_why: str = ""
    red_until: str = ""
    """When it is tried again although main has not moved: what was down may be up by then."""

    def waits_for(self, main: Sha | None, now: str) -> bool:
        """Whether it waits until somebody mends main; `main` is where main is, None where that is not known."""
        return self.red_main is not None and main in (None, self.red_main) and now < self.red_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How far a pod's branch is from main, committed work only."""

    ahead: int = 0
    behind: int = 0
    files: int = 0
    insertions: int = 0
    deletions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as seen now: its record, its ticket's status, its newest run and whether that run lives."""

    record: PodRecord
    status: Status
    title: str
    run: Run | None = None
    live: bool = False
    hold: Hold | None = None
    attention: str | None = None
    """What waits for the person, in words; None when nothing does."""
    sitting: Sitting | None = None
    """The person who is attached to it; nothing is done with it meanwhile."""
    in_train: int | None = None
    """Place in the train, 0 is the head."""
    asks: tuple[Question, ...] = ()
    """What its live run waits for, oldest first."""

    @property
    def headline(self) -> str:
        """What is to be said of it in one line: what it wants of the person, its conflict, else its title."""
        if self.attention is None and self.record.conflict is not None:
            return conflict_words(self.record.conflict)
        if self.attention is None and self.sitting is not None:
            return self.sitting.words
        return self.attention or self.title

    @property
    def id(self) -> PodId:
        return self.record.id

    @property
    def ticket(self) -> TicketId:
        return self.record.ticket
