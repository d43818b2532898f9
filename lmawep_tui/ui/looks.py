"""How the person wants the screen to look, and what else it remembers for them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.theme import PREFIX
from lmawep_tui.ui.theme.choose import no_color, suited, wanted_theme

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_RECENT = 12
"""So many things taken in the palette are remembered."""


class Looks:
    """Theme, layout and recent things of one screen; the file is written by a worker, in the order of the choices."""

    def __init__(self, app: LmawepApp) -> None:
        """Prepare; nothing is read yet."""
        self._app = app
        self._kept: dict[str, Any] = {}
        self._followed = ""
        self._before: str | None = None
        """The theme that was worn before another was only looked at."""

    @property
    def first(self) -> str:
        """The theme before anything is known of the project."""
        return PREFIX + suited("auto")

    def read(self) -> None:
        """Read what is remembered and put it on."""
        from lmawep_tui.files.screen_file import read_screen

        self._kept = read_screen(self._app.bridge.ws.layout.screen)
        self.follow_config()

    def follow_config(self) -> None:
        """Put on the theme of the config, or what the person took instead of it."""
        wanted = wanted_theme(self._app.bridge.snapshot.config, self._kept)
        if wanted != self._followed and self._before is None:
            self._followed = wanted
            self.try_on(wanted)

    def get(self, name: str, default: Any) -> Any:
        """Return something that is remembered, if it is of the default's kind."""
        found = self._kept.get(name)
        return found if isinstance(found, type(default)) else default

    def keep(self, **what: Any) -> None:
        """Remember this; a disk that is full is said once by whatever else needs it."""
        from lmawep_tui.files.screen_file import remember

        self._kept |= what
        app = self._app

        async def write() -> None:
            try:
                await app.bridge.verbs.run(lambda: remember(app.bridge.ws.layout.screen, **what))
            except LmawepError as error:
                app.say(str(error), "warning")

        app.bridge.spawn_task(write(), "remember")

    # -- themes ---------------------------------------------------------------------------------------------------

    def try_on(self, name: str) -> None:
        """Put a theme on without remembering it."""
        theme = PREFIX + suited(name)
        if self._app.theme != theme:
            self._app.theme = theme

    def preview(self, name: str | None) -> None:
        """Wear a theme to look at it; None puts the one before on again."""
        if name is not None:
            self._before = self._before or self.worn
            self.try_on(name)
        elif self._before is not None:
            before, self._before = self._before, None
            self._app.theme = PREFIX + before

    def take(self, name: str) -> None:
        """Put a theme on and remember it, until the config says something else than now."""
        self._followed = name
        self.try_on(name)
        self.keep(theme=name, **{"instead of": self._app.bridge.snapshot.config.theme})
        if no_color(os.environ):
            self._app.say("NO_COLOR is set, so there are no colours; the theme is worn once it is not.")

    @property
    def worn(self) -> str:
        """The name of the theme that is on, as the config has it."""
        return self._app.theme.removeprefix(PREFIX)

    # -- recent things --------------------------------------------------------------------------------------------

    @property
    def recent(self) -> list[str]:
        """What was taken in the palette, newest first."""
        return [key for key in self.get("recent", []) if isinstance(key, str)]

    def took(self, key: str) -> None:
        """Something was taken in the palette."""
        self.keep(recent=[key, *(old for old in self.recent if old != key)][:_RECENT])
