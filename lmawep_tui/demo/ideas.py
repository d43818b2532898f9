"""IDEAS.md: tickets that are in no script, one note below the other. All write at its end, so that two meet there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lmawep_tui.demo.desk import Desk

IDEAS = "IDEAS.md"
_HEADING = "# Ideas\n\nWhat somebody cleverer should build.\n"
_NOTE = re.compile(r"^## Ticket (\d+)\n.*?(?=^## Ticket \d+\n|\Z)", re.MULTILINE | re.DOTALL)


def read_ideas(desk: Desk) -> str:
    """The file, or how it begins."""
    return desk.read(IDEAS) if (desk.worktree / IDEAS).exists() else _HEADING


def note_of(text: str, ticket: int) -> str:
    """The note on a ticket, from its heading on; empty when there is none."""
    return _notes(text).get(ticket, "")


def with_note(text: str, ticket: int, words: str) -> str:
    """The file with a note on one more ticket, as the last."""
    return f"{text.rstrip()}\n\n## Ticket {ticket}\n\n{words.strip()}\n"


def with_words(text: str, ticket: int, said: Iterable[str]) -> str:
    """The file with lines added to the note on a ticket; those that stand there already are not added again."""
    note = note_of(text, ticket)
    items = [f"- {line.strip()}" for line in said if line.strip()]
    new = [item for item in dict.fromkeys(items) if item not in note.splitlines()]
    if not new:
        return text
    old = note.rstrip("\n")
    gap = "\n" if old.rpartition("\n")[2].startswith("- ") else "\n\n"
    return text.replace(note, old + gap + "\n".join(new) + "\n" * (len(note) - len(old)), 1)


def join_ideas(desk: Desk) -> bool:
    """Mends the file where two branches wrote into it: all of main's notes, and after them this branch's."""
    ours, theirs = (desk.git("show", f":{stage}:{IDEAS}") + "\n" for stage in (2, 3))
    here = _notes(theirs)
    for ticket, note in _notes(ours).items():
        if ticket not in here:
            desk.say(f"▸ conflict in {IDEAS}: both notes are wanted, this one goes below main's.", 1.0)
            desk.show(note)
            theirs = f"{theirs.rstrip()}\n\n{note.rstrip()}\n"
        elif ticket == desk.ticket:
            theirs = theirs.replace(here[ticket], note, 1)
    desk.write(IDEAS, theirs)
    return True


def _notes(text: str) -> dict[int, str]:
    return {int(match[1]): match[0] for match in _NOTE.finditer(text)}
