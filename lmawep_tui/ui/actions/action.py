"""What an action is, and what it would act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Ticket


class Scope(StrEnum):
    """What an action is about, and so where its key works."""

    TICKETS = "tickets"
    PODS = "pods"
    LOG = "log"
    REVIEW = "review"
    DIFF = "diff"
    VIEWS = "views"
    BOARD = "board"
    WATCH = "watch"
    SETTINGS = "settings"
    START = "start"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Situation:
    """What an action would act on."""

    snapshot: Snapshot
    ticket: Ticket | None = None
    invalid: InvalidTicket | None = None
    """The file under the cursor when it is no ticket."""
    pod: Pod | None = None
    place: str = "tickets"
    """Where the focus is: tickets, pods, one of the detail tabs, review, or a view by its name."""
    searched: bool = False
    """Whether something is looked for in the log, or the diff."""
    busy: Mapping[str, str] = field(default_factory=dict)
    """Verbs under way by the key of what they work on."""
    records: str = ""
    """How a log of records is shown: as events or raw; empty for one of plain lines."""
    row: str = ""
    """The row under the cursor of a view."""
    marked: int = 0
    """How many rows are marked in the list the focus is in: verbs then mean all of them."""

    @property
    def free(self) -> bool:
        """Whether no verb of this screen works on the selection."""
        return not (self.pod and self.pod.id in self.busy) and not (
            self.ticket and f"ticket-{self.ticket.id}" in self.busy
        )


When = Callable[[Situation], bool]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does."""

    id: str
    keys: str
    """Default keys in Textual's names, separated by commas."""
    title: str
    """Its word in the footer."""
    help: str
    scope: Scope
    when: When = lambda _: True
    verb: str = ""
    """The verb of `engine.verbs.VERBS` that does the same on the command line."""
    needs: str = ""
    """What is missing when it is not allowed, as the end of "… needs …"; a whole sentence when it ends in a dot."""
    footer: bool | When = False
    """Whether, or where, the footer offers it when it is allowed."""
    by_widget: bool = False
    """The key belongs to a list or view itself; the table tells of it, the screen does not bind it."""
    typed: bool = False
    """It opens something that is typed into: what follows its key is text, and no keys, also when it is refused."""
