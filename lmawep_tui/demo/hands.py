"""Edits: how the scripted agents change files, each of them safe to do twice."""

from __future__ import annotations

import difflib
import re

from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.steps import WORK, Edit, Puzzled, Swap, Together, Write

_HUNK = re.compile(
    r"^<<<<<<< [^\n]*\n(?P<ours>.*?)^(?:\|\|\|\|\|\|\| [^\n]*\n.*?^)?=======\n(?P<theirs>.*?)^>>>>>>> [^\n]*\n",
    re.MULTILINE | re.DOTALL,
)


def edit(desk: Desk, step: Edit) -> bool:
    """Makes the swaps that are not made yet and says so; False when all were."""
    old = desk.read(step.path)
    new = old
    for swap in step.swaps:
        new = _swapped(new, swap, step.path)
    if new == old:
        return False
    desk.pause(step.seconds)
    desk.write(step.path, new)
    desk.say(f"▸ edit {step.path}  {_counts(old, new)}")
    return True


def _swapped(text: str, swap: Swap, path: str) -> str:
    pairs = [(swap.old, swap.new), *([swap.or_else] if swap.or_else else [])]
    if any(new in text for _, new in pairs):
        return text
    for old, new in pairs:
        if old in text:
            return text.replace(old, new, 1)
    raise Puzzled(f"{path} has no line {swap.old.strip().splitlines()[0].strip()!r} any more")


def fits(desk: Desk, step: Edit) -> bool:
    """Whether the file is there and still waits for at least one of the swaps."""
    path = desk.worktree / step.path
    text = path.read_text("utf-8") if path.is_file() else ""
    return any(swap.new not in text and swap.old in text for swap in step.swaps)


def write(desk: Desk, step: Write, answer: int | None) -> bool:
    """Writes the new file and says so; False when it is committed already, whatever it says by now."""
    if desk.git("ls-files", "--", step.path):
        return False
    text = new_text(desk.ticket, step, answer)
    desk.pause(step.seconds)
    desk.write(step.path, text)
    desk.say(f"▸ write {step.path}  {_counts('', text)}")
    return True


def new_text(ticket: int, step: Write, answer: int | None = None) -> str:
    """The text of a new file, with the person's number in it."""
    text = (WORK / str(ticket) / step.path).read_text("utf-8")
    if answer is not None and step.answered:
        text = text.replace(step.answered, re.sub(r"\d+", str(answer), step.answered))
    return text


def join_sides(desk: Desk, path: str, known: tuple[Together, ...]) -> bool:
    """Mends every conflict hunk in a file that is known, and says so; False when one is left."""
    text = desk.read(path)

    def mended(match: re.Match[str]) -> str:
        sides = frozenset((match["ours"], match["theirs"]))
        return next((one.text for one in known if one.path == path and one.sides == sides), match[0])

    for match in _HUNK.finditer(text):
        desk.say(f"▸ conflict in {path}:", 1.0)
        desk.show(match[0])
    new = _HUNK.sub(mended, text)
    if _HUNK.search(new) or new == text:
        return False
    desk.pause(1.5)
    desk.write(path, new)
    desk.say(f"▸ edit {path}  {_counts(text, new)}")
    return True


def _counts(old: str, new: str) -> str:
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    more = sum(line.startswith("+ ") for line in lines)
    less = sum(line.startswith("- ") for line in lines)
    return f"+{more} −{less}" if less else f"+{more}"
