"""A patch as lines for reading along: coloured by its signs, no longer than somebody reads."""

from __future__ import annotations

from lmawep_tui.ui.present.styled import StyledLine

_MOST = 3_000
_LONGEST = 1_000
_STYLES = {"+": "added", "-": "removed", "@": "hunk", "\\": "muted"}
_NOISE = ("index ", "similarity ", "--- ", "+++ ", "old mode ", "mode ")


def patch_lines(text: str, *, most: int = _MOST) -> list[StyledLine]:
    """Return a unified diff: a heading for each file, then its hunks; what is beyond `most` lines is counted."""
    lines: list[StyledLine] = []
    source = text.splitlines()
    heading = True
    for number, line in enumerate(source):
        if len(lines) >= most:
            lines.append([(f"… and {len(source) - number:,} lines more", "muted")])
            break
        if line.startswith("diff --git "):
            heading = True
            lines += [[], [("▪ ", "accent"), (_path(line), "file")]]
        elif heading and line.startswith(_NOISE):
            continue
        else:
            heading = heading and not line.startswith("@")
            style = "muted" if heading else _STYLES.get(line[:1], "")
            lines.append([(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…", style)])
    return lines[1:] if lines and not lines[0] else lines


def _path(line: str) -> str:
    """The second name of `diff --git a/x b/x`."""
    return line.rpartition(" b/")[2] or line


def conflict_lines(text: str, *, most: int = 400) -> list[StyledLine]:
    """Return hunks with conflict markers: what either side says in its own colour."""
    lines: list[StyledLine] = []
    side = ""
    source = text.splitlines()
    for line in source[:most]:
        if line.startswith("<<<<<<<"):
            side = "removed"
        elif line.startswith("|||||||"):
            side = "muted"
        elif line.startswith("=======") and side:
            side = "added"
        elif line.startswith(">>>>>>>"):
            lines.append([(line[:_LONGEST], "hunk")])
            side = ""
            continue
        else:
            lines.append([(line[:_LONGEST], side)])
            continue
        lines.append([(line[:_LONGEST], "hunk")])
    if len(source) > most:
        lines.append([(f"… and {len(source) - most:,} lines more", "muted")])
    return lines
