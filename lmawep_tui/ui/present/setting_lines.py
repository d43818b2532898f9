"""Settings as rows of a list, and one of them explained."""

from __future__ import annotations

from collections.abc import Iterable

from lmawep_tui.engine.settings import Row
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

_GENERAL = "general"
_HOW = {
    "choice": "one of a few", "number": "a number", "text": "text", "list": "a list", "table": "a table of names",
    "file": "a list of entries: E opens the file",
}  # fmt: skip
_UNITS = {"s": "a time such as 15m, 90s or 1h30m", "B": "a size such as 100MB or 1GB", "command": "a command line",
          "tokens": "a number of tokens such as 2M", "line": "a command line", "words": "a command line",
          "inside": "a path or glob inside the project"}  # fmt: skip


def setting_entries(rows: Iterable[Row], needle: str, *, only_set: bool) -> list[Entry]:
    """Return the rows that pass, under the title of their group."""
    words = needle.casefold().split()
    groups: dict[str, list[Entry]] = {_GENERAL: []}
    for row in rows:
        text = f"{row.key} {row.value} {row.shape.doc}".casefold()
        if (only_set and not row.is_set) or not all(word in text for word in words):
            continue
        name = row.where[0] if len(row.where) > 1 or row.shape.kind == "table" else _GENERAL
        groups.setdefault(name, []).append(_entry(row))
    return [entry for name, found in groups.items() if found for entry in (Group(name), *found)]


def _entry(row: Row) -> Entry:
    name = ".".join(row.where[1:]) or row.where[0] if len(row.where) > 1 else row.key
    mark = ("●", "accent") if row.is_set else ("", "")
    value = (row.value, "strong" if row.is_set else "muted")
    cells: list[Cell] = [mark, f"{'  ' * (len(row.where) > 2)}{name}", value, (row.shape.doc, "muted")]
    return row.key, cells


def setting_about(row: Row, file: str) -> list[StyledLine]:
    """Return what a setting is, what it may be, and where its value comes from."""
    shape = row.shape
    lines: list[StyledLine] = [[(row.key, "heading")], [], [(f"{shape.doc[:1].upper()}{shape.doc[1:]}.", "")], []]
    lines.append(_fact("value", row.value, "strong" if row.is_set else ""))
    if row.default:
        lines.append(_fact("default", row.default))
    lines.append(_fact("from", f"{file}, line {row.line}" if row.line else "its default", "accent" if row.line else ""))
    may_be = ", ".join(shape.choices) if shape.choices else _UNITS.get(shape.unit, _HOW[shape.kind])
    lines.append(_fact("may be", f"{may_be}, or nothing" if shape.optional else may_be))
    lines.append(_fact("a script", f"lmawep config set {row.key} VALUE", "code"))
    return lines


def _fact(name: str, value: str, style: str = "") -> StyledLine:
    return [(f"{name:>9}  ", "muted"), (value, style)]
