"""Snooze and pin: what a person puts aside for a while, and what they keep on top."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now as utc_now
from lmawep_tui.files.lock import hold
from lmawep_tui.files.triage_file import read_triage, write_triage
from lmawep_tui.model.errors import BadFile, NotFound, Refused
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.triage import Triage, until_when
from lmawep_tui.store.asks import asks_of, is_there


def snooze(ws: Workspace, keys: Sequence[str], until: str, *, now: float | None = None) -> str | None:
    """Puts aside what these ask now, until a time (`15m`, `1h`, `tomorrow`, `14:30`) or until it changes (`change`).

    Keys are `pod-4`, `104` (a ticket without a pod), `invalid:FILE`. Returns the time as files have it, None for
    `change`. Raises UsageError for what is no time, Refused for something that asks nothing now.
    """
    end = until_when(until, time.time() if now is None else now)
    snapshot = ws.snapshot()
    asks = {key: asks_of(snapshot, key) for key in keys}
    for key, what in asks.items():
        if not what:
            raise _nothing_asked(snapshot, key)
    _change(ws, snapshot, lambda triage: triage.with_snoozed(asks, end, utc_now()))
    return end


def wake(ws: Workspace, keys: Sequence[str]) -> None:
    """Brings these back; what was not put aside is left alone."""
    _change(ws, ws.snapshot(), lambda triage: triage.without(tuple(keys)))


def pin(ws: Workspace, keys: Sequence[str], *, on: bool = True) -> None:
    """Keeps these on top of their list, or lets go of them. Raises NotFound for what is not there."""
    snapshot = ws.snapshot()
    for key in keys:
        if on and not is_there(snapshot, key):
            raise NotFound(f"There is no {_name(key)}.", "`lmawep status` shows what there is.")
    _change(ws, snapshot, lambda triage: triage.with_pins(tuple(keys), on=on))


def _change(ws: Workspace, snapshot: Snapshot, how: Callable[[Triage], Triage]) -> None:
    """One read-modify-write; two screens at once lose nothing. What is over is swept out on the way."""
    path = ws.layout.triage
    with hold(ws.layout.lock("triage"), what="Your snoozes and pins", doing="change"):
        triage = Triage()
        with contextlib.suppress(FileNotFoundError, BadFile):  # a damaged one holds nothing that could be kept
            triage = read_triage(path)
        now = time.time()
        triage = triage.pruned(lambda key: is_there(snapshot, key), lambda key: asks_of(snapshot, key), now)
        write_triage(path, how(triage))


def _nothing_asked(snapshot: Snapshot, key: str) -> Exception:
    if not is_there(snapshot, key):
        return NotFound(f"There is no {_name(key)}.", "`lmawep status` shows what there is.")
    name = f"#{key}" if key.isdigit() else _name(key)
    return Refused(f"{name} does not need you now.", "Only what needs you can be snoozed.")


def _name(key: str) -> str:
    return f"ticket {key}" if key.isdigit() else key.removeprefix("invalid:")
