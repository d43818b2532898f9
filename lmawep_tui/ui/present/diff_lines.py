"""A unified diff, read: its lines with their numbers on both sides, and where its files and hunks begin.

The counts in a hunk's header say which lines belong to it, so a removed line that reads `-- a/x` is never taken for a
header, and a file that contains a diff is shown right. Nothing is painted here: a diff of two hundred thousand lines
is read in one go, and only what is on the screen ever becomes styled text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.present.diff_file import DiffFile, Place, Side, path_in, paths_of
from lmawep_tui.ui.present.styled import StyledLine

__all__ = ["FILE", "HUNK", "NOTE", "DiffFile", "DiffLines", "Place", "Side", "diff_lines"]

FILE, HUNK, NOTE = "f", "@", "~"
"""Kinds of lines beside those of files: a file's heading, a hunk's, and words between them (the empty line too)."""

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)")
_LONGEST = 2_000  # characters of one line that are shown
_STYLES = {"+": "added", "-": "removed", "\\": "muted", " ": ""}


@dataclass(slots=True)
class DiffLines:
    """A diff ready to be shown and walked through; the first four lists have an entry for every line."""

    kinds: list[str] = field(default_factory=list)
    """What a line is: the sign git gave it (blank, `+`, `-`, `\\`), or FILE, HUNK, NOTE."""

    texts: list[str] = field(default_factory=list)
    """Its text without the sign; of a heading the whole."""

    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    """Its numbers in the old and the new file, 0 where it is not in there."""

    files: list[DiffFile] = field(default_factory=list)
    hunks: list[int] = field(default_factory=list)
    """Positions of the headings of hunks."""

    longest: int = 0
    """Characters of the longest line."""

    def __len__(self) -> int:
        """Return the number of lines, headings included."""
        return len(self.kinds)

    @property
    def added(self) -> int:
        """Lines added in all files."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines removed in all files."""
        return sum(file.removed for file in self.files)

    def file_at(self, line: int) -> DiffFile | None:
        """Return the file that a line belongs to, the first one for what stands before it."""
        if not self.files:
            return None
        return self.files[max(0, bisect_right(self.files, line, key=_row) - 1)]

    def hunk_at(self, line: int) -> tuple[int, int] | None:
        """Return the first line of the hunk around `line`, and the one after its last; None on a heading."""
        if not 0 <= line < len(self) or self.kinds[line] in (FILE, HUNK, NOTE):
            return None
        at = bisect_right(self.hunks, line)
        end = self.hunks[at] if at < len(self.hunks) else len(self)
        file = bisect_right(self.files, line, key=_row)
        if file < len(self.files):
            end = min(end, self.files[file].row)
        return (self.hunks[at - 1] + 1 if at else 0), end

    def place(self, line: int) -> Place | None:
        """Return which line of which file the line at this position is; None for headings."""
        if not 0 <= line < len(self) or self.kinds[line] not in " +-":
            return None
        file = self.file_at(line)
        if file is None:
            return None
        return (file.path, "new", self.new[line]) if self.new[line] else (file.path, "old", self.old[line])

    def line_of(self, place: Place) -> int | None:
        """Return the position of a line of a file, None when the diff does not show it."""
        path, side, number = place
        numbers = self.new if side == "new" else self.old
        for at, file in enumerate(self.files):
            if file.path == path or (side == "old" and file.old_path == path):
                end = self.files[at + 1].row if at + 1 < len(self.files) else len(self)
                try:
                    return numbers.index(number, file.row, end)
                except ValueError:
                    continue
        return None

    def styled(self, line: int) -> StyledLine:
        """Return a line as text with both numbers, as it is copied."""
        kind, text = self.kinds[line], self.texts[line]
        if kind == FILE:
            file = self.file_at(line)
            return file.header() if file else ()
        if kind == HUNK:
            match = _HUNK.match(text)
            end = match.start(5) if match else len(text)
            return [(text[:end], "hunk"), (text[end:], "muted")]
        if kind == NOTE:
            return [(text, "muted")] if text else ()
        old, new = self.old[line], self.new[line]
        numbers = f"{old or '':>5} {new or '':>5} "
        return [(numbers, "muted"), (kind + text, _STYLES[kind])]


def _row(file: DiffFile) -> int:
    return file.row


def diff_lines(text: str) -> DiffLines:
    """Return the output of `git diff` (or any unified diff), read."""
    return _Reader(text.split("\n")).read()


