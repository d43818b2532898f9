"""How a conversation is laid out: how wide, what of it, folded or whole, with which times."""

from __future__ import annotations

from enum import StrEnum

from lmawep_tui.engine.conversation.kinds import EVERYTHING
from lmawep_tui.model.dataclass import dataclass


class Times(StrEnum):
    """What stands before a line to tell when it came."""

    CLOCK = "clock"
    SINCE = "since the start"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides which rows a record makes, beside the record."""

    width: int = 80
    fold: bool = True
    """Whether long output is cut short, and thoughts are one line."""
    wrap: bool = False
    """Whether lines that are cut at the right go on in the next row, too."""
    shown: int = EVERYTHING
    """The kinds of lines that are shown."""
    times: Times = Times.CLOCK
    began: float = 0.0
    """When the log began, in seconds since the epoch, for times since then."""


class Turned(set[int]):
    """Records, by the byte at which they begin, that are folded the other way than the rest.

    One set for all who read the log, so that a copied state never has one of its own.
    """

    def __deepcopy__(self, memo: object) -> Turned:
        return self
