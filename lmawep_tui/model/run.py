"""Runs: one agent invocation in a pod, from its order to its outcome."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.report import Alert, Report
from lmawep_tui.model.usage import Price, Usage


class Role(StrEnum):
    """What a run is for: the first five are played by agents, the others are plain commands."""

    TASK = "task"
    REVIEW = "review"
    TEST = "test"
    """Mend red tests; the tests themselves are run by a `check`."""
    RESOLVE = "resolve"
    DOCS = "docs"
    CHECK = "check"
    """The project's tests in the pod."""
    COMMAND = "command"
    SETUP = "setup"
    MERGE = "merge"
    """The project's tests on the combined result."""

    @property
    def writes(self) -> bool:
        """Whether a run of this role is expected to change the pod, and so moves its ticket to working."""
        return self in (Role.TASK, Role.TEST, Role.RESOLVE, Role.DOCS)

    @property
    def by_agent(self) -> bool:
        """Whether an agent plays it, with a prompt and a report; a command's exit status says it all."""
        return self.writes or self is Role.REVIEW


class Outcome(StrEnum):
    """How a run ended (design: outcomes)."""

    COMPLETED = "completed"
    NO_CHANGE = "no_change"
    NEEDS_REVIEW = "needs_review"
    BLOCKED = "blocked"
    QUESTION = "question"
    DENIED = "denied"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    TIMEOUT = "timeout"
    STALLED = "stalled"
    CRASHED = "crashed"
    KILLED = "killed"
    LOST = "lost"

    @property
    def failure(self) -> bool:
        """Real failures, the only outcomes that use up an attempt."""
        return self in (Outcome.TIMEOUT, Outcome.STALLED, Outcome.CRASHED, Outcome.LOST)

    @property
    def for_person(self) -> bool:
        """Outcomes that only a person can answer."""
        return self in (Outcome.QUESTION, Outcome.DENIED, Outcome.BLOCKED)


class RunState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process that cannot be mistaken for another: pid, start time in clock ticks, boot id."""

    pid: int
    start: int
    boot: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is ended for it; seconds and bytes, 0 means no such limit."""

    timeout_s: float = 900.0
    silence_s: float = 300.0
    grace_s: float = 10.0
    log_bytes: int = 100_000_000
    final_s: float = 30.0
    """How long a run may go on in silence after its report."""
    cost: float | None = None
    """US dollars it may use. None, here and below: as many as it likes."""
    tokens: int | None = None
    prices: tuple[Price, ...] = ()
    """To work out the cost from the tokens, where its program does not tell."""


class Part(StrEnum):
    """Which command of a check a run is."""

    TARGETED = "targeted"
    """Tests chosen by the changed paths."""
    FULL = "full"
    AGAIN = "again"
    """The failures of the run before it, once more and alone."""
    BASE = "base"
    """The same command on the commit that is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A run's place in a check: enough for whoever finds it ended to know whether more was to come."""

    part: Part
    command: tuple[str, ...]
    """The command as the person gave it, without what we add to it."""
    commit: Sha
    base: Sha
    last: bool = True
    """Whether nothing follows when this is green."""
    before: tuple[str, ...] = ()
    """Names of the runs of the same check before this one."""
    baseline: str = ""
    """Name of the stored results of the base, when they were known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`run.json`: the order (written before anything starts) and what became of it."""

    pod: PodId
    ticket: TicketId
    number: int
    role: Role
    argv: tuple[str, ...]
    cwd: str
    mark: str
    """Random text in the environment of every process of this run: how they are found again."""
    agent: str = ""
    format: str = "text"
    """How its output is read; see agents/streams."""
    resumes: str = ""
    """The session it goes on with; empty for a fresh one."""
    env: dict[str, str] = field(default_factory=dict)
    """Additions to the allow-listed environment; never secrets, they stay in the caller's environment."""
    stdin: str | None = None
    """File in the run folder that becomes the agent's stdin; None is /dev/null."""
    stop_signal: str = "INT"
    exit_outcomes: dict[int, str] = field(default_factory=dict)
    """What an exit status means by its profile, where the output does not say how it ended: an outcome by status."""
    limits: Limits = field(default_factory=Limits)
    head_before: Sha | None = None
    outside: tuple[str, ...] = ()
    """What was not committed in the person's own checkout when it began, by name."""
    message: str = ""
    stage: Stage | None = None
    """What the project's tests are run for; None for every other command."""
    created: str = ""
    state: RunState = RunState.STARTING
    supervisor: ProcessId | None = None
    process: ProcessId | None = None
    started: str | None = None
    ended: str | None = None
    exit_status: int | None = None
    outcome: Outcome | None = None
    reason: str = ""
    report: Report | None = None
    session: str = ""
    """The agent program's own name for the conversation: how it is resumed."""
    model: str = ""
    usage: Usage | None = None
    """Of this run alone, also where the program counts from the beginning of its session; None when not told."""
    counted: Usage | None = None
    """What its program will count again, being gone on with: the session's use before this run."""
    session_gone: bool = False
    """Whether its program did not know the session that it was to go on with."""
    announced: tuple[Alert, ...] = ()
    """Breaking-change alerts in the agent's own words, where its output is read as events."""
    last_words: str = ""
    """The end of its output, kept when it did not end well."""
    resets: str | None = None
    """When its quota starts anew, for a run that ran into one; None when nobody said."""
    alerts: tuple[int, ...] = ()
    """Numbers of the breaking-change alerts in its prompt."""
    leftovers: tuple[str, ...] = ()
    """Command names of processes that outlived the agent and were ended."""

    @property
    def name(self) -> str:
        """The run folder's name: `0003-task`."""
        return f"{self.number:04d}-{self.role}"

    @property
    def red(self) -> bool:
        """Whether tests were red: they ended by themselves with status 1. Others mean that they could not run."""
        return self.role in (Role.CHECK, Role.MERGE) and self.outcome is Outcome.CRASHED and self.exit_status == 1

    @property
    def end_words(self) -> str:
        """How it ended, for people: `completed`, `rate limited`, `red`; empty while it has not."""
        return "red" if self.red else self.outcome.value.replace("_", " ") if self.outcome is not None else ""
