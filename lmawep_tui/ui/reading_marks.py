"""Marking files as reviewed, and going on to the next that is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.engine import review_notes
from lmawep_tui.model.review_notes import Mark

if TYPE_CHECKING:
    from lmawep_tui.ui.panes.review_reading import Reading
    from lmawep_tui.ui.screens.review import ReviewScreen


def toggle(screen: ReviewScreen, places: Sequence[int]) -> None:
    """Mark files as reviewed; when all of them are, take their marks away."""
    reading = screen.reading
    if reading is None:
        return
    view = reading.view
    paths = [reading.paths[place] for place in places if place < reading.committed]
    if not paths:
        screen.lmawep.say("That is not committed yet, so no review is about it.", "warning")
    elif all(view.mark(path) is Mark.REVIEWED for path in paths):
        screen.remarks.change(review_notes.unmark_reviewed, paths)
    else:
        screen.remarks.change(review_notes.mark_reviewed, {path: view.content(path) for path in paths})


def mark_here(screen: ReviewScreen) -> None:
    """Mark what is under the cursor, and go on: in the diff to the next file that is not reviewed."""
    reading, file = screen.reading, screen.diff_view.file
    if screen.files.has_focus:
        screen.files.action_mark()
    elif reading is not None and file is not None:
        place = reading.place_of(file)
        was = place < reading.committed and reading.view.mark(reading.paths[place]) is Mark.REVIEWED
        toggle(screen, [place])
        if not was and (goal := next_unread(reading, place)) is not None:
            screen.go_to_file(goal)


def go_to_unread(screen: ReviewScreen) -> None:
    """Go to the next file that is not reviewed."""
    reading, file = screen.reading, screen.diff_view.file
    if reading is None or file is None:
        return
    place = reading.place_of(file)
    goal = next_unread(reading, place)
    if goal is None:
        here = place < reading.committed and reading.view.mark(reading.paths[place]) is not Mark.REVIEWED
        words = "This is the last file that is not reviewed." if here else "Every file is reviewed."
        screen.lmawep.say(words)
    else:
        screen.go_to_file(goal)
        screen.files.follow(goal)


def next_unread(reading: Reading, place: int) -> int | None:
    """The next committed file after `place` that is not reviewed, from the top again at the end; never `place`."""
    count = reading.committed
    order = [*range(place + 1, count), *range(min(place, count))]
    return next((at for at in order if reading.view.mark(reading.paths[at]) is not Mark.REVIEWED), None)
