"""What an agent program says it does, as events: one small set for every program.

State, outcome, session, tokens and cost of a run derive from these alone; what a program prints in its own format is
turned into them by a parser, one a format.
"""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass


class ToolKind(StrEnum):
    """What a tool does, whatever its program calls it."""

    READ = "read"
    EDIT = "edit"
    COMMAND = "command"
    SEARCH = "search"
    FETCH = "fetch"
    PLAN = "plan"
    AGENT = "agent"
    OTHER = "other"


class Ask(StrEnum):
    """What a program waits for."""

    PERMISSION = "permission"
    QUESTION = "question"


class Wall(StrEnum):
    """Why a program's model did not answer, where it says so."""

    RATE_LIMIT = "rate_limit"
    AUTH = "auth"
    OVERLOADED = "overloaded"
    CONTEXT = "context"
    OTHER = "other"


class TurnEnd(StrEnum):
    """How a turn ended, by the program's own word; its report may still say that the work is blocked."""

    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(slots=True)
class Started:
    """A session, or a further turn of it, begins."""

    session: str = ""
    model: str = ""
    at: float = 0.0
    """When, in seconds since the epoch; 0 where the program does not say. So with every event."""


@dataclass(slots=True)
class Text:
    """The agent's own words; `partial` is a piece that follows the piece before it without a break."""

    text: str
    partial: bool = False
    at: float = 0.0


@dataclass(slots=True)
class Thinking:
    """The agent's thoughts; `partial` as in Text."""

    text: str
    partial: bool = False
    at: float = 0.0


@dataclass(slots=True)
class ToolStarted:
    """A tool is called. `target` is what a person would name it by: a path, a command line, a pattern, an address."""

    id: str
    name: str
    kind: ToolKind
    target: str = ""
    added: int | None = None
    """Lines, for an edit that tells."""
    removed: int | None = None
    at: float = 0.0
    live: bool = False
    """A progress notice of a program that tells a call when it has ended: it counts as a call only then."""


@dataclass(slots=True)
class ToolEnded:
    """A tool has come back. `name`, `kind` and `target` are those of its start."""

    id: str
    ok: bool
    name: str = ""
    kind: ToolKind = ToolKind.OTHER
    target: str = ""
    output: str = ""
    exit: int | None = None
    """Exit status of a command, where the program tells."""
    added: int | None = None
    removed: int | None = None
    at: float = 0.0


@dataclass(slots=True)
class Asked:
    """The program waits for an answer. `options` are its own answers: an id and a label."""

    id: str
    ask: Ask
    title: str
    tool: str = ""
    options: tuple[tuple[str, str], ...] = ()
    at: float = 0.0


@dataclass(slots=True)
class Answered:
    """What it waited for has come; `allowed` is None for a question, and where the program does not tell."""

    id: str
    allowed: bool | None = None
    answer: str = ""
    at: float = 0.0


@dataclass(slots=True)
class Denied:
    """A tool was refused because nobody could be asked; the run may go on."""

    tool: str
    target: str = ""
    why: str = ""
    at: float = 0.0
    asked: bool = False
    """Somebody was asked, and said no or nothing."""


@dataclass(slots=True)
class Retrying:
    """The program's model did not answer; it tries again by itself after `wait_s` seconds."""

    attempt: int = 0
    why: str = ""
    wall: Wall = Wall.OTHER
    wait_s: float = 0.0
    at: float = 0.0


@dataclass(slots=True)
class Used:
    """Tokens and money (US dollars). `total` stands for all of this process so far, else it is to be added."""

    input: int = 0
    """Without what came from a cache, where the format allows to tell."""
    cached: int = 0
    output: int = 0
    cost: float | None = None
    total: bool = False
    at: float = 0.0


@dataclass(slots=True)
class Limited:
    """The account's limits as the program tells them: when one ends (seconds since the epoch, 0 unknown)."""

    what: str = ""
    resets: float = 0.0
    reached: bool = False
    at: float = 0.0


@dataclass(slots=True)
class Ended:
    """A turn is over; there may be several in one process."""

    how: TurnEnd
    error: str = ""
    wall: Wall | None = None
    """Why the model did not answer, for a failed turn that tells."""
    text: str = ""
    """The final answer, where the program repeats it."""
    at: float = 0.0


@dataclass(slots=True)
class Problem:
    """Something went wrong that is not, or not yet, the end."""

    text: str
    wall: Wall | None = None
    at: float = 0.0


@dataclass(slots=True)
class Note:
    """Something worth a line: a hook, a compaction, a warning."""

    text: str
    at: float = 0.0


@dataclass(slots=True)
class Raw:
    """A line as it is: plain output, a notice of another program, a kind of event that is not known here.

    `kind` is the type of a well-formed record that nobody knows; `broken` says that the line should have been a record
    and is not.
    """

    text: str
    kind: str = ""
    broken: bool = False
    at: float = 0.0


Event = (
    Started | Text | Thinking | ToolStarted | ToolEnded | Asked | Answered | Denied | Retrying | Used | Limited | Ended
    | Problem | Note | Raw
)  # fmt: skip
