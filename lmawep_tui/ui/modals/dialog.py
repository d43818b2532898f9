"""The frame of every dialog: a title, something to decide, and the keys that decide it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from lmawep_tui.ui.in_app import InApp
from lmawep_tui.ui.key_line import SENDING_S
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.widgets.plain import title

T = TypeVar("T")


class Dialog(InApp, ModalScreen[T]):
    """A framed dialog in the middle of the screen; Esc leaves everything as it was."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;

        &:ansi { background: ansi_default; }

        & > Vertical {
            width: 76;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            border: round $border;
            border-title-color: $text-primary;
            border-title-style: bold;
            border-subtitle-color: $text-warning;
            background: $panel;
            padding: 1 2 0 2;
        }
        & FooterBar { margin-top: 1; background: $panel; }
        & Plain { height: auto; background: $panel; }
        & LineView, & Table, & _Fields {
            scrollbar-background: $panel; scrollbar-background-hover: $panel; scrollbar-background-active: $panel;
        }
        & .trouble { color: $text-error; display: none; }
        & .trouble.-shown { display: block; margin-top: 1; }
        & Input, & TextArea { border: tall $border-blurred; background: $background; }
        & Input:focus, & TextArea:focus { border: tall $border; }
        & .label { color: $text-muted; }
    }
    """
    heading = ""
    keys: Sequence[tuple[str, str, str]] = (("Esc", "back", "cancel"),)
    """Items of the footer: key, title, and the action of this screen behind it."""

    answered = False
    """Whether whoever asked has taken the answer."""
    sending = False
    """Whether the answer is being checked, or carried out, before the dialog ends."""
    _entered = False

    def body(self) -> Iterable[Widget]:
        """Return what stands inside the frame."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Put frame, body and keys together."""
        frame = Vertical(*self.body(), FooterBar(id="dialog-keys"))
        frame.border_title = title(self.heading)
        yield frame

    def entry(self) -> Widget | None:
        """Return what the keys go to, or None when the dialog itself takes them all."""
        return None

    @property
    def takes_keys(self) -> bool:
        """Whether a key that comes now goes where it is meant to go."""
        if not self._entered:
            return False
        entry = self.entry()
        return entry is None or entry.has_focus or not self.is_current

    def on_mount(self) -> None:
        """Say which keys decide, and let keys go to what is typed into."""
        self.query_one("#dialog-keys", FooterBar).offer(self.keys)
        if (entry := self.entry()) is not None:
            entry.focus()
        self._entered = True

    def send_off(self, work: Callable[[], Awaitable[None]]) -> None:
        """Check the answer, or carry it out, which takes a while; what is typed meanwhile is for what comes after.

        A second time while it is under way is the same as once.
        """
        from lmawep_tui.ui.app import LmawepApp

        if self.sending:
            return
        self.sending = True
        if isinstance(self.app, LmawepApp):
            self.app.key_line.hold_until(lambda: not self.sending, patience_s=SENDING_S)
        self.run_worker(self._send_off(work), exit_on_error=False, group="send", description=f"send {self.heading}")

    async def _send_off(self, work: Callable[[], Awaitable[None]]) -> None:
        frame = self.query_one(Vertical)
        frame.border_subtitle = title("under way…")  # at once: it may have to wait for somebody else's lock
        try:
            await work()
        finally:
            self.sending = False
            frame.border_subtitle = ""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """End with an answer; keys wait until it has been taken."""
        from lmawep_tui.ui.app import LmawepApp

        if isinstance(self.app, LmawepApp):
            self.app.key_line.hold_until(lambda: self.answered)
        return super().dismiss(result)

    @on(FooterBar.Pressed)
    async def _pressed(self, event: FooterBar.Pressed) -> None:
        await self.run_action(event.action)

    def action_cancel(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def action_none(self) -> None:
        """Stand for keys that the widgets inside take by themselves."""
