"""The help page as rows, from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS
from lmawep_tui.ui.present.styled import Segment, StyledLine, plain_text
from lmawep_tui.ui.widgets.table_rows import Entry, Group
from lmawep_tui.ui.widgets.wrap import line_width, wrap_line


@dataclass(frozen=True, slots=True)
class Item:
    """One action as the help tells of it."""

    id: str
    keys: str
    text: str
    yours: bool = False
    """Whether the person chose its key."""
    why_not: str = ""
    """Why it is not possible now."""
    elsewhere: bool = False
    """Whether its key is mission control's: here it is done from this list, or the palette."""

    def has(self, words: Iterable[str]) -> bool:
        """Whether all these words are somewhere in it; a single character is meant as a key."""
        everything = f"{self.keys} {self.text} {self.id}".casefold()
        return all(word in self.keys.split() if len(word) == 1 else word.casefold() in everything for word in words)


TEXT_AT = 18
"""The cell at which the text of a row begins: after cursor, mark and keys."""
WHY = "  ✕ "
"""What stands before the reason why something is not possible."""
Cells = list[str | Segment | list[Segment]]
HelpEntry = tuple[str, Cells] | str
"""A row, or the title of an area."""


def help_entries(areas: Iterable[tuple[str, Iterable[Item]]], needle: str = "") -> list[HelpEntry]:
    """Return the actions of each area under its title, as far as they have the words of `needle`."""
    words = needle.split()
    entries: list[HelpEntry] = []
    for title, items in areas:
        found = [item for item in items if item.has(words)]
        if found:
            entries += [title, *((item.id, _cells(item)) for item in found)]
    return entries + ([] if words else _legend())


def _cells(item: Item) -> Cells:
    style = "muted" if item.why_not else ""
    text: list[Segment] = [("yours ", "accent")] if item.yours else []
    text.append((item.text, style))
    if item.why_not:
        text.append((f"{WHY}{item.why_not}", "muted"))
    elif item.elsewhere:
        text.append(("  by Enter here", "muted"))
    return [(item.keys, "muted" if item.elsewhere else "subheading"), text, (item.id, "muted")]


def whole(row: tuple[str, Cells], width: int) -> list[Entry]:
    """Return a row, and what its text has more than `width` cells below it, where the text stands.

    Why it is not possible begins a line of its own then.
    """
    key, cells = row
    text = cells[1]
    line: StyledLine = text if isinstance(text, list) else [(text, "") if isinstance(text, str) else text]
    at = next((at for at, (part, _) in enumerate(line) if part.startswith(WHY)), len(line))
    lines = [line]
    if line_width(line) > width:
        why = [(part.removeprefix("  "), style) for part, style in line[at:]]
        lines = [*wrap_line(line[:at], width), *(wrap_line(why, width) if why else [])]
    style = line[0][1] if line else ""
    below = [Group(" " * TEXT_AT + plain_text(more), style) for more in lines[1:]]
    return [(key, [cells[0], list(lines[0]), *cells[2:]]), *below]


def _legend() -> list[HelpEntry]:
    looks: list[tuple[Segment, str]] = [((look.glyph, look.style), str(status)) for status, look in LOOKS.items()]
    looks = [look for look in looks if look[1] != str(Status.BLOCKED)]
    looks += [((FLAG, "blocked"), "needs you"), ((BUSY, "busy"), "a verb is under way")]
    rows: list[HelpEntry] = [(f"glyph {words}", [[glyph], words, ""]) for glyph, words in looks]
    own = "`keys: {pod.merge: M}` in .lmawep/config.yaml, by the ids at the right."
    return ["Glyphs", *rows, "More", ("own keys", [("your own keys", "strong"), own, ""]),
            ("command line", [("from a script", "strong"), "Everything here is a command, too: lmawep --help", ""]),
            ("mouse", [("the mouse", "strong"), "Click, double click to open, right click for what can be done; drag "
             "the line between the panes.", ""])]  # fmt: skip
