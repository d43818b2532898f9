"""The screen's app: theme, keys, bridge and autopilot put together."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from lmawep_tui.files.clean import clean_text
from lmawep_tui.ui.actions import ACTIONS, Action
from lmawep_tui.ui.answers import Asking
from lmawep_tui.ui.autopilot import Autopilot
from lmawep_tui.ui.bridge import Bridge, Severity, Update
from lmawep_tui.ui.faults import ANEW, Faults
from lmawep_tui.ui.guard import Guarded
from lmawep_tui.ui.key_line import KeyLine
from lmawep_tui.ui.keymap import check_keys
from lmawep_tui.ui.looks import Looks
from lmawep_tui.ui.pace import BACKLOG, backlog
from lmawep_tui.ui.panes.bar import Bar
from lmawep_tui.ui.presence import Presence
from lmawep_tui.ui.prompt_paint import paint_now
from lmawep_tui.ui.screens.mission import MissionScreen
from lmawep_tui.ui.theme import THEMES
from lmawep_tui.ui.theme.choose import no_color

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.ui.absence import Absence
    from lmawep_tui.ui.modals.dialog import Dialog
    from lmawep_tui.ui.notifier import Notifier

T = TypeVar("T")
_PATIENCE_S = 0.15
"""How long the first picture waits for its data; a big project is filled in after it."""

_SWITCH_S = 0.0005
"""How long a thread may keep the others waiting. Pictures are written by a thread of their own: with Python's 5 ms one
that is ready waits so long while the next is being drawn, and a key so long for a thread that reads files."""


class LmawepApp(Guarded, App[None]):
    """Terminal mission control."""

    TITLE = "lmawep"
    CSS_PATH: ClassVar[list[str]] = ["styles/base.tcss", "screens/mission.tcss"]  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(ACTIONS[name].keys, f"anywhere('{name}')", ACTIONS[name].title, show=False, id=name)
        for name in ("palette", "theme", "suspend", "help")
    ]
    PAUSE_GC_ON_SCROLL = True
    NOTIFICATION_TIMEOUT = 6

    def __init__(
        self,
        ws: Workspace,
        *,
        autopilot: bool = False,
        hint: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make the app of a project; its files are read meanwhile."""
        self.bridge = Bridge(ws, clock=clock)
        # Textual takes the colours out only of a screen that does without any of its own.
        super().__init__(ansi_color=True if no_color() else None)
        self.bridge.behind = lambda: backlog(self) >= BACKLOG
        self.autopilot = Autopilot(self.bridge)
        self.faults: Faults | None = Faults(self)
        """Decides what is shown instead of what failed; None lets every fault through."""
        self.key_line = KeyLine(self, super().on_event)
        self.leaving = False
        """Whether only what is under way holds up the end."""
        self.own_keys: dict[str, str] = {}
        self._keys_taken: dict[str, str] = {}
        self._asking = Asking()
        self.presence = Presence(clock)
        self.mission = MissionScreen(self.bridge, hint=hint)
        self.styler = self.mission.tickets.table
        """Knows what the style names look like, for views that do not."""
        self._start_autopilot = autopilot
        for theme in THEMES:
            self.register_theme(theme)
        self.looks = Looks(self)
        self.theme = self.looks.first

    @cached_property
    def absence(self) -> Absence:
        """Tells what happened while the person was away; not needed for the first picture."""
        from lmawep_tui.ui.absence import Absence

        return Absence(self)

    @cached_property
    def notifier(self) -> Notifier:
        """Tells the person outside the screen what newly needs them; not needed for the first picture, either."""
        from lmawep_tui.ui.notifier import Notifier

        return Notifier(self.bridge, self.presence, self._to_terminal)

    def get_default_screen(self) -> Screen[None]:
        """Mission control is there from the first picture on."""
        return self.mission

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew; before there is anything, the style sheet only learns the theme's colours."""
        if self._screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def on_load(self) -> None:
        """Take in the data that is there, so that the first picture has it."""
        self.bridge.ready(_PATIENCE_S)
        self._take_keys()
        self.looks.read()

    def on_mount(self) -> None:
        """Begin to watch once the first picture is on the screen."""
        self.call_after_refresh(self._painted)
        self.app_resume_signal.subscribe(self, self._taken_up)

    def _taken_up(self, _: App[None]) -> None:
        """The program was put aside: the terminal has forgotten the picture, and the project went on."""
        self.screen.refresh(layout=True)
        self.bridge.look()

    async def _painted(self) -> None:
        gc.freeze()
        gc.enable()
        await self.bridge.start(self)
        self.absence.begin()
        if self._start_autopilot:
            self.autopilot.start()

    def _follow_config(self) -> None:
        """Wear the config's theme and use its keys, whoever changed it."""
        self.looks.follow_config()
        if self.bridge.snapshot.config.keys != self._keys_taken:
            self._take_keys()

    def _take_keys(self) -> None:
        """Use the person's own keys, and say which of them cannot be."""
        self._keys_taken = dict(self.bridge.snapshot.config.keys)
        self.own_keys, troubles = check_keys(self._keys_taken)
        self.set_keymap(self.own_keys)
        for trouble in troubles:
            self.call_after_refresh(self.say, trouble, "warning")

    def settings_changed(self) -> None:
        """A setting was changed here: it counts at once, keys included."""
        self.bridge.look(self.bridge.ws.layout.config)

    # -- keys and questions ----------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Let each key wait for the one before it; everything else goes its way."""
        left = self.presence.note(event)
        if left is not None:
            self.absence.came_back(left)
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.key_line.take(event)
        else:
            await super().on_event(event)

    def on_key_handled(self) -> None:
        """The key under way has been everywhere it could go."""
        self.key_line.handled()
        self.screen.call_later(paint_now, self.screen)

    def ask(self, dialog: Dialog[T], then: Callable[[T | None], object] | None = None) -> None:
        """Show a dialog and hand its answer to `then`; keys wait until it takes them, and until the answer is taken."""

        def told(answer: T | None) -> None:
            dialog.answered = True
            self.key_line.handled()  # what the key that ended it went to is gone, and says no more that it was there
            if then is not None:
                then(answer)

        self.clear_notifications()  # they would lie over it, and tell of what was before
        self.push_screen(dialog, told)
        self.key_line.hold_until(lambda: dialog.takes_keys)

    def action_anywhere(self, name: str) -> None:
        """Carry out an action that every screen has."""
        from lmawep_tui.ui import going

        if name == "suspend":
            self.action_suspend_process()
        else:
            {"palette": going.open_palette, "theme": going.open_themes, "help": going.open_help}[name](self)

    def on_click(self, event: events.Click) -> None:
        """The right button offers what can be done with what is under it."""
        if event.button == 3 and not self.screen.is_modal:
            self.call_after_refresh(self._offer_deeds)

    def _offer_deeds(self) -> None:
        from lmawep_tui.ui import going

        if not self.screen.is_modal:
            going.open_palette(self, ">")

    def on_bar_clicked(self, event: Bar.Clicked) -> None:
        """A part of the header leads to what one wants to know next."""
        from lmawep_tui.ui import going
        from lmawep_tui.ui.present.header_parts import part_does

        if not self.screen.is_modal and (key := part_does(event.line, event.place)):
            going.take(self, key, remember=False)

    # -- what the bridge says -------------------------------------------------------------------------------------

    def take(self, update: Update) -> None:
        """Show what changed, on every screen that shows facts."""
        if not update.tick:
            self._follow_config()
        for screen in self.screen_stack:
            show = getattr(screen, "take", None)
            if show is not None and screen.is_mounted:
                show(update)
        if update.tick:
            self.absence.tick()
        else:
            for words in self._asking.news(self.bridge.snapshot):
                self.say(words, "warning")
        self.notifier.look(self.autopilot.trouble)

    def _to_terminal(self, sequence: str) -> None:
        """Write a control sequence of ours, as Textual writes its own; it goes out between two pictures."""
        if self._driver is not None:
            self._driver.write(sequence)

    def say(self, text: str, severity: Severity = "information") -> None:
        """Show a sentence that may hold text from outside."""
        self.notify(clean_text(text), severity=severity, markup=False)

    def refuse(self, action: Action, words: str) -> None:
        """Say why an action is not possible; the text that somebody types for it is not taken for keys."""
        if action.typed:
            self.key_line.drop_typing()
        self.say(words, "warning")

    def _handle_exception(self, error: Exception) -> None:
        """Take the faults that reach Textual itself, such as those of timers and layouts; it would end the app."""
        if self.faults is None or self._closing:
            super()._handle_exception(error)
        else:
            self.faults.take(active_message_pump.get(None), error)

    def on_pane_mended(self) -> None:
        """Show everything anew."""
        self.take(Update(everything=True))

    # -- the end --------------------------------------------------------------------------------------------------

    def action_help_quit(self) -> None:
        """Ctrl+C, with nothing selected to copy, leaves like `q`."""
        self.leave()

    def leave(self) -> None:
        """End the screen once what is under way is done, or has had its moment."""
        from lmawep_tui.ui.leaving import leave

        leave(self)

    def on_unmount(self) -> None:
        """Stop watching and driving."""
        self.notifier.stop()
        self.absence.end()
        self.autopilot.stop(wait=True)
        self.bridge.close()


def run_app(ws: Workspace, *, autopilot: bool = False, hint: str = "") -> int:
    """Show the screen of a project until the person leaves it; return the exit status."""
    sys.setswitchinterval(_SWITCH_S)
    gc.disable()  # nothing of what the start makes is garbage; it is frozen once the first picture is painted
    app = LmawepApp(ws, autopilot=autopilot, hint=hint)
    app.run()
    while app.return_code == ANEW:
        app = LmawepApp(ws, autopilot=app.autopilot.wanted)
        app.run()
    return app.return_code or 0