class _Reader:
    """Goes through a diff once, line by line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._diff = DiffLines()
        self._file: DiffFile | None = None
        self._began_by_git = False

    def read(self) -> DiffLines:
        """Read it all."""
        at, lines = 0, self._lines
        while at < len(lines):
            line = lines[at]
            at += 1
            if match := _HUNK.match(line):
                at = self._hunk(match, at)
            elif line.startswith("\\"):
                self._write("\\", line[1:])
            elif line := line.removesuffix("\r"):
                self._between(line)
        diff = self._diff
        _hide_carriage_returns(diff)
        diff.longest = max(map(len, diff.texts), default=0)
        return diff

    def _write(self, kind: str, text: str, old: int = 0, new: int = 0) -> None:
        diff = self._diff
        diff.kinds.append(kind)
        diff.texts.append(_short(text))
        diff.old.append(old)
        diff.new.append(new)

    def _hunk(self, match: re.Match[str], at: int) -> int:
        """Take a hunk, and return the position of the line after it."""
        first_old, old_count, first_new, new_count, _ = match.groups()
        old, new = int(first_old), int(first_new)
        old_end = old + (1 if old_count is None else int(old_count))
        new_end = new + (1 if new_count is None else int(new_count))
        file = self._file or self._begin("", "")  # a bare hunk gets a file without a name
        file.hunks += 1
        diff, lines = self._diff, self._lines
        diff.hunks.append(len(diff))
        self._write(HUNK, match[0].removesuffix("\r"))
        began = len(diff)
        kinds, texts = diff.kinds.append, diff.texts.append
        olds, news = diff.old.append, diff.new.append
        while (old < old_end or new < new_end) and at < len(lines):
            line = lines[at]
            sign = line[:1]
            if sign == "+":
                olds(0)
                news(new)
                new += 1
            elif sign == "-":
                olds(old)
                news(0)
                old += 1
            elif sign == " " or line in ("", "\r"):  # some programs drop the blank of an empty context line
                if at == len(lines) - 1 and not line:
                    break  # what is left of the last line's end
                sign = " "
                olds(old)
                news(new)
                old, new = old + 1, new + 1
            elif sign == "\\":
                olds(0)
                news(0)
            else:  # the counts lie: leave the hunk
                break
            kinds(sign)
            texts(line[1:] if len(line) <= _LONGEST else _short(line[1:]))
            at += 1
        self._count(file, began)
        return at

    def _count(self, file: DiffFile, began: int) -> None:
        """Count what the hunk that began there added and removed."""
        kinds = self._diff.kinds[began:]
        file.added += kinds.count("+")
        file.removed += kinds.count("-")
        file.context += kinds.count(" ")
        if "\r" in "".join([text[-1:] for text in self._diff.texts[began:]]):
            for kind, text in zip(kinds, self._diff.texts[began:], strict=True):
                if text.endswith("\r") and kind != "\\":
                    file.with_cr[" -+".index(kind)] += 1

    def _begin(self, old: str, new: str) -> DiffFile:
        """Begin another file."""
        if len(self._diff):
            self._write(NOTE, "")
        self._file = DiffFile(len(self._diff), new, old)
        self._diff.files.append(self._file)
        self._write(FILE, new or old)
        return self._file

    def _between(self, line: str) -> None:
        """Take a line between hunks: it begins a file or says something about one."""
        if (paths := paths_of(line)) is not None:
            self._begin(*paths)
            self._began_by_git = True
            return
        if line.startswith("--- ") and not self._began_by_git:
            self._begin(path_in(line[4:]), "")
        file = self._file
        if file is not None and file.take(line):
            if line.startswith("+++ "):
                self._began_by_git = False
                self._diff.texts[file.row] = file.path
        elif not self._is_of_a_binary(line):
            self._write(NOTE, line)

    def _is_of_a_binary(self, line: str) -> bool:
        """Whether a line holds a piece of a binary file, which nobody can read."""
        return self._file is not None and "binary" in self._file.facts and not line.startswith(("diff ", "Not "))


def _short(text: str) -> str:
    """Return a line without the part that nobody could read to its end."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… (+{len(text) - _LONGEST:,} characters)"


def _hide_carriage_returns(diff: DiffLines) -> None:
    """Take the CR from the ends of lines where it is no difference: in context, and in files of nothing else.

    It is kept where it may be the very change. A submodule's commits are told in its heading.
    """
    for at, file in enumerate(diff.files):
        end = diff.files[at + 1].row if at + 1 < len(diff.files) else len(diff)
        if any(file.with_cr):
            kinds = " " if not file.crlf else " +-"
            for line in range(file.row, end):
                if diff.kinds[line] in kinds:
                    diff.texts[line] = diff.texts[line].removesuffix("\r")
        if "160000" in file.facts.values():
            for line in range(file.row, end):
                if diff.kinds[line] in ("-", "+") and diff.texts[line].startswith("Subproject commit "):
                    file.facts["from" if diff.kinds[line] == "-" else "to"] = diff.texts[line].split()[2][:7]
