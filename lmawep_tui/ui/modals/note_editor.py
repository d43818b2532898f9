"""Edits one note; where somebody else wrote to it meanwhile, both are shown and the person decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from difflib import unified_diff
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from lmawep_tui.files.clean import clean_text
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.present.patch_lines import patch_lines
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.plain import Plain

Save = Callable[[str, str | None], Awaitable[None]]
"""Writes a text in place of what was there, None for nothing; raises LmawepError."""


class NoteEditor(Dialog[None]):
    """The note as text; Ctrl+S writes it, Esc leaves, and asks first when something would be lost."""

    DEFAULT_CSS = """
    NoteEditor > Vertical { width: 110; height: 90%; padding: 0 1; }
    NoteEditor TextArea { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Save", show=False, priority=True),
        Binding("escape", "leave", "Back", show=False, priority=True),
    ]
    keys = (("Ctrl+S", "save", "send"), ("Esc", "back", "leave"))

    def __init__(self, heading: str, was: str | None, save: Save, *, line: int = 1) -> None:
        """Edit what it says now, None for a new note; `line`, from 1, is where to begin."""
        super().__init__()
        self.heading = heading
        self._was, self._save, self._line = was, save, line
        # Control characters cannot be typed back: a note that has them is shown without, and saved so.
        self._shown = clean_text(was or "")
        self._warned = False

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        yield TextArea(self._shown, id="note", soft_wrap=True, tab_behavior="indent", show_line_numbers=True)
        yield Plain("", classes="trouble")

    def entry(self) -> Widget:
        """Return the text."""
        return self._area

    @property
    def _area(self) -> TextArea:
        return self.query_one("#note", TextArea)

    def on_mount(self) -> None:
        """Begin where something was found."""
        super().on_mount()
        self._area.move_cursor((max(0, self._line - 1), 0))

    def action_send(self) -> None:
        """Write it; keys that come meanwhile are for what comes after."""
        self.send_off(partial(self._send, self._area.text))

    async def _send(self, text: str) -> None:
        from lmawep_tui.engine.memory_notes import NoteChanged

        try:
            await self._save(text, self._was)
        except NoteChanged as clash:
            self._ask(text, clash.now)
        except LmawepError as error:
            self._complain(str(error))
        else:
            self.dismiss(None)

    def _ask(self, mine: str, theirs: str | None) -> None:
        from lmawep_tui.ui.app import LmawepApp

        def decided(answer: str | None) -> None:
            if answer is None:
                return
            self._was = theirs
            if answer == "mine":
                self.action_send()
            elif answer == "theirs":
                self.dismiss(None)
            else:
                self._area.load_text(f"{mine.rstrip()}\n\n{clean_text(theirs or '')}")
                self._complain("Both are here now, yours first. Ctrl+S saves what you make of it.")

        assert isinstance(self.app, LmawepApp)
        self.app.ask(NoteClash(self.heading, mine, theirs), decided)

    def action_leave(self) -> None:
        """Leave; the second time also when something has been typed."""
        if self._area.text == self._shown or self._warned:
            self.dismiss(None)
        else:
            self._warned = True
            self._complain("Not saved. Ctrl+S saves it; Esc once more drops what you typed.")

    def _complain(self, text: str) -> None:
        line = self.query_one(".trouble", Plain)
        line.show(f"⚑ {text}")
        line.add_class("-shown")


class NoteClash(Dialog[str]):
    """Shows what somebody else made of a note beside what the person made of it."""

    DEFAULT_CSS = """
    NoteClash > Vertical { width: 110; height: 80%; padding: 0 1; }
    NoteClash LineView { height: 1fr; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "take('mine')", show=False),
        Binding("t", "take('theirs')", show=False),
        Binding("b", "take('both')", show=False, priority=True),  # in what scrolls below it is a page up
        Binding("escape", "cancel", show=False),
    ]
    keys = (("m", "write mine", "take('mine')"), ("t", "keep theirs", "take('theirs')"),
            ("b", "both into the editor", "take('both')"), ("Esc", "back to the editor", "cancel"))  # fmt: skip

    def __init__(self, heading: str, mine: str, theirs: str | None) -> None:
        """Show the difference between the two; `theirs` is None when the note is gone."""
        super().__init__()
        self.heading = f"{heading} was changed meanwhile"
        if theirs is None:
            self.heading = f"{heading} was removed meanwhile"
        old, new = (theirs or "").splitlines(), mine.splitlines()
        self.lines = patch_lines("\n".join(unified_diff(old, new, "theirs", "mine", lineterm="", n=5)))

    def body(self) -> Iterable[Widget]:
        """Return the difference."""
        yield Plain("- is what it says now, + is what you would write. Nothing has been written yet.")
        yield LineView(self.lines, wrap=True, id="clash")

    def entry(self) -> Widget:
        """Return the difference, so that keys scroll."""
        return self.query_one(LineView)

    def action_take(self, answer: str) -> None:
        """Decide."""
        self.dismiss(answer)
