"""What a click on a part of the header does: what one wants to know next about that number."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import Segment

_LABELS = {
    "lmawep": "do:help",
    "slots": "view:train",
    "train": "view:train",
    "autopilot": "do:autopilot",
    "nothing": "do:next",
    FLAG: "do:next",
}
"""First word of a part → what it does; what follows up to the next such word belongs to it."""


def part_does(line: Sequence[Segment], place: int) -> str:
    """Return what a click on the segment at `place` takes, as a key of the palette; nothing where nothing is to do."""
    for text, _ in reversed(line[: place + 1]):
        first, _, rest = text.strip().partition(" ")
        if "today" in rest or "budget" in text:
            return "view:postmortem"
        if first in _LABELS:
            return _LABELS[first]
    return ""
