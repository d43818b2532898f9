"""Tells the person outside the screen that something newly needs them: seldom, shortly, and while they are away."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lmawep_tui.model.costs import day_of
from lmawep_tui.model.notice import Notice, joined
from lmawep_tui.store.notices import notices

if TYPE_CHECKING:
    from lmawep_tui.ui.bridge import Bridge
    from lmawep_tui.ui.presence import Presence

GATHER_S = 0.5
"""What comes so shortly after each other is told in one."""
OWN_S = 3.0
"""What follows so soon on a verb of this screen is the person's own doing."""


class News:
    """Knows what needed the person before, and so what is new."""

    def __init__(self) -> None:
        self._known: dict[str, str] | None = None

    def new(self, now: Mapping[str, Notice], own: Callable[[str], bool]) -> list[Notice]:
        """What is new since the last time, apart from the person's `own` doing; none the first time."""
        known, self._known = self._known, {key: notice.mark for key, notice in now.items()}
        if known is None:
            return []
        return [notice for key, notice in now.items() if known.get(key) != notice.mark and not own(key)]


class Notifier:
    """Watches the snapshots of the bridge and writes to the terminal, or starts the person's own command."""

    def __init__(self, bridge: Bridge, presence: Presence, write: Callable[[str], None]) -> None:
        """Prepare; `write` puts a sequence onto the terminal, between two pictures."""
        self._bridge, self._presence, self._write = bridge, presence, write
        self._news = News()
        self._pending: dict[str, Notice] = {}
        self._due: asyncio.TimerHandle | None = None
        self._last = float("-inf")

    def look(self, trouble: str = "") -> None:
        """See what is new; `trouble` is what has stopped autopilot, in words."""
        now = notices(self._bridge.snapshot, day_of(self._bridge.clock()))
        if trouble:
            now["autopilot"] = Notice("autopilot", "", trouble, trouble)
        for notice in self._news.new(now, self._is_own):
            self._pending[notice.key] = notice
        self._pending = {key: notice for key, notice in self._pending.items() if key in now}
        if self._pending and self._due is None:
            wait = max(GATHER_S, self._last + self._bridge.snapshot.config.notify.every - time.monotonic())
            self._due = asyncio.get_running_loop().call_later(wait, self._tell)

    def stop(self) -> None:
        """Tell nothing any more."""
        if self._due is not None:
            self._due.cancel()

    def _is_own(self, key: str) -> bool:
        """Whether a verb of this screen works there, or has just done so."""
        names = [f"ticket-{key}" if key.isdigit() else key, "triage"]
        pod = next((one for one in self._bridge.snapshot.pods.values() if one.id == key), None)
        names += [f"ticket-{pod.ticket}"] if pod else []
        since = time.monotonic() - OWN_S
        return any(name in self._bridge.busy or self._bridge.done_at.get(name, since - 1) > since for name in names)

    def _tell(self) -> None:
        """Tell what still needs the person, if they are not here to see it."""
        self._due = None
        found, self._pending = list(self._pending.values()), {}
        settings = self._bridge.snapshot.config.notify
        if not found or settings.how == "off" or (settings.when == "away" and not self._presence.away):
            return
        self._last = time.monotonic()
        title, body = f"lmawep {self._bridge.ws.layout.root.name}", joined(found)
        if settings.how == "command":
            self._bridge.spawn_task(self._call(title, body), "notify")
            return
        from lmawep_tui.ui.terminal_notice import sequence

        if text := sequence(settings.how, title, body, os.environ):
            self._write(text)

    async def _call(self, title: str, body: str) -> None:
        """Start the person's own command; that it fails is said, once."""
        from lmawep_tui.engine.notify import run_command
        from lmawep_tui.model.errors import LmawepError

        try:
            await self._bridge.reads.run(run_command, self._bridge.ws, title, body)
        except LmawepError as error:
            self._bridge.say_once(str(error), "warning")
