"""A unified diff → styled lines, and where its files and hunks begin.

The counts in a hunk's header say which lines belong to it, so a removed line that reads `-- a/x` is never taken for a
header, and a file that contains a diff is shown right.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from lmawep_tui.ui.present.styled import Segment, StyledLine

Side: TypeAlias = Literal["old", "new"]
Place: TypeAlias = tuple[str, Side, int]
"""A line of a file: path, the side it is on, its number there (1 is the first)."""

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)")
_GIT = re.compile(r"diff --git (?:\"?a/(.*?)\"?) (?:\"?b/(.*?)\"?)$")
_LONGEST = 2_000  # characters of one line that are shown
_NO_NUMBER = " " * 5
_SEPARATOR: StyledLine = ()


@dataclass(slots=True)
class DiffFile:
    """One file of a diff: where it begins and what happened to it."""

    row: int
    path: str = ""
    old_path: str = ""
    note: str = ""
    """Such as "new file", "renamed", "binary"; empty for a plain change."""

    added: int = 0
    removed: int = 0

    def header(self) -> StyledLine:
        """Return the line that stands over the file's hunks."""
        name = f"{self.old_path} → {self.path}" if self.old_path not in ("", self.path) else self.path
        parts: list[Segment] = [("■ ", "file"), (name, "file")]
        if self.added:
            parts.append((f"  +{self.added}", "added"))
        if self.removed:
            parts.append((f"  −{self.removed}", "removed"))
        if self.note:
            parts.append((f"  {self.note}", "muted"))
        return parts


@dataclass(slots=True)
class DiffLines:
    """A diff ready to be shown and walked through."""

    lines: list[StyledLine] = field(default_factory=list)
    files: list[DiffFile] = field(default_factory=list)
    hunks: list[int] = field(default_factory=list)
    """Positions in `lines` at which a hunk begins."""

    numbers: dict[int, tuple[Side, int]] = field(default_factory=dict)
    """Position in `lines` → side and line number, for lines of files."""

    def place(self, line: int) -> Place | None:
        """Return which line of which file the line of the diff at `line` is; None for headers."""
        number = self.numbers.get(line)
        if number is None:
            return None
        file = self.files[bisect_right(self.files, line, key=lambda file: file.row) - 1]
        return file.path, *number

    @property
    def added(self) -> int:
        """Lines added in all files."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines removed in all files."""
        return sum(file.removed for file in self.files)


def diff_lines(text: str) -> DiffLines:
    """Return the output of `git diff` (or any unified diff) as styled lines with both line numbers."""
    reader = _Reader()
    for line in text.split("\n"):
        reader.take(line)
    return reader.finish()


