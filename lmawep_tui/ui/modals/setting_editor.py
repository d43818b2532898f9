"""Asks for the value of a setting, and says while one types what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.model.setting_shape import Shape
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.choice_line import ChoiceLine
from lmawep_tui.ui.widgets.plain import Plain

Check = Callable[[str], Awaitable[str]]
NOTHING = "null"


class SettingEditor(Dialog[str]):
    """A choice, a line or a list, as the setting wants it. The answer is the text that was typed."""

    DEFAULT_CSS = """
    SettingEditor > Vertical { width: 84; }
    SettingEditor ChoiceLine, SettingEditor Input, SettingEditor TextArea { margin-top: 1; }
    SettingEditor TextArea { height: 9; }
    SettingEditor .doc { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Set it", show=False, priority=True),
        Binding("escape", "cancel", "Back", show=False),
    ]

    def __init__(self, heading: str, shape: Shape, text: str, check: Check) -> None:
        """Ask for the setting `heading`, which is `text` now; `check` says in words what is wrong with another one."""
        super().__init__()
        self.heading = heading
        self._shape, self._text, self._check = shape, text, check
        self._wrong = ""
        self._asked = 0
        enter = "Ctrl+S" if shape.kind == "list" else "Enter"
        choose = (("← →", "choose", "none"),) if shape.kind == "choice" else ()
        self.keys = (*choose, (enter, "set it", "send"), ("Esc", "back", "cancel"))

    def body(self) -> Iterable[Widget]:
        """Return what it means, and what is typed into."""
        shape = self._shape
        yield Plain(f"{shape.doc[:1].upper()}{shape.doc[1:]}.", classes="doc")
        if shape.kind == "choice":
            nothing = [(NOTHING, "not set", "")] if shape.optional else []
            yield ChoiceLine([*nothing, *((c, c, "") for c in shape.choices)], self._text or NOTHING, id="value")
        elif shape.kind == "list":
            yield TextArea(clean_text(self._text), id="value", tab_behavior="focus", placeholder="one a line")
        else:
            hint = "nothing: not set" if shape.optional else ""
            yield Input(clean_line(self._text), id="value", placeholder=hint, select_on_focus=True)
        yield Plain("", classes="trouble")

    def entry(self) -> Widget:
        """Return what is typed into."""
        return self.query_one("#value")

    @property
    def text(self) -> str:
        """What stands there."""
        widget = self.query_one("#value")
        return widget.text if isinstance(widget, TextArea) else widget.value  # type: ignore[attr-defined]

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceLine.Changed)
    def _changed(self) -> None:
        self.run_worker(self._judge, exit_on_error=False, group="judge", exclusive=True)  # type: ignore[arg-type]

    async def _judge(self) -> str:
        """Ask whether the text is right; an answer that comes after more was typed says nothing any more."""
        self._asked += 1
        asked = self._asked
        wrong = await self._check(self.text) if self.text != self._text else ""
        if asked == self._asked and self.is_attached:
            self._wrong = wrong
            line = self.query_one(".trouble", Plain)
            line.show(f"⚑ {wrong}" if wrong else "")
            line.set_class(bool(wrong), "-shown")
        return wrong

    def on_key(self, event: object) -> None:
        """Enter takes the choice."""
        if getattr(event, "key", "") == "enter" and isinstance(self.focused, ChoiceLine):
            self.action_send()

    def on_input_submitted(self) -> None:
        """Enter takes the line."""
        self.action_send()

    def action_send(self) -> None:
        """Answer, unless it is wrong."""
        self.send_off(self._send)

    async def _send(self) -> None:
        text = self.text
        if not await self._judge() and self.is_current:
            self.dismiss(text)
