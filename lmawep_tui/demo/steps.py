"""What a scripted agent can do, as data: a script is a list of steps and how to mend what may come in between."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.model.dataclass import dataclass

MAIN = "main"
"""The branch of the demo's repository that work lands on."""
PROJECT = Path(__file__).parent / "project"
"""The small real project the demo is played on."""
WORK = Path(__file__).parent / "work"
"""The new files the agents write, in a folder a ticket."""


@dataclass(frozen=True, slots=True)
class Think:
    """Says what it makes of things, for `seconds` at pace 1."""

    text: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Read:
    """Reads a file of the project."""

    path: str
    seconds: float = 0.7


@dataclass(frozen=True, slots=True)
class Swap:
    """Puts one text in the place of another; `or_else` is for a file that another ticket has changed already."""

    old: str
    new: str
    or_else: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes a file."""

    path: str
    swaps: tuple[Swap, ...]
    seconds: float = 1.2


@dataclass(frozen=True, slots=True)
class Write:
    """Writes a new file; its text lies in `work/TICKET/PATH`. `answered` is the text the person's answer replaces."""

    path: str
    answered: str = ""
    seconds: float = 1.5


@dataclass(frozen=True, slots=True)
class Check:
    """Runs tests; no modules means all. `red` means that they are written first and have to fail."""

    modules: tuple[str, ...] = ()
    red: bool = False
    seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class Ask:
    """Needs a number from the person before it can go on; `thought` is why."""

    thought: str
    question: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Crash:
    """Dies in the middle of writing a file, unless the memory bank says that an earlier run did."""

    path: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Fail:
    """Gives up and says why, until the person has asked for something smaller; `again` is the thought of a retry."""

    thought: str
    again: str
    blockers: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Announce:
    """Prints a breaking-change alert."""

    file: str
    change: str
    affects: str
    migration: str


Step = Think | Read | Edit | Write | Check | Ask | Fail | Crash | Announce


@dataclass(frozen=True, slots=True)
class Together:
    """How two sides of a conflict become one: the hunk whose sides are `sides`, in any order, becomes `text`."""

    path: str
    sides: frozenset[str]
    text: str
    proof: Edit
    """The test that shows that both sides survived."""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How work is fitted to what another ticket changed: `edit`, where `because` stands in the file `seen`."""

    seen: str
    because: str
    thought: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Script:
    """How one ticket is worked on; `subject` is the commit's first line, by which finished work is known again."""

    subject: str
    steps: tuple[Step, ...]
    done: str
    learned: str = ""
    next: str = "None"


@dataclass(frozen=True, slots=True)
class Report:
    """What the agent says at the end."""

    status: str
    progress: str
    blockers: str = "None"
    next: str = "None"
    question: str = ""

    def block(self) -> str:
        """The lines lmawep reads."""
        lines = [
            f"STATUS: {self.status}",
            f"PROGRESS: {self.progress}",
            f"BLOCKERS: {self.blockers}",
            f"NEXT: {self.next}",
        ]
        return "\n".join([*lines, f"QUESTION: {self.question}"] if self.question else lines)


class Puzzled(Exception):
    """The project does not look as the script expects; its text says how, for the report."""
