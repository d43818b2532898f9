"""The help page, from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable

from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS
from lmawep_tui.ui.present.styled import Segment, StyledLine

Item = tuple[str, str, str]
"""Keys, what they do, and the action's id."""


def help_lines(sections: Iterable[tuple[str, Iterable[Item]]]) -> list[StyledLine]:
    """Return one line for each action under its heading, then what the glyphs mean."""
    lines: list[StyledLine] = []
    for heading, items in sections:
        lines += [[(heading, "heading")]]
        lines += [
            [(f"  {keys:<12} ", "subheading"), (f"{text:<64} ", ""), (name, "muted")] for keys, text, name in items
        ]
        lines.append([])
    lines.append([("Glyphs", "heading")])
    looks: list[tuple[Segment, str]] = [((look.glyph, look.style), str(status)) for status, look in LOOKS.items()]
    looks += [((FLAG, "blocked"), "needs you"), ((BUSY, "busy"), "a verb is under way")]
    lines += [[("  ", ""), glyph, (f"  {words}", "")] for glyph, words in looks if words != str(Status.BLOCKED)]
    lines += [
        [],
        [
            ("Keys of your own: ", "heading"),
            ("`keys: {pod.merge: M}` in .lmawep/config.yaml, by the id at the right.", ""),
        ],
        [("Everything here can be done from the command line as well: ", ""), ("lmawep --help", "code")],
    ]
    return lines
