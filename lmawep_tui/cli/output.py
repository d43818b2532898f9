"""The only writer of stdout and stderr: plain text, JSON, and sentences for errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.model.errors import LmawepError

_COLOURS = {"ok": "32", "warn": "33", "busy": "36", "blocked": "31", "muted": "2", "strong": "1", "error": "31",
            "accent": "36", "added": "32", "removed": "31", "heading": "1", "emphasis": "3", "quote": "2"}  # fmt: skip


def write(text: str = "") -> None:
    """One or more lines of text that may come from anywhere: made safe for the terminal first."""
    _put(clean_text(text))


def write_styled(*parts: tuple[str, str] | str) -> None:
    """One line of (text, style) parts; colours are ours only, and only on a terminal."""
    line = ""
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        safe = clean_line(text)
        line += f"\x1b[{_COLOURS[style]}m{safe}\x1b[0m" if style and colour_wanted() else safe
    _put(line)


def write_json(data: Any) -> None:
    """A JSON document; ASCII only, so nothing in it can steer a terminal."""
    _put(json.dumps(data, indent=2, ensure_ascii=True))


def write_json_line(data: Any) -> None:
    """One JSON document on one line, for a stream of them."""
    _put(json.dumps(data, ensure_ascii=True, separators=(",", ":")))


def write_raw(data: bytes) -> None:
    """Bytes as they are, for `logs --raw`."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_table(head: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str] = ()) -> None:
    """Aligned columns; the last one is not padded. `styles` has one style a row."""
    safe = [[clean_line(cell) for cell in row] for row in rows]
    widths = [max(_width(cells[i]) for cells in [list(head), *safe]) for i in range(len(head))]
    write_styled((_line(head, widths), "muted"))
    for number, row in enumerate(safe):
        write_styled((_line(row, widths), styles[number] if number < len(styles) else ""))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells[:-1], widths, strict=False)]
    return "  ".join([*padded, cells[-1]]).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def colour_wanted() -> bool:
    """Whether stdout is a terminal that is not asked to be plain."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def warn(sentence: str) -> None:
    """A sentence on stderr that is no failure."""
    sys.stderr.write(clean_line(f"lmawep: {sentence}") + "\n")


_WARNINGS: list[str] = []


def warn_later(sentence: str) -> None:
    """A warning for the end of a command that worked; one that failed says why it failed, and nothing else."""
    _WARNINGS.append(sentence)


def tell_warnings() -> None:
    """Says what was kept for the end."""
    while _WARNINGS:
        warn(_WARNINGS.pop(0))


def fail(error: LmawepError) -> NoReturn:
    """Ends the program with the error's sentence on stderr, on one line."""
    sys.stdout.flush()
    sys.stderr.write(clean_line(f"lmawep: {' '.join(str(error).split())}") + "\n")
    raise SystemExit(error.exit_status)


def _put(text: str) -> None:
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # `lmawep status | head`: the reader has what it wanted
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        raise SystemExit(0) from None
