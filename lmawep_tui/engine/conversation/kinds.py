"""The kinds of lines in a conversation that a person looks for, or does not want to see; a line may be of several."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass

TEXT, THINKING, TOOL, EDIT, OUTPUT, ERROR, QUESTION, SYSTEM = (1 << number for number in range(8))
EVERYTHING = (1 << 8) - 1


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind as a person chooses it."""

    bit: int
    key: str
    """The letter that chooses it."""
    name: str
    means: str


KINDS = (
    Kind(TEXT, "m", "messages", "the agent's own words"),
    Kind(THINKING, "h", "thoughts", "what it thinks before it speaks"),
    Kind(TOOL, "t", "tool calls", "commands, reads, searches"),
    Kind(EDIT, "d", "edits", "files that it changed"),
    Kind(OUTPUT, "o", "output", "what commands and tools printed"),
    Kind(ERROR, "e", "errors", "failed calls, refusals, problems"),
    Kind(QUESTION, "u", "questions", "what it asked, and the answers"),
    Kind(SYSTEM, "s", "system", "starts, ends, notes, limits, the rest"),
)


def is_of(event: int, kinds: int) -> bool:
    """Whether an event counts as one of some kinds: what a failed call printed is output, no further error."""
    return bool(event & kinds) and not (event & OUTPUT and not kinds & OUTPUT)


def shown_words(shown: int) -> str:
    """What a filter leaves, for the border: `only errors, edits`, `without output`; nothing when all is shown."""
    inside = [kind.name for kind in KINDS if kind.bit & shown]
    outside = [kind.name for kind in KINDS if not kind.bit & shown]
    if not outside:
        return ""
    if len(outside) <= 2:
        return f"without {', '.join(outside)}"
    return f"only {', '.join(inside)}" if len(inside) <= 3 else f"{len(inside)} of {len(KINDS)} kinds"


def kind_of(bit: int) -> Kind:
    """The kind of a bit; raises KeyError for one that there is not."""
    return _BY_BIT[bit]


_BY_BIT = {kind.bit: kind for kind in KINDS}
