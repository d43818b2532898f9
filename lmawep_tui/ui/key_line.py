"""Keys stand in a line: each is looked at once the one before it has been dealt with.

A terminal may hand over `/test` in one piece. Textual sends every key at once to what has the focus at that moment,
so the letters would reach the list as commands before the line they are meant for is there.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any

from textual import events
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

_PATIENCE_S = 1.0
"""How long keys are held at most: a keyboard that seems dead is worse than a key that goes astray."""
SENDING_S = 10.0
"""The same for what is being sent: it ends in any case, and until then what is typed into is not what it seems."""
_PAUSE_S = 0.4
"""Who types a sentence leaves less time between two letters; who has read a refusal has left more."""
_CLOSED_S = 1.0
"""Who has seen that something closed by itself does not press the key that closes it; so long that takes at most."""
_STEP_S = 0.004
_STEPS = 150
"""Looks that were in vain before patience ends: on a machine that is slow, what one waits for is slow too."""


_IN_TEXT = ("enter", "backspace", "ctrl+j", "shift+enter", "alt+enter")
"""Keys that belong to a text, beside what is printed."""


class KeyHandled(Message):
    """Follows a key on its way from what has the focus up to the app; when it arrives, the key has been there."""

    verbose = True


class KeyLine:
    """Holds keys back while one is under way, or while what they are typed into is being opened."""

    def __init__(self, app: App[Any], dispatch: Callable[[events.Key], Awaitable[None]]) -> None:
        """Prepare; `dispatch` does with a key what the app does with keys."""
        self._app, self._dispatch = app, dispatch
        self._held: deque[events.Key] = deque()
        self._under_way = False
        self._since = 0.0
        self._steps = 0
        self._patience_s = _PATIENCE_S
        self._ready: Callable[[], bool] | None = None
        self._draining: asyncio.Task[None] | None = None
        self._typed_at: float | None = None
        """When the last letter came that was typed for what did not open; None when nobody types for it."""
        self._gone: Collection[str] = ()
        """Keys of what closed by itself, at `_gone_at`; none once another key has come."""
        self._gone_at = 0.0

    def hold_until(self, ready: Callable[[], bool], *, patience_s: float = _PATIENCE_S) -> None:
        """Hold the keys that come now until `ready`; for what opens, or closes, something that is typed into."""
        self._ready, self._patience_s = ready, patience_s
        self._start_clock()

    def drop_typing(self) -> None:
        """Drop what is typed from now on, up to a pause, Enter or Escape: the dialog it is meant for did not open.

        Nothing is dropped after a click: whoever has the mouse in the hand does not type on.
        """
        if self._under_way:
            self._typed_at = time.monotonic()

    def closed(self, keys: Collection[str]) -> None:
        """Drop the next key if it is one of these and comes soon: what it is meant for has just closed by itself."""
        self._gone, self._gone_at = keys, time.monotonic()

    def _in_vain(self, event: events.Key) -> bool:
        """Whether a key is meant for what is not there any more, or part of a text for which there is no room."""
        gone, self._gone = self._gone, ()
        if event.key in gone and event.time - self._gone_at < _CLOSED_S:
            return True
        if self._typed_at is None:
            return False
        goes_on = event.time - self._typed_at < _PAUSE_S and (event.is_printable or event.key in _IN_TEXT)
        self._typed_at = event.time if goes_on and event.key != "enter" else None
        return goes_on

    def _start_clock(self) -> None:
        self._since, self._steps = time.monotonic(), 0

    async def take(self, event: events.Key) -> None:
        """Pass a key on, now or when its turn comes."""
        if self._held or not self._free():
            self._held.append(event)
            if self._draining is None or self._draining.done():
                self._draining = asyncio.create_task(self._drain(), name="keys that wait")
        elif not self._in_vain(event):
            await self._pass_on(event)

    def handled(self) -> None:
        """The key under way has been dealt with; a change of focus that it asked for comes one turn later."""
        self._app.call_later(self._next_turn)

    def _next_turn(self) -> None:
        self._under_way = False

    async def _pass_on(self, event: events.Key) -> None:
        self._under_way = True
        self._start_clock()
        target: MessagePump = self._app.focused or self._app.screen
        await self._dispatch(event)
        if not target.post_message(KeyHandled()):
            self._under_way = False  # what had the focus is gone: nothing of the key is left on its way

    def _free(self) -> bool:
        """Whether the next key may go; when what it waits for does not happen, it may as well."""
        patience_s = _PATIENCE_S if self._ready is None else self._patience_s
        if self._steps > _STEPS and time.monotonic() - self._since > patience_s:
            self._under_way, self._ready = False, None
        if self._ready is not None and not self._under_way and self._ready():
            self._ready = None
        return not self._under_way and self._ready is None

    async def _drain(self) -> None:
        while self._held:
            if self._free():
                event = self._held.popleft()
                if self._in_vain(event):
                    continue
                self._under_way = True
                self._start_clock()
                self._app.call_later(self._pass_on, event)
            # The first turns cost nothing; after them something is being made that takes its time.
            at_once = time.monotonic() - self._since < _STEP_S
            self._steps += not at_once
            await asyncio.sleep(0 if at_once else _STEP_S)
