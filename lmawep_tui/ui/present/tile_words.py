"""A pod → what the frame of its tile says: who it is, what it does, what it asks, how its run ended."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.age import since
from lmawep_tui.model.costs import Spending
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.store.attention import first_line
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS
from lmawep_tui.ui.present.pod_row import moment, pod_state
from lmawep_tui.ui.present.styled import Segment

_LEAST_TITLE = 8
_PIN = "⊙"


def tile_title(
    number: int, of: PodId, pod: Pod | None, spent: Spending | None, busy: Mapping[str, str], now: float, width: int,
    *, pinned: bool = False,
) -> list[Segment]:  # fmt: skip
    """Return number, glyph, pod, ticket, state, elapsed, cost and title; from the right, what has no room is left out.

    `width` are the cells for it. `pod` is None once it has been removed.
    """
    lead = [(f"{number} " if number else "", "muted"), (f"{_PIN} " if pinned else "", "accent")]
    if pod is None:
        return [*lead, (of, "strong"), (" removed", "muted")]
    doing = busy.get(pod.id)
    state = (f"{doing}…", "busy") if doing else pod_state(pod)
    glyph = (BUSY, "busy") if doing else (FLAG, "blocked") if pod.attention else (LOOKS[pod.status].glyph, state[1])
    line = [*lead, glyph, (f" {pod.id}", "strong"), (f" #{pod.ticket}", ""), (f" {state[0]}", state[1])]
    more = [(f" {since(moment(pod), now)}", "muted"), (f" {spent.words}" if spent else "", "muted")]
    room = width - _wide(line) - 1
    for part in more:
        if part[0].strip() and _cells(part[0]) <= room:
            line.append(part)
            room -= _cells(part[0])
    title = clean_line(pod.title)
    if room > _LEAST_TITLE:
        line.append((f" {title}" if _cells(title) < room else f" {_cut(title, room - 1)}", ""))
    return line


def tile_note(pod: Pod | None, place: str, now: float, width: int) -> list[Segment]:
    """Return what it asks, or how its run ended, before where in the log the reader is (`place`)."""
    said = _said(pod, now)
    if pod is not None and not pod.live and place == "following":
        place = ""  # nothing more comes
    tail = f" · {place}" if place and said[0] else place
    room = width - _cells(tail)
    if not said[0] or room < _LEAST_TITLE:
        return [(place, "muted")] if place else []
    words = clean_line(said[0])
    words = words if _cells(words) <= room else _cut(words, room)
    return [(words, said[1]), (tail, "muted")]


def _said(pod: Pod | None, now: float) -> Segment:
    if pod is None:
        return "", ""
    if pod.attention:
        kind, _, words = pod.attention.partition(": ")
        return f"{FLAG} {first_line(words or kind)}", "blocked"
    run = pod.run
    if run is None or pod.live or run.outcome is None:
        return "", ""
    ended = since(run.ended, now)
    words = str(run.outcome).replace("_", " ") + (f" {ended} ago" if ended else "")
    return words, "error" if run.outcome.failure else ""


def _cells(text: str) -> int:
    """Return how many cells a text takes; the letters of the far east take two."""
    return len(text) if text.isascii() else sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _wide(line: list[Segment]) -> int:
    return sum(_cells(text) for text, _ in line)


def _cut(text: str, room: int) -> str:
    """Return as much of a text as fits, with a sign that there is more."""
    while text and _cells(text) >= room:
        text = text[:-1]
    return f"{text.rstrip()}…"
