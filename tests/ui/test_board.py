"""The board: what a card says, and what moving one means."""

from __future__ import annotations

import dataclasses

import pytest

from lmawep_tui.engine import tickets
from lmawep_tui.engine.review import approve
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Hold, HoldKind, Pod, PodRecord
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Priority, Status, Ticket
from lmawep_tui.ui.actions import Situation
from lmawep_tui.ui.board_moves import Move, move
from lmawep_tui.ui.present.board_columns import COLUMNS, aside, card, cards
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.screens.board import BoardScreen
from lmawep_tui.ui.screens.mission import MissionScreen
from lmawep_tui.ui.screens.review import ReviewScreen
from tests.ui.conftest import Ui, running
from tests.world import World

ID = TicketId(101)


def situation(status: Status, *, pod: bool = True, waits: bool = False, paused: bool = False) -> Situation:
    """A ticket in that state, alone in its project."""
    ticket = Ticket(id=ID, title="Steep", status=status, dependencies=(TicketId(999),) if waits else ())
    record = PodRecord(id=PodId("pod-1"), ticket=ID, branch="pod-1-ticket-101", base=Sha("0" * 40), path="/nowhere",
                       created="", settled=0, paused=paused)  # fmt: skip
    found = Pod(record=record, title="Steep", status=status) if pod else None
    snapshot = Snapshot(tickets={ID: ticket}, pods={record.id: found} if found else {})
    return Situation(snapshot, ticket, None, found, "pods" if pod else "tickets")


@pytest.mark.parametrize(("status", "pod", "source", "goal", "wanted"), [
    (Status.READY, False, "To do", "Working", Move(deed="start")),
    (Status.READY, False, "To do", "Needs you", Move(deed="block")),
    (Status.READY, False, "To do", "Done", Move(action="ticket.status")),
    (Status.READY, False, "To do", "To do", Move()),
    (Status.ASSIGNED, True, "Working", "To do", Move(action="pod.remove")),
    (Status.ASSIGNED, True, "Working", "Needs you", Move(deed="block")),
    (Status.REVIEW, True, "Review", "Testing", Move(action="pod.review")),
    (Status.REVIEW, True, "Review", "Working", Move(deed="request changes")),
    (Status.TESTING, True, "Testing", "Done", Move(action="pod.merge")),
    (Status.TESTING, True, "Testing", "Review", Move(action="pod.review")),
    (Status.TESTING, True, "Testing", "Working", Move(deed="request changes")),
    (Status.MERGING, True, "Merging", "Done", Move(action="pod.merge")),
    (Status.MERGING, True, "Merging", "Working", Move(deed="request changes")),
    (Status.BLOCKED, True, "Needs you", "Working", Move(action="ticket.decide")),
    (Status.BLOCKED, True, "Needs you", "Done", Move(action="ticket.decide")),
    (Status.COMPLETE, False, "Done", "To do", Move(action="ticket.status")),
])  # fmt: skip
def test_a_move_is_a_verb(status: Status, pod: bool, source: str, goal: str, wanted: Move) -> None:
    assert move(situation(status, pod=pod), goal, source) == wanted


@pytest.mark.parametrize(("status", "pod", "source", "goal", "why"), [
    (Status.READY, False, "To do", "Review", "has to be worked on first"),
    (Status.ASSIGNED, True, "Working", "Review", "nothing to review yet"),
    (Status.ASSIGNED, True, "Working", "Done", "reviewed and tested first"),
    (Status.REVIEW, True, "Review", "Merging", "not approved yet"),
    (Status.REVIEW, True, "Review", "Done", "to look at it and approve it"),
    (Status.TESTING, True, "Testing", "Merging", "Test needs"),  # no run has ended in it
    (Status.COMPLETE, True, "Done", "Working", "u undoes a landing"),
])  # fmt: skip
def test_where_a_move_is_no_verb_it_says_why(status: Status, pod: bool, source: str, goal: str, why: str) -> None:
    found = move(situation(status, pod=pod), goal, source)
    assert why in found.why and not found.action and not found.deed


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("goal", list(COLUMNS))
@pytest.mark.parametrize("pod", [True, False])
def test_every_move_does_something_or_says_why(status: Status, goal: str, pod: bool) -> None:
    source = next(name for name, states in COLUMNS.items() if status in states)
    found = move(situation(status, pod=pod), goal, source)
    assert sum(map(bool, (found.deed, found.action, found.why))) == (goal != source)


def test_a_ticket_that_waits_and_one_that_is_handed_in() -> None:
    assert "waits for 999" in move(situation(Status.READY, pod=False, waits=True), "Working", "To do").why
    assert move(situation(Status.ASSIGNED, paused=True), "Review", "Working") == Move(deed="hand in")
    busy = dataclasses.replace(situation(Status.REVIEW), busy={"pod-1": "landing"})
    assert "under way" in move(busy, "Testing", "Review").why


