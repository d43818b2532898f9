"""What is told outside the screen: who needs the person, and for what, in a few words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmawep_tui.model.dataclass import dataclass

LONGEST = 180
_NUMBERS = re.compile(r"[\d.,]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that needs the person."""

    key: str
    """As the row's: `pod-4`, `104`, `invalid:FILE`; `budget` and `autopilot` for what belongs to no row."""
    name: str
    words: str
    mark: str
    """Differs when it is another thing to be told, though the key is the same."""

    @property
    def line(self) -> str:
        return f"{self.name} {self.words}".strip()


def without_numbers(words: str) -> str:
    """Words whose numbers move all the time, as a mark that does not."""
    return _NUMBERS.sub("#", words)


def joined(notices: Sequence[Notice]) -> str:
    """One line for all of them, cut to what a notification can hold: `3 need you: pod-1 asks: …; pod-2 …`."""
    lines = [" ".join(notice.line.split()) for notice in notices]
    text = lines[0] if len(lines) == 1 else f"{len(lines)} need you: " + "; ".join(lines)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