class _Reader:
    """Goes through a diff once, line by line."""

    def __init__(self) -> None:
        self._diff = DiffLines()
        self._file: DiffFile | None = None
        self._old = self._new = 0  # the numbers of the next lines
        self._old_left = self._new_left = 0  # how many lines the hunk still has
        self._began_by_git = False

    def take(self, line: str) -> None:
        """Take the next line, of a hunk or between hunks."""
        if self._old_left > 0 or self._new_left > 0:
            self._in_hunk(line)
        elif line.startswith("\\"):
            self._diff.lines.append([(f"{_NO_NUMBER} {_NO_NUMBER} {line}", "muted")])
        elif match := _HUNK.match(line):
            self._hunk(match)
        elif line := line.removesuffix("\r"):
            self._header(line)

    def finish(self) -> DiffLines:
        """Return the diff, its file headers filled in with what became known after them."""
        for file in self._diff.files:
            self._diff.lines[file.row] = file.header()
        return self._diff

    def _in_hunk(self, line: str) -> None:
        mark, rest = line[:1], line[1:]
        if mark not in "+-":
            rest = rest.removesuffix("\r")  # kept where it may be the very change
        if len(rest) > _LONGEST:
            rest = f"{rest[:_LONGEST]}… (+{len(rest) - _LONGEST:,} characters)"
        if mark == "+":
            self._diff.numbers[len(self._diff.lines)] = "new", self._new
            self._write(f"{_NO_NUMBER} {self._new:>5} ", f"+{rest}", "added")
            self._new, self._new_left = self._new + 1, self._new_left - 1
            self._counted().added += 1
        elif mark == "-":
            self._diff.numbers[len(self._diff.lines)] = "old", self._old
            self._write(f"{self._old:>5} {_NO_NUMBER} ", f"-{rest}", "removed")
            self._old, self._old_left = self._old + 1, self._old_left - 1
            self._counted().removed += 1
        elif mark == "\\":
            self._write(f"{_NO_NUMBER} {_NO_NUMBER} ", line, "muted")
        elif mark in (" ", "", "\r"):  # some programs drop the blank of an empty context line
            self._diff.numbers[len(self._diff.lines)] = "new", self._new
            self._write(f"{self._old:>5} {self._new:>5} ", f" {rest}", "")
            self._old, self._old_left = self._old + 1, self._old_left - 1
            self._new, self._new_left = self._new + 1, self._new_left - 1
        else:  # the counts lie: leave the hunk
            self._old_left = self._new_left = 0
            self.take(line)

    def _write(self, numbers: str, text: str, style: str) -> None:
        self._diff.lines.append(((numbers, "muted"), (text, style)))

    def _hunk(self, match: re.Match[str]) -> None:
        old, old_count, new, new_count, context = match.groups()
        self._old, self._new = int(old), int(new)
        self._old_left = 1 if old_count is None else int(old_count)
        self._new_left = 1 if new_count is None else int(new_count)
        self._counted()
        self._diff.hunks.append(len(self._diff.lines))
        head = match[0][: len(match[0]) - len(context)]
        self._diff.lines.append([(head, "hunk"), (context, "muted")])

    def _counted(self) -> DiffFile:
        """Return the file the present line belongs to; a bare hunk gets one without a name."""
        return self._file or self._begin("", "")

    def _begin(self, old: str, new: str) -> DiffFile:
        """Begin another file."""
        if self._diff.lines:
            self._diff.lines.append(_SEPARATOR)
        self._file = DiffFile(len(self._diff.lines), new, old)
        self._diff.files.append(self._file)
        self._diff.lines.append(_SEPARATOR)  # its header, once everything is known
        return self._file

    def _header(self, line: str) -> None:
        """Take a line between hunks: it begins a file or says something about one."""
        if git := _GIT.match(line):
            self._begin(git[1], git[2])
            self._began_by_git = True
            return
        if line.startswith("--- ") and not self._began_by_git:
            self._begin(_path(line[4:]), "")
        file = self._file
        for start, apply in _FACTS:
            if line.startswith(start):
                if file is not None:
                    apply(file, line[len(start) :])
                if start == "+++ ":
                    self._began_by_git = False
                return
        self._diff.lines.append([(line, "muted")])


def _path(name: str) -> str:
    """Return a path of a `---` or `+++` line without quotes, prefix and time stamp."""
    name = name.partition("\t")[0].strip('"')
    return name[2:] if name.startswith(("a/", "b/")) else name


def _set_old(file: DiffFile, rest: str) -> None:
    if _path(rest) != "/dev/null":
        file.old_path = _path(rest)


def _set_new(file: DiffFile, rest: str) -> None:
    path = _path(rest)
    if path != "/dev/null":
        file.path = path
    file.path = file.path or file.old_path


def _note(note: str) -> Callable[[DiffFile, str], None]:
    """Return a rule that adds a note to a file, followed by the rest of the line where the note ends in a blank."""

    def apply(file: DiffFile, rest: str) -> None:
        said = note + rest if note.endswith(" ") else note
        file.note = f"{file.note}, {said}" if file.note else said

    return apply


def _nothing(file: DiffFile, rest: str) -> None:
    """Take a line that says nothing a person needs."""


def _renamed_to(file: DiffFile, rest: str) -> None:
    file.path = rest.strip('"')
    _note("renamed")(file, "")


def _copied_to(file: DiffFile, rest: str) -> None:
    file.path = rest.strip('"')
    _note("copied")(file, "")


_FACTS: tuple[tuple[str, Callable[[DiffFile, str], None]], ...] = (
    ("--- ", _set_old),
    ("+++ ", _set_new),
    ("index ", _nothing),
    ("new file mode ", _note("new file")),
    ("deleted file mode ", _note("deleted")),
    ("old mode ", _note("mode ")),
    ("new mode ", _note("→ ")),
    ("similarity index 100%", _nothing),
    ("similarity index ", _nothing),
    ("dissimilarity index ", _nothing),
    ("rename from ", lambda file, rest: setattr(file, "old_path", rest.strip('"'))),
    ("rename to ", _renamed_to),
    ("copy from ", lambda file, rest: setattr(file, "old_path", rest.strip('"'))),
    ("copy to ", _copied_to),
    ("Binary files ", _note("binary")),
    ("GIT binary patch", _note("binary")),
)
