"""The help page as rows, from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS
from lmawep_tui.ui.present.styled import Segment


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
        text.append((f"  ✕ {item.why_not}", "muted"))
    elif item.elsewhere:
        text.append(("  by Enter here; the key is mission control's", "muted"))
    return [(item.keys, "muted" if item.elsewhere else "subheading"), text, (item.id, "muted")]


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
