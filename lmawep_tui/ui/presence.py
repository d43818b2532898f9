"""Whether the person is here, as far as the terminal tells: its focus, or else their keys."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

IDLE_S = 60.0
"""Without a key for so long nobody looks, where the terminal does not tell its focus."""


class Presence:
    """Keeps when the person was seen last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with a person who is here: they have just opened the screen. `clock` is in seconds."""
        self._clock = clock
        self._focus: bool | None = None
        """Whether the terminal has the focus; None as long as it has not told."""
        self.seen = clock()
        """When they did something last, or the terminal lost the focus."""

    def note(self, event: events.Event) -> float | None:
        """Take an event in; return when they were seen last, if it says that they have come back."""
        if isinstance(event, events.AppBlur):
            self._focus, self.seen = False, self._clock()
        elif isinstance(event, events.AppFocus):
            back = self.seen if self._focus is False else None
            self._focus, self.seen = True, self._clock()
            return back
        elif isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self._focus = None if self._focus is None else True
            self.seen = self._clock()
        return None

    @property
    def away(self) -> bool:
        """Whether the person does not look at the screen now."""
        if self._focus is not None:
            return not self._focus
        return self._clock() - self.seen > IDLE_S

    @property
    def last_look(self) -> float:
        """When the person looked last: now, where the terminal has the focus, as it says itself."""
        return self._clock() if self._focus else self.seen
