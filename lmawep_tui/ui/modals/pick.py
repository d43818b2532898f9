"""Asks for some of many things: type to filter, Space takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.modals.dialog import Dialog
from lmawep_tui.ui.widgets.plain import Plain
from lmawep_tui.ui.widgets.table import Column, Row, Table

_MOST = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be taken."""

    key: str
    words: str
    note: str = ""
    glyph: str = ""
    style: str = ""


class _Query(Input):
    """The line that is typed in; Space is not typed, it takes the row."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.take", show=False, priority=True)]


class Pick(Dialog[tuple[str, ...]]):
    """A list that is filtered while one types. Of `many`, Space takes and leaves."""

    DEFAULT_CSS = """
    Pick { align: center top; }
    Pick > Vertical { width: 84; margin-top: 2; padding: 0 1; }
    Pick Table { height: 12; background: $panel; }
    Pick Input { height: 1; border: none; }
    Pick Input:focus { border: none; }
    Pick .taken { color: $text-muted; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back", show=False, priority=True),
        Binding("down,ctrl+n,tab", "step(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "step(-1)", "Previous", show=False, priority=True),
        Binding("enter", "done", "Done", show=False, priority=True),
    ]

    def __init__(
        self,
        heading: str,
        items: Sequence[Item],
        taken: Iterable[str] = (),
        *,
        many: bool = True,
        refuse: Callable[[tuple[str, ...]], str] = lambda _: "",
    ) -> None:
        """Offer `items`, with `taken` among them taken; `refuse` says in words why a selection cannot be."""
        super().__init__()
        self.heading = heading
        self.many = many
        self.taken = [key for key in dict.fromkeys(taken) if any(item.key == key for item in items)]
        self._items, self._refuse = items, refuse
        self._shown: str | None = None
        self._touched = False
        """Whether Space took or left something: then Enter means that, and no more."""
        done = "done" if many else "take it"
        take = (("Space", "take / leave", "take"),) if many else ()
        self.keys = (*take, ("Enter", done, "done"), ("↑ ↓", "choose", "step(1)"), ("Esc", "back", "cancel"))

    def body(self) -> Iterable[Widget]:
        """Return the line to type in, the list, and what is taken."""
        yield _Query(placeholder="type to filter", id="query")
        yield Table(
            (Column("taken", width=1, priority=4), Column("glyph", width=1, priority=1),
             Column("words", flex=1, priority=3), Column("note", width=16, align="right", priority=2)),
            show_header=False, empty="Nothing has that in it." if self._items else "There is nothing to pick yet.",
        )  # fmt: skip
        yield Plain("", classes="taken")
        yield Plain("", classes="trouble")

    def on_mount(self) -> None:
        """Begin with everything, what is taken first."""
        super().on_mount()
        self._items = sorted(self._items, key=lambda item: item.key not in self.taken)
        self._show("")

    def entry(self) -> Widget:
        """Return the line to type in."""
        return self.query_one(Input)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, query: str) -> None:
        words = query.casefold().split()
        hits = [item for item in self._items if all(word in f"{item.words} {item.note}".casefold() for word in words)]
        start = query.casefold().strip().removeprefix("#")
        if start:
            hits.sort(key=lambda item: not item.words.casefold().removeprefix("#").startswith(start))
        rows: list[Row] = [
            (item.key, [("✓" if item.key in self.taken else "", "ok"), (item.glyph, item.style), item.words,
                        (item.note, "muted")])
            for item in hits[:_MOST]
        ]  # fmt: skip
        table = self.query_one(Table)
        table.set_rows(rows)
        if rows and query != self._shown:
            table.move_to(rows[0][0])
        self._shown = query
        if self.many:
            names = ", ".join(self.taken)
            self.query_one(".taken", Plain).show(f" Taken: {names}" if names else " Nothing is taken.")

    def action_step(self, step: int) -> None:
        """Choose the next or previous row while typing goes on."""
        self.query_one(Table).action_move(step)

    def action_take(self) -> None:
        """Take the row under the cursor, or leave it; what cannot be is refused at once."""
        key = self.query_one(Table).cursor_key
        if not self.many or key is None:
            return
        self._touched = True
        wanted = [k for k in self.taken if k != key] if key in self.taken else [*self.taken, key]
        trouble = self._refuse(tuple(wanted)) if len(wanted) > len(self.taken) else ""
        line = self.query_one(".trouble", Plain)
        line.show(f"⚑ {trouble}" if trouble else "")
        line.set_class(bool(trouble), "-shown")
        if not trouble:
            self.taken = wanted
        self._show(self.query_one(Input).value)

    def action_done(self) -> None:
        """Answer with what is taken; where Space took and left nothing, what was typed finds one more."""
        typed = self.query_one(Input).value
        if typed != self._shown:
            self._show(typed)
        key = self.query_one(Table).cursor_key
        if not self.many:
            if key is not None:
                self.dismiss((key,))
            return
        if typed.strip() and not self._touched and key is not None and key not in self.taken:
            self.action_take()  # found by its name, and Enter: that one
            if key not in self.taken:
                return  # it cannot be, and the dialog says why
        self.dismiss(tuple(self.taken))

    @on(Table.Activated)
    def _clicked(self, event: Table.Activated) -> None:
        if self.many:
            self.action_take()
        else:
            self.dismiss((event.key,))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keys stay with the line that is typed in, also after a click on the list."""
        if isinstance(event.widget, Table):
            self.query_one(Input).focus()
