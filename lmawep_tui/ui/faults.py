"""What becomes of a fault of the screen itself: a card in its pane, a word, or at last a screen that says so."""

from __future__ import annotations

import time
import traceback
from collections import deque
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.message_pump import MessagePump

from lmawep_tui.ui.panes.pane import Pane

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp
    from lmawep_tui.ui.modals.fault import FaultScreen

_MANY, _WITHIN_S = 5, 10.0
"""So many faults within so many seconds, and the screen is of no use any more."""


ANEW = 75
"""Exit status by which the app asks to be put together again (EX_TEMPFAIL of sysexits.h)."""


class Faults:
    """Counts faults, keeps them in a file, and decides what the person sees of them."""

    def __init__(self, app: LmawepApp) -> None:
        """Know of no fault yet."""
        self._app = app
        self._lately: deque[float] = deque(maxlen=_MANY)
        self._said: set[str] = set()
        self._last: FaultScreen | None = None
        """The last screen, once it had to be shown."""

    def take(self, where: MessagePump | None, fault: Exception) -> None:
        """Show what failed in its place, once; the file has it in full."""
        words = in_words(fault)
        pane = _pane_of(where)
        if pane is not None and pane.broken:
            return
        if self._last is not None and not _is_in(where, self._last):
            return  # what lies below the last screen goes on failing
        self._keep(words, fault)
        self._lately.append(time.monotonic())
        if len(self._lately) == _MANY and self._lately[-1] - self._lately[0] < _WITHIN_S:
            self.give_up(words)
        elif pane is not None:
            self._app.call_later(pane.break_down, words)
        elif words not in self._said:
            self._said.add(words)
            self._app.call_later(self._app.say, f"Something of the screen failed: {words}. The rest goes on.", "error")

    def give_up(self, words: str) -> None:
        """Show the last screen there is; when even that fails, leave with a sentence."""
        from lmawep_tui.ui.modals.fault import FaultScreen

        self._lately.clear()
        if self._last is None:
            self._last = FaultScreen(words, self._app.bridge.snapshot.slots_used)
            self._app.call_later(self._app.push_screen, self._last)
        else:
            self._app.exit(return_code=1, message=last_words(words))

    def _keep(self, words: str, fault: Exception) -> None:
        from lmawep_tui.engine.fault_log import note_fault

        text = "".join(traceback.format_exception(fault))
        self._app.bridge.reads.submit(note_fault, self._app.bridge.ws, words, text)


def in_words(fault: Exception) -> str:
    """`KeyError: 'pod-3'`, on one line."""
    return f"{type(fault).__name__}: {fault}".rstrip(": ").replace("\n", " ")[:300]


def last_words(words: str) -> str:
    """What is printed when the screen had to end."""
    return (
        f"lmawep's screen ended by a fault of its own: {words}.\n"
        "Runs under way go on without it; `lmawep` shows them again, `lmawep status` too. "
        "What happened in full is in lmawep-workspace/screen-faults.log."
    )


def _is_in(where: MessagePump | None, screen: DOMNode) -> bool:
    return isinstance(where, DOMNode) and screen in where.ancestors_with_self


def _pane_of(where: MessagePump | None) -> Pane | None:
    if not isinstance(where, DOMNode):
        return None
    return next((node for node in where.ancestors_with_self if isinstance(node, Pane)), None)
