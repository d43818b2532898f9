"""How often something that changes all the time is painted: at once after a rest, seldom in a flood.

A picture of a pane is some kilobytes. A fast eye does not see the difference between ten and sixty of them a second;
a processor that draws them, a key that waits for one to end, and a line over half the world do.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

PER_S = 15.0
"""Pictures a second of one view in a flood."""
IN_ALL_PER_S = 30.0
"""The same of all views that are seen at once."""
BURST = 8.0
"""Pictures that are made at once after a rest: output that comes line by line is never held up."""
BACKLOG = 6
"""Writes that wait for the terminal from which on nothing but what a person does is painted: about two pictures."""
HELD_S = 0.1
"""How soon it is looked again whether the terminal has caught up."""
_HOPS = 8
"""Turns of the event loop between two pieces of work: as many as a key takes to become a picture."""


class Pace:
    """A bucket of pictures that fills at a steady rate."""

    def __init__(self, per_s: float = PER_S, burst: float = BURST) -> None:
        """Begin with a full bucket; `per_s` is the steady rate."""
        self.per_s, self._burst = per_s, burst
        self._left, self._at = burst, 0.0

    def share_of(self, views: int) -> None:
        """Be one of so many views that are seen at once."""
        self.per_s = min(PER_S, IN_ALL_PER_S / max(1, views))

    def next_s(self, now: float) -> float:
        """Take one picture; return in how many seconds it may be made. `now` never goes back."""
        self._left = min(self._burst, self._left + (now - self._at) * self.per_s) - 1
        self._at = now
        return max(0.0, -self._left / self.per_s)


def backlog(app: App[Any]) -> int:
    """Return how many writes the terminal has not taken yet; Textual blocks, and with it every key, at thirty."""
    writer = getattr(app._driver, "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue.qsize() if queue is not None else 0


async def breathe() -> None:
    """Let the rest of the program have its turn, for as long as it has anything to do and no longer.

    A timer would wait for a millisecond even when nobody wants it, and one turn is not enough: a key passes through
    several queues before it is a picture.
    """
    for _ in range(_HOPS):
        await asyncio.sleep(0)
