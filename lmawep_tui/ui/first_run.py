"""The app around the first screen; it ends before mission control begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App

from lmawep_tui.ui.key_line import KeyLine
from lmawep_tui.ui.screens.first_run import FirstRunScreen
from lmawep_tui.ui.theme import DARK, THEMES

if TYPE_CHECKING:
    from lmawep_tui.engine.first_look import FirstLook
    from lmawep_tui.engine.workspace import Workspace

HINT = "Ready. n makes your first ticket, s gives it a pod, e starts the agent; ? shows every key."


class FirstRunApp(App[Path | None]):
    """Shows the first screen; its result is the project's folder, or None when nothing was set up."""

    TITLE = "lmawep"
    CSS_PATH: ClassVar[list[str]] = ["styles/base.tcss"]  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, look: FirstLook) -> None:
        """Make the app for a repository that was looked at."""
        super().__init__()
        self.key_line = KeyLine(self, super().on_event)
        self.first = FirstRunScreen(look)
        self.styler = self.first.table
        """Knows what the style names look like, for views that do not."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    async def on_event(self, event: events.Event) -> None:
        """Let each key wait for the one before it, as in mission control."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.key_line.take(event)
        else:
            await super().on_event(event)

    def on_key_handled(self) -> None:
        """The key under way has been everywhere it could go."""
        self.key_line.handled()

    def on_mount(self) -> None:
        """Show the screen; its answer is the app's."""
        self.push_screen(self.first, self.exit)

    def action_help_quit(self) -> None:
        """Ctrl+C leaves like `q`."""
        self.exit(None)


def ask_first(start: Path) -> Workspace | None:
    """Shows what is found around `start`; the workspace when the person took it, None when nothing was written.

    Raises LmawepError where no project can be: outside a repository, in a bare one, without a commit.
    """
    from lmawep_tui.engine.first_look import first_look
    from lmawep_tui.engine.workspace import Workspace

    root = FirstRunApp(first_look(start)).run()
    return Workspace.open(root) if root is not None else None
