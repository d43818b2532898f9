"""Comments in the review: said on the selected lines, changed, deleted, and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.engine import review_notes
from lmawep_tui.model.review_notes import Comment, Side, Spot
from lmawep_tui.ui.actions import ACTIONS

if TYPE_CHECKING:
    from lmawep_tui.engine.review_view import Placed
    from lmawep_tui.ui.panes.review_reading import Reading
    from lmawep_tui.ui.screens.review import ReviewScreen

_QUOTED = 4
"""Lines of the code that are shown while one writes about it."""


def comment_here(screen: ReviewScreen) -> None:
    """Comment on the line under the cursor, or the selected ones; an open comment of that one line is changed."""
    reading = screen.reading
    spot = spot_here(screen) if reading is not None else None
    if reading is None or spot is None:
        words = "Put the cursor on a line of a committed file first; v selects several."
        screen.lmawep.refuse(ACTIONS["review.comment"], words)
        return
    known = next((at.comment for at in reading.placed if at.shown == spot and not at.comment.sent), None)
    if known is not None:
        edit(screen, known)
    else:
        _ask_new(screen, reading, spot)


def spot_here(screen: ReviewScreen) -> Spot | None:
    """The selected lines of one file and one side: the new ones where there are any."""
    reading, view = screen.reading, screen.diff_view
    file = view.file
    if reading is None or file is None:
        return None
    place = reading.place_of(file)
    if place >= reading.committed:
        return None
    mine = [spot for spot in view.selected() if spot[0] == file.path]
    lines = [spot[2] for spot in mine if spot[1] == "new"] or [spot[2] for spot in mine]
    if not lines:
        return None
    old = all(spot[1] == "old" for spot in mine)
    path = (file.old_path or reading.paths[place]) if old else reading.paths[place]
    return Spot(path, min(lines), max(lines) - min(lines) + 1, Side.OLD if old else Side.NEW)


def _ask_new(screen: ReviewScreen, reading: Reading, spot: Spot) -> None:
    from lmawep_tui.ui.modals.prompt import Prompt

    view = reading.view
    quoted = _quoted(reading, spot)
    source = view.start if spot.side is Side.OLD else view.commit

    async def send(text: str) -> None:
        await screen.remarks.stored(review_notes.comment, spot, text, commit=view.commit, source=source)

    def said(text: str | None) -> None:
        if text and screen.diff_view.selecting:
            screen.diff_view.action_let_go()

    heading = f"Comment on {spot}" + (", removed" if spot.side is Side.OLD else "")
    screen.lmawep.ask(Prompt(heading, quoted, send="note it", deliver=send), said)


def _quoted(reading: Reading, spot: Spot) -> list[str]:
    """The lines as the diff shows them, the first few."""
    place = reading.find(spot.path)
    if place is None:
        return []
    from lmawep_tui.ui.present.styled import plain_text

    rows = [line for line, at in reading.shown_lines(place) if at[1] == spot.side and spot.line <= at[2] <= spot.last]
    texts = [plain_text(reading.lines.styled(line)) for line in rows[:_QUOTED]]
    return [*texts, *(["…"] if len(rows) > _QUOTED else [])]


def edit(screen: ReviewScreen, known: Comment) -> None:
    """Change what a comment says; without words it is deleted."""
    from lmawep_tui.ui.modals.prompt import Prompt

    async def send(text: str) -> None:
        if text == "":
            await screen.remarks.stored(review_notes.delete_comment, known.number)
        elif text != known.text:
            await screen.remarks.stored(review_notes.edit_comment, known.number, text)

    says = ["Emptied, it is deleted."]
    if known.sent:
        says.append("It was sent. Changed, it is open again and goes along with the next request.")
    ask = Prompt(f"Your comment on {known.spot}", says, send="keep it so", text=known.text, empty=True, deliver=send)
    screen.lmawep.ask(ask)


def list_all(screen: ReviewScreen) -> None:
    """List every comment: go to one, change it, delete it."""
    from lmawep_tui.ui.modals.comment_list import CommentList

    reading = screen.reading
    if reading is None or not reading.placed:
        screen.lmawep.say("There are no comments. c makes one on the line under the cursor.")
        return

    def chosen(what: tuple[str, int] | None) -> None:
        at = next((at for at in reading.placed if what is not None and at.comment.number == what[1]), None)
        if what is None or at is None:
            return
        if what[0] == "go":
            _go_to(screen, at)
        elif what[0] == "edit":
            edit(screen, at.comment)
        else:
            _ask_delete(screen, at.comment)

    screen.lmawep.ask(CommentList(screen.pod_id, reading.placed, screen.bridge.clock()), chosen)


def _ask_delete(screen: ReviewScreen, said: Comment) -> None:
    from lmawep_tui.ui.modals.confirm import Confirm

    def decided(yes: bool | None) -> None:
        if yes:
            screen.remarks.change(review_notes.delete_comment, said.number)

    screen.lmawep.ask(Confirm(f"Delete the comment on {said.spot}?", [said.text], yes="delete it"), decided)


def _go_to(screen: ReviewScreen, at: Placed) -> None:
    """Put the cursor on the comment's line; where the diff does not show it, on the closest one of its file."""
    reading, spot = screen.reading, at.shown or at.comment.spot
    place = reading.find(spot.path) if reading is not None else None
    if reading is None or place is None:
        screen.lmawep.say(f"{spot} is in no file that is shown. e opens a file in your editor.", "warning")
        return
    lines = [(line, there) for line, there in reading.shown_lines(place) if there[1] == spot.side]
    screen.go_to_file(place)
    if lines:
        screen.diff_view.go_to_line(min(lines, key=lambda pair: abs(pair[1][2] - spot.line))[0])
    screen.diff_view.focus()
