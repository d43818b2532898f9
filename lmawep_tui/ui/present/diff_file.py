"""One file of a diff, and what happened to it in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from typing import Literal, TypeAlias

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.present.styled import Segment, StyledLine

Side: TypeAlias = Literal["old", "new"]
Place: TypeAlias = tuple[str, Side, int]
"""A line of a file: path, the side it is on, its number there (1 is the first)."""

_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_GIT = re.compile(r'(?:"a/(.*?)"|a/(.*?)) (?:"b/(.*)"|b/(.*))$')
_SYMLINK, _SUBMODULE = "120000", "160000"


@dataclass(slots=True)
class DiffFile:
    """One file of a diff: where it begins and what happened to it."""

    row: int
    """Position of its heading among the lines of the diff."""

    path: str = ""
    old_path: str = ""
    added: int = 0
    removed: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    """What git says of it beside its lines: "new", "deleted", "renamed", "copied", "binary", "old mode", …"""

    hunks: int = 0
    with_cr: list[int] = field(default_factory=lambda: [0, 0, 0])
    """How many context, removed and added lines end in a carriage return."""

    context: int = 0
    """How many context lines there are."""

    @property
    def note(self) -> str:
        """What happened beside changed lines: "new file, symlink"; empty for a plain change."""
        facts = self.facts
        words = [word for key, word in _WORDS if key in facts]
        words += [word for word in (self._kind(), self._modes(), self._line_ends()) if word]
        if not self.hunks and "new" in facts and "binary" not in facts:
            words.append("empty")
        return ", ".join(words)

    def _kind(self) -> str:
        facts = self.facts
        modes = {facts.get(key, "") for key in ("new", "deleted", "mode", "new mode")}
        if _SUBMODULE in modes:
            return f"submodule {' → '.join(filter(None, [facts.get('from'), facts.get('to')]))}".rstrip()
        if _SYMLINK in modes:
            return "symlink"
        return "executable" if facts.get("new") == "100755" else ""

    def _modes(self) -> str:
        old, new = self.facts.get("old mode"), self.facts.get("new mode")
        if old is None or new is None:
            return ""
        ways = {("100644", "100755"): "made executable", ("100755", "100644"): "no longer executable"}
        return ways.get((old, new), f"mode {old} → {new}")

    def _line_ends(self) -> str:
        """Say that lines end in CR LF, or that this is what changed."""
        _, old, new = self.with_cr
        if self.removed and old == self.removed and self.added and not new:
            return "line ends CRLF → LF"
        if self.added and new == self.added and self.removed and not old:
            return "line ends LF → CRLF"
        return "CRLF" if self.crlf else "mixed line ends" if any(self.with_cr) else ""

    @property
    def crlf(self) -> bool:
        """Whether every line that is shown ends in CR LF, so that it need not be said of each."""
        return any(self.with_cr) and self.with_cr == [self.context, self.removed, self.added]

    def header(self) -> StyledLine:
        """Return the line that stands over the file's hunks."""
        name = f"{self.old_path} → {self.path}" if self.old_path not in ("", self.path) else self.path
        parts: list[Segment] = [("■ ", "file"), (name, "file")]
        if self.added:
            parts.append((f"  +{self.added}", "added"))
        if self.removed:
            parts.append((f"  −{self.removed}", "removed"))
        if note := self.note:
            parts.append((f"  {note}", "muted"))
        return parts

    # -- reading --------------------------------------------------------------------------------------------------

    def take(self, line: str) -> bool:
        """Take a line that stands between files and hunks; return whether it said something about this file."""
        for start, apply in _LINES:
            if line.startswith(start):
                apply(self, line[len(start) :])
                return True
        return False


_WORDS = (
    ("new", "new file"),
    ("deleted", "deleted"),
    ("renamed", "renamed"),
    ("copied", "copied"),
    ("binary", "binary"),
)


def unquoted(name: str) -> str:
    """Return a path as it is, where git has put it in quotes because of unusual characters."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    raw = name[1:-1].encode("utf-8", "surrogateescape")

    def char(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPED.get(code, code)

    return _ESCAPE.sub(char, raw).decode("utf-8", "replace")


def paths_of(line: str) -> tuple[str, str] | None:
    """Return both paths of a `diff --git` line, None if it is none.

    A name may hold blanks and even ` b/`; unless the file is renamed (of which other lines tell) both are the same.
    """
    rest = line.removeprefix("diff --git ")
    if rest == line:
        return None
    half = len(rest) // 2
    old, new = rest[:half], rest[half + 1 :]
    if len(rest) % 2 and rest[half] == " ":
        old, new = unquoted(old), unquoted(new)
        if old.startswith("a/") and new.startswith("b/") and old[2:] == new[2:]:
            return old[2:], new[2:]
    match = _GIT.match(rest)
    if match is None:
        return None
    old, new = (unquoted(f'"{quoted}"') if quoted is not None else plain or "" for quoted, plain in
                ((match[1], match[2]), (match[3], match[4])))  # fmt: skip
    return old, new


def path_in(name: str) -> str:
    """Return the path of a `---` or `+++` line without quotes, prefix and time stamp."""
    name = unquoted(name.partition("\t")[0])
    return name[2:] if name.startswith(("a/", "b/")) else name


def _set_old(file: DiffFile, rest: str) -> None:
    if (path := path_in(rest)) != "/dev/null":
        file.old_path = path


def _set_new(file: DiffFile, rest: str) -> None:
    if (path := path_in(rest)) != "/dev/null":
        file.path = path
    file.path = file.path or file.old_path


def _index(file: DiffFile, rest: str) -> None:
    """`index 111..222 100644`: the mode, when it stays as it is."""
    if mode := rest.partition(" ")[2]:
        file.facts["mode"] = mode


def _fact(key: str) -> Callable[[DiffFile, str], None]:
    def apply(file: DiffFile, rest: str) -> None:
        file.facts[key] = rest

    return apply


def _moved_from(file: DiffFile, rest: str) -> None:
    file.old_path = unquoted(rest)


def _moved_to(key: str) -> Callable[[DiffFile, str], None]:
    def apply(file: DiffFile, rest: str) -> None:
        file.path = unquoted(rest)
        file.facts[key] = ""

    return apply


def _nothing(file: DiffFile, rest: str) -> None:
    """Take a line that says nothing a person needs."""


_LINES: tuple[tuple[str, Callable[[DiffFile, str], None]], ...] = (
    ("--- ", _set_old),
    ("+++ ", _set_new),
    ("index ", _index),
    ("new file mode ", _fact("new")),
    ("deleted file mode ", _fact("deleted")),
    ("old mode ", _fact("old mode")),
    ("new mode ", _fact("new mode")),
    ("similarity index ", _nothing),
    ("dissimilarity index ", _nothing),
    ("rename from ", _moved_from),
    ("rename to ", _moved_to("renamed")),
    ("copy from ", _moved_from),
    ("copy to ", _moved_to("copied")),
    ("Binary files ", _fact("binary")),
    ("GIT binary patch", _fact("binary")),
)