def test_a_card_says_what_matters() -> None:
    ticket = Ticket(id=ID, title="[bold]Steep[/]", status=Status.BLOCKED, priority=Priority.CRITICAL, estimate="2h")
    hold = Hold(was=Status.READY, kind=HoldKind.QUESTION, why="Which leaf?", at="")
    snapshot = Snapshot(tickets={ID: ticket}, state=State(holds={ID: hold}))
    lines = [plain_text(line) for line in card(snapshot, ticket, None, {}, 0.0)]
    assert lines == ["⚑ 101 [bold]Steep[/]", "  critical · 2h", "  question: Which leaf?"]
    lines = [plain_text(line) for line in card(snapshot, ticket, None, {"ticket-101": "starting"}, 0.0)]
    assert lines[-1] == "  starting…"


def test_cards_are_found_and_sorted() -> None:
    rows = [(101, Status.READY, Priority.LOW, ()), (102, Status.READY, Priority.HIGH, ()),
            (103, Status.READY, Priority.CRITICAL, (TicketId(101),)), (104, Status.COMPLETE, Priority.LOW, ()),
            (105, Status.ABANDONED, Priority.LOW, ())]  # fmt: skip
    made = [Ticket(id=TicketId(n), title=f"T{n}", status=status, priority=priority, dependencies=waits)
            for n, status, priority, waits in rows]  # fmt: skip
    snapshot = Snapshot(tickets={ticket.id: ticket for ticket in made})
    assert [ticket.id for ticket in cards(snapshot)["To do"]] == [102, 101, 103]  # what waits comes last
    assert [ticket.id for ticket in cards(snapshot)["Done"]] == [105, 104]
    assert [t.id for column in cards(snapshot, "t102").values() for t in column] == [102]


def test_the_head_names_the_columns_that_are_not_seen() -> None:
    counts = dict.fromkeys(COLUMNS, 0) | {"To do": 4, "Done": 1}
    assert plain_text(aside(counts, "Review")).split("   ") == ["‹ To do 4", "Done 1 ›  "]
    assert aside(dict.fromkeys(COLUMNS, 0), "Review") == []


async def board(ui: Ui) -> BoardScreen:
    await ui.press("V", "enter")
    await ui.until(lambda: isinstance(ui.app.screen, BoardScreen), "the board")
    screen = ui.app.screen
    assert isinstance(screen, BoardScreen)
    return screen


async def test_a_card_goes_all_the_way_by_keys(world: World) -> None:
    ticket = world.ticket("Steep")
    status = lambda: world.ws.snapshot().tickets[ticket.id].status  # noqa: E731
    async with running(world, size=(200, 30)) as ui:
        screen = await board(ui)
        await ui.sees("To do 1", "101 Steep")
        await ui.press("L")  # spawn and run
        await ui.until(lambda: status() is Status.REVIEW, "its work")
        await ui.until(lambda: screen.column == "Review" and screen.ticket is not None, "the cursor beside its card")
        await ui.press("H")
        await ui.sees("What has to change in pod-1?")
        await ui.press("escape")
        await ui.press("L")
        await ui.until(lambda: isinstance(ui.app.screen, ReviewScreen), "the review")
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is screen, "the board again")
        approve(world.ws, PodId("pod-1"))
        await ui.until(lambda: screen.column == "Testing", "the cursor follows")
        await ui.press("L")
        await ui.until(lambda: status() is Status.MERGING, "green tests")
        await ui.until(lambda: screen.column == "Merging", "the cursor follows")
        await ui.until(lambda: not ui.app.bridge.busy, "the end of the tests")
        await ui.press("L")
        await ui.until(lambda: status() is Status.COMPLETE, "the landing")
        await ui.press("L")
        await ui.until(lambda: any("no column on that side" in toast for toast in ui.toasts), "a refusal")


async def test_filter_mouse_and_the_way_back(world: World) -> None:
    first, second = world.ticket("Steep"), world.ticket("Pour")
    async with running(world, size=(200, 30)) as ui:
        screen = await board(ui)
        await ui.press("slash")
        await ui.type("pour")
        await ui.until(lambda: "101 Steep" not in ui.text and "102 Pour" in ui.text, "one card")
        await ui.press("enter", "escape")
        await ui.sees("101 Steep", "102 Pour")
        # Dragged to Needs you: it asks why, and blocks.
        pane = screen.lists["To do"]
        row = next(n for n, line in enumerate(ui.lines) if "102 Pour" in line)
        await ui.pilot.mouse_down(pane, offset=(6, row - pane.region.y))
        goal = screen._panes["Working"].region
        await ui.pilot.hover(offset=(goal.x + 2, goal.y + 4))
        await ui.until(lambda: screen._panes["Working"].has_class("-over"), "the column stands out")
        await ui.pilot.mouse_up(offset=(goal.x + 2, goal.y + 4))
        await ui.until(lambda: second.id in {pod.ticket for pod in world.ws.snapshot().pods.values()}, "its pod")
        assert not screen._panes["Working"].has_class("-over")
        tickets.set_status(world.ws, first.id, Status.BLOCKED, why="Which water?")
        await ui.sees("person: Which water?")
        await ui.press("exclamation_mark")
        await ui.until(lambda: screen.ticket is not None and screen.ticket.id == first.id, "what needs the person")
        await ui.press("right_square_bracket")
        await ui.sees("Dependencies")
        await ui.press("left_square_bracket")
        await ui.until(lambda: isinstance(ui.app.screen, BoardScreen), "the board again")
        await ui.press("enter", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, MissionScreen), "mission control")
