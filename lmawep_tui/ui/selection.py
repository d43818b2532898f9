"""What a key acts on: the row under the cursor, or the marked ones, and never a row that has just slipped in there.

The cursor follows its row: when somebody else's doing moves a pod to another group, the cursor goes with it, because
what a person is about to press a key for is the pod they read, not a place on the screen. Only when the row itself
goes (landed, removed, filtered) must the cursor go to a neighbour, and then a verb key that was already on its way
would hit the wrong pod. So for a moment after such a slip the first verb key does nothing but say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.store.queries import pod_of_ticket
from lmawep_tui.ui.actions import Action, Scope, Situation

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

LOOK_S = 2.0
"""How long a person may take to see that the cursor is on another row now."""
_HARMLESS = ("ticket.new", "peek")
"""Keys of lists that change nothing, or not what is selected."""


def takes_many(action: Action) -> bool:
    """Whether an action means all the marked rows: every one that changes something."""
    return bool(action.verb) and action.scope in (Scope.TICKETS, Scope.PODS) and action.id not in _HARMLESS


class _Subject(NamedTuple):
    """What is selected, by names that stay the same."""

    row: str | None
    pod: str | None


@dataclass(frozen=True, slots=True)
class _Slip:
    """The row under the cursor went, and the cursor is on another one."""

    was: str
    now: _Subject
    at: float


class Selection:
    """The selection of mission control."""

    def __init__(self, screen: MissionScreen, clock: Callable[[], float] = time.monotonic) -> None:
        """Watch over this screen's lists; `clock` counts seconds from whenever."""
        self._screen = screen
        self._clock = clock
        self._before: _Subject | None = None
        self._slip: _Slip | None = None
        self._expected: set[str] = set()

    # -- one row --------------------------------------------------------------------------------------------------

    def now(self) -> tuple[Ticket | InvalidTicket | None, Pod | None]:
        """Return the ticket and pod that are selected, of which either may be missing."""
        screen, snapshot = self._screen, self._screen.bridge.snapshot
        if screen.list_pane is screen.pods and (pod := screen.pods.selected(snapshot)) is not None:
            return snapshot.tickets.get(pod.ticket), pod
        ticket = screen.tickets.selected(snapshot)
        return ticket, pod_of_ticket(snapshot, ticket.id) if isinstance(ticket, Ticket) else None

    def situation(self) -> Situation:
        """Return what an action would act on."""
        screen = self._screen
        ticket, pod = self.now()
        place = "tickets" if screen.list_pane is screen.tickets else "pods"
        if screen.detail.view.has_focus:
            place = screen.detail.tab
        known = ticket if isinstance(ticket, Ticket) else None
        bad = ticket if isinstance(ticket, InvalidTicket) else None
        records = screen.detail.records()
        searched = bool(getattr(screen.detail.view, "needle", None))
        # In the detail one looks at one pod, and the marks may not even be on the screen.
        marked = len(screen.table.marked) if place in ("tickets", "pods") else 0
        return Situation(screen.bridge.snapshot, known, bad, pod, place, searched, screen.bridge.busy,
                         records, marked=marked)  # fmt: skip

    # -- marked rows ----------------------------------------------------------------------------------------------

    def marked(self, most: int | None = None) -> Iterator[Situation]:
        """Yield a situation for each marked row, from top to bottom, as if the cursor were on it."""
        screen, snapshot = self._screen, self._screen.bridge.snapshot
        alone = replace(self.situation(), invalid=None, marked=0)
        for key in islice(screen.table.chosen if screen.table.marked else (), most):
            if key.startswith("pod-"):
                pod = next((one for one in snapshot.pods.values() if one.id == key), None)
                if pod is not None:
                    yield replace(alone, pod=pod, ticket=snapshot.tickets.get(pod.ticket))
            elif key.isdigit():
                ticket = next((one for one in (snapshot.tickets.get(int(key)),) if one), None)  # type: ignore[call-overload]
                if ticket is not None:
                    yield replace(alone, ticket=ticket, pod=pod_of_ticket(snapshot, ticket.id))

    # -- what slips in under the cursor ---------------------------------------------------------------------------

    def look(self) -> None:
        """Remember what is selected, before an update."""
        self._before = self._subject()

    def compare(self, awaited: str | None = None) -> None:
        """See whether an update put something else under the cursor; what the person waited for may come there."""
        before, now = self._before, self._subject()
        if before is None or before.row is None or now.row == awaited or before.row in self._expected:
            return
        other_pod = before.pod is not None and now.pod is not None and before.pod != now.pod
        if before.row != now.row or other_pod:
            self._slip = _Slip(_name(before), now, self._clock())

    def expect_gone(self, row: str) -> None:
        """The person has just said that this row shall go: its going surprises nobody."""
        self._expected.add(row)

    def warning(self, action: Action, key: str) -> str:
        """Return why a key must not act now, because the row it was meant for has just gone; say so only once."""
        slip = self._slip
        acts = action.scope in (Scope.TICKETS, Scope.PODS) and action.id not in _HARMLESS
        if slip is None or not acts or self._screen.table.marked:
            return ""
        self._slip = None
        now = self._subject()
        if now != slip.now or self._clock() - slip.at > LOOK_S:
            return ""
        if now.row is None:
            return f"{slip.was} has just gone from under the cursor."
        return f"{slip.was} has just gone; under the cursor is {_name(now)} now. {key} again for that one."

    def _subject(self) -> _Subject:
        ticket, pod = self.now()
        row = self._screen.table.cursor_key
        if row is None and (pod is not None or isinstance(ticket, Ticket)):
            row = pod.id if pod else str(ticket.id) if isinstance(ticket, Ticket) else None
        return _Subject(row, pod.id if pod else None)


def _name(subject: _Subject) -> str:
    row = subject.row or "It"
    return f"#{row}" if row.isdigit() else row.removeprefix("invalid:")
