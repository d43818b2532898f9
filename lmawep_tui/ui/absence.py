"""The person goes and comes back: when they looked last is remembered, and what happened meanwhile is shown."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lmawep_tui.model.errors import LmawepError

if TYPE_CHECKING:
    from lmawep_tui.model.digest import Digest
    from lmawep_tui.ui.app import LmawepApp

LONG_S = 600.0
"""An absence shorter than this needs no digest: the screen itself was there all the time."""
_NOTE_S = 30.0
"""How often it is noted that the person looks, so that a screen that is killed knows nearly when."""
_MINUTE_S = 60.0
"""Who was away for less remembers."""
_DAY_S = 86400.0


class Absence:
    """Remembers when the person looked last and tells what happened since."""

    def __init__(self, app: LmawepApp) -> None:
        """Prepare; nothing is read or written yet."""
        self._app = app
        self._since: float | None = None
        """When the absence before this one began: what `H` shows."""
        self._noted = 0.0

    def begin(self) -> None:
        """The screen has started: show what happened since it was left, if anything did."""
        bridge = self._app.bridge

        async def look() -> None:
            from lmawep_tui.engine.digest import last_look

            since = await bridge.reads.run(last_look, bridge.ws)
            self._since = since
            if since is not None and bridge.clock() - since > _MINUTE_S:
                await self._tell(since, quiet=True)

        bridge.spawn_task(look(), "since you left")

    def came_back(self, left: float) -> None:
        """The terminal has the focus again, which it lost at `left`."""
        if self._app.bridge.clock() - left > LONG_S:
            self._since = left
            self._app.bridge.spawn_task(self._tell(left, quiet=True), "since you left")

    def show(self) -> None:
        """The person asks for it."""
        since = self._since if self._since is not None else self._app.bridge.clock() - _DAY_S  # never left yet
        self._app.bridge.spawn_task(self._tell(since, quiet=False), "since you left")

    def tick(self) -> None:
        """Note now and then that the person looks."""
        seen = self._app.presence.last_look
        if seen - self._noted > _NOTE_S:
            self._noted = seen
            self._app.bridge.spawn_task(self._app.bridge.reads.run(self._note, seen), "looked")

    def end(self) -> None:
        """The screen ends: note when the person looked last."""
        self._note(self._app.presence.last_look)

    def _note(self, seen: float) -> None:
        from lmawep_tui.files.triage_file import write_looked

        with contextlib.suppress(LmawepError):  # a full disk has been said elsewhere; only the digest suffers
            write_looked(self._app.bridge.ws.layout.looked, seen)

    async def _tell(self, since: float, *, quiet: bool) -> None:
        """Show the digest; when nothing happened, or (`quiet`) the person has begun something, it is not shown."""
        from lmawep_tui.engine.digest import digest

        app, bridge = self._app, self._app.bridge
        now = bridge.clock()
        found: Digest = await bridge.reads.run(digest, bridge.ws, bridge.snapshot, since, now)
        if not found and not quiet:
            app.say("Nothing landed, failed or asked for you since you left.")
        if not found or len(app.screen_stack) > 1:
            return
        from lmawep_tui.ui.modals.since_you_left import SinceYouLeft
        from lmawep_tui.ui.navigation import go_to

        left = self._since is not None
        app.ask(SinceYouLeft(found, now, left=left), lambda goal: go_to(app.mission, goal) if goal else None)
