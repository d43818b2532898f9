"""Comments of a review as lines: below their line of the diff, and in the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lmawep_tui.engine.review_view import Placed
from lmawep_tui.model.age import ago
from lmawep_tui.model.review_notes import Side
from lmawep_tui.ui.present.diff_lines import Place
from lmawep_tui.ui.present.review_tree import SAID
from lmawep_tui.ui.present.styled import Segment


def state_words(placed: Placed, now: float) -> str:
    """Return what has become of a comment: sent, and whether its line is still there."""
    said = placed.comment
    words = ["sent" + (f" {ago(said.sent, now)}" if said.sent[:1].isdigit() else "")] if said.sent else []
    if placed.gone:
        words.append(f"changed since {said.commit[:7]}")
    elif placed.moved and placed.shown is not None:
        words.append(f"was {said.spot.line}" if placed.shown.path == said.path else f"was {said.spot}")
    return ", ".join(words)


def notes_below(
    placed: Iterable[Placed], visible: Mapping[str, Sequence[Place]], now: float
) -> tuple[dict[Place, list[str]], dict[Place, str]]:
    """Return what stands below which line of the diff, and which lines have a mark in the margin.

    `visible` has, for the files with comments, the lines that the diff shows of them. A comment whose own line is not
    among them stands below the nearest one and says so; only what was sent and changed since is left to the list.
    """
    below: dict[Place, list[str]] = {}
    margin: dict[Place, str] = {}
    for at in placed:
        said, spot = at.comment, at.shown or at.comment.spot
        lines = visible.get(spot.path, ())
        if not lines or (said.sent and at.gone):
            continue
        own = [place for place in lines if place[1] == spot.side and spot.line <= place[2] <= spot.last]
        here = at.shown is not None and bool(own)
        place = own[-1] if here else _nearest(lines, spot.line, spot.side)
        facts = [] if here else [f"was line {spot.line}" if at.gone else f"line {spot.line}, not in this diff"]
        facts += [words] if (words := state_words(at, now)) else []
        below.setdefault(place, []).extend(_lines(said.text, ", ".join(facts)))
        if here:
            margin.update(dict.fromkeys(own, "muted" if said.sent else "warn"))
    return below, margin


def _nearest(lines: Sequence[Place], line: int, side: Side) -> Place:
    same = [place for place in lines if place[1] == side] or lines
    return min(same, key=lambda place: abs(place[2] - line))


def _lines(text: str, facts: str) -> list[str]:
    return f"{SAID} {f'({facts}) ' if facts else ''}{text}".splitlines()


def comment_row(placed: Placed, now: float) -> list[str | Segment]:
    """Return where a comment is, its first line, and what has become of it."""
    said = placed.comment
    spot = placed.shown or said.spot
    where = f"{spot}" + (" removed" if spot.side is Side.OLD else "")
    style = "warn" if placed.gone else "muted" if said.sent else "strong"
    return [(where, style), said.text.splitlines()[0], (state_words(placed, now) or "open", "muted")]


def sending_words(placed: Iterable[Placed]) -> str:
    """Return which comments go to the agent, in one line; nothing when there are none."""
    spots = [str(at.shown or at.comment.spot) for at in placed if not at.comment.sent]
    if not spots:
        return ""
    more = f" and {len(spots) - 3} more" if len(spots) > 3 else ""
    goes = "go" if len(spots) > 1 else "goes"
    return f"{comments_count(len(spots))} of yours {goes} with it: {', '.join(spots[:3])}{more}."


def comments_count(number: int) -> str:
    """Return `1 comment`, `2 comments`."""
    return f"{number} comment{'s' if number != 1 else ''}"
