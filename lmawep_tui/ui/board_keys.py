"""What the board's own keys do; verbs of pods and tickets are those of mission control."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmawep_tui.ui.navigation import go_to, switch_view
from lmawep_tui.ui.present.board_columns import COLUMNS
from lmawep_tui.ui.views import beside

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.board import BoardScreen


def leave(board: BoardScreen, goal: str | None) -> None:
    """Go back to mission control, to a row of it if that is said."""
    mission = board.lmawep.mission
    if goal:
        mission.call_later(go_to, mission, goal)
    board.dismiss(None)


def show_details(board: BoardScreen, key: str) -> None:
    """Show a card whole; Enter there goes on to mission control."""
    from lmawep_tui.ui.modals.card_details import CardDetails
    from lmawep_tui.ui.present.board_columns import details

    ticket = board.ticket
    if ticket is not None:
        lines = details(board.bridge.snapshot, ticket, board.bridge.clock())
        board.lmawep.ask(CardDetails(f"#{ticket.id}", lines), lambda yes: leave(board, key) if yes else None)


def _back(board: BoardScreen) -> None:
    """Leave one thing: the filter line, the filter, the board."""
    line = board.filter_line()
    if line is not None or board.needle:
        show_only(board, "")
        if line is not None:
            line.remove()
        board.lists[board.column].focus()
    else:
        leave(board, None)


def _move(by: int) -> Callable[[BoardScreen], None]:
    """To the next column on that side, whether it is in sight or not."""

    def move(board: BoardScreen) -> None:
        names = list(COLUMNS)
        place = names.index(board.column) + by
        if 0 <= place < len(names):
            board.carry(names[place])
        else:
            board.lmawep.say("There is no column on that side.", "warning")

    return move


def _filter(board: BoardScreen) -> None:
    from lmawep_tui.ui.panes.filter_line import FilterLine

    if board.filter_line() is None:
        line = FilterLine("cards", board.needle)
        board.mount(line, before="#board-footer")
        board.lmawep.key_line.hold_until(lambda: line.takes_keys)


def typed(board: BoardScreen, text: str, *, done: bool) -> None:
    """Show what passes; Enter goes back to the cards."""
    line = board.filter_line()
    if line is None:
        return
    show_only(board, text.strip())
    if done:
        first = next((name for name, column in board.lists.items() if column.cards), board.column)
        board.go_to_column(board.column if board.lists[board.column].cards else first)
        line.remove()


def show_only(board: BoardScreen, needle: str) -> None:
    """Filter the cards."""
    from lmawep_tui.ui.bridge import Update

    if needle != board.needle:
        board.needle = needle
        board.take(Update(everything=True))


def _next(board: BoardScreen) -> None:
    """The next card that needs the person, round again."""
    from lmawep_tui.store.queries import needing_you, tickets_needing_you
    from lmawep_tui.ui.present.ticket_row import ticket_key

    snapshot = board.bridge.snapshot
    keys = [ticket_key(pod.ticket) for pod in needing_you(snapshot)]
    keys += [ticket_key(number) for number in tickets_needing_you(snapshot)]
    if not keys:
        board.lmawep.say("Nothing needs you now.", "warning")
        return
    here = board.lists[board.column].cursor_key
    key = keys[(keys.index(here) + 1) % len(keys)] if here in keys else keys[0]
    column = next((name for name, cards in board.lists.items() if key in cards.keys), None)
    if column is not None:
        board.lists[column].move_to(key)
        board.go_to_column(column)


KEYS: dict[str, Callable[[BoardScreen], None]] = {
    "views.back": _back,
    "views.next": lambda board: switch_view(board, beside("board", 1)),
    "views.previous": lambda board: switch_view(board, beside("board", -1)),
    "views.filter": _filter,
    "board.move-left": _move(-1),
    "board.move-right": _move(1),
    "next": _next,
}
