"""How the parts of a conversation are put: what a tool did, how much of its output is shown, what it all cost."""

from __future__ import annotations

import re

from lmawep_tui.engine.conversation.line import Segment
from lmawep_tui.files.clean import clean_line, clean_output
from lmawep_tui.model.event import ToolEnded, ToolKind, ToolStarted
from lmawep_tui.model.usage import Usage

_WHOLE, _HEAD, _TAIL = 8, 3, 4
"""Lines of a tool's output that are shown whole; of a longer one, the first and the last."""
_LONGEST = 2_000
"""Characters of one line of a tool's output."""
_MORE = "muted"
_NOTHING = re.compile(r"\(.{0,40}no output\)")
CALL = "▸ "

_KINDS = {
    ToolKind.READ: "read",
    ToolKind.EDIT: "edit",
    ToolKind.SEARCH: "search",
    ToolKind.FETCH: "fetch",
    ToolKind.PLAN: "plan",
    ToolKind.AGENT: "agent",
}
QUIET = frozenset({ToolKind.READ, ToolKind.SEARCH, ToolKind.FETCH, ToolKind.PLAN, ToolKind.EDIT})
"""Tools whose output is for the agent: how long it is says enough."""


def said(text: str) -> str:
    """One line of somebody's words, made safe: what is hidden in it is shown."""
    return clean_line(text.rstrip("\r").replace("\t", "    "))


def one_line(text: str) -> str:
    """Words that stand inside a line of ours."""
    return " ".join(clean_line(" ".join(text.split())).split())[:_LONGEST]


def call(tool: ToolStarted | ToolEnded, root: str) -> list[Segment]:
    """What a tool was called for: `▸ read src/limits.py`, `$ pytest -q`."""
    first, *rest = tool.target.strip().split("\n")
    more = [(f" … +{len(rest)} line{'s' if len(rest) != 1 else ''}", _MORE)] if rest else []
    target = said(_short(first, root) if tool.kind is not ToolKind.COMMAND else first)[:_LONGEST]
    if tool.kind is ToolKind.COMMAND:
        return [("$ ", "busy"), (target or one_line(tool.name), "accent"), *more]
    name = _KINDS.get(tool.kind) or one_line(tool.name) or "tool"
    return [(CALL, "busy"), (name, "strong"), *([(f" {target}", "")] if target else []), *more]


def _short(path: str, root: str) -> str:
    """A path as it is called in the pod."""
    return path[len(root) + 1 :] if root and path.startswith(f"{root}/") and len(path) > len(root) + 1 else path


def counts(tool: ToolStarted | ToolEnded) -> list[Segment]:
    """`  +42 −3`, for an edit that tells."""
    if tool.added is None and tool.removed is None:
        return []
    found: list[Segment] = [("  ", "")]
    if tool.added:
        found.append((f"+{tool.added}", "added"))
    if tool.removed:
        found += [(" ", ""), (f"−{tool.removed}", "removed")] if tool.added else [(f"−{tool.removed}", "removed")]
    return found if len(found) > 1 else []


def result(ended: ToolEnded, told: list[Segment], *, signed: bool = False) -> list[Segment]:
    """What follows the call when the tool has come back.

    `told` are the counts that its start told already; `signed` says that a sign before it says whether it failed.
    """
    found = [] if told else counts(ended)
    if not ended.ok:
        if signed and ended.exit is None:
            return found
        status = f"  ✗ exit {ended.exit}" if ended.exit is not None else "  ✗ failed"
        return [*found, (status, "error")]
    if ended.exit:
        return [*found, (f"  exit {ended.exit}", "warn")]
    if ended.kind in QUIET and ended.kind is not ToolKind.EDIT and ended.output:
        number = len(ended.output.rstrip("\n").split("\n"))
        return [*found, (f"  {number:,} line{'s' if number != 1 else ''}", "muted")]
    return found


def output_lines(output: str, *, fold: bool) -> list[str | int]:
    """The lines of a tool's output; a number stands for as many lines that are left out."""
    lines = output.strip("\n").rstrip().split("\n")
    if fold:
        lines = [line for line, before in zip(lines, ["", *lines], strict=False) if line.strip() or before.strip()]
    if lines == [""] or (len(lines) == 1 and _NOTHING.fullmatch(lines[0])):
        return []
    shown: list[str | int] = [*lines]
    if fold and len(lines) > _WHOLE:
        shown = [*lines[:_HEAD], len(lines) - _HEAD - _TAIL, *lines[-_TAIL:]]
    return [clean_output(line[:_LONGEST]) if isinstance(line, str) else line for line in shown]


def usage_words(usage: Usage) -> str:
    """`10.5k in · 4k cached · 212 out · $0.05`."""
    parts = [(usage.input, "in"), (usage.cached, "cached"), (usage.output, "out")]
    words = [f"{short_number(count)} {what}" for count, what in parts if count]
    if usage.cost:
        words.append(f"${usage.cost:.2f}" if usage.cost >= 0.01 else f"${usage.cost:.4f}")
    return " · ".join(words)


def short_number(count: int) -> str:
    """`950`, `10.5k`, `1.2M`."""
    for factor, unit in ((1_000_000, "M"), (1_000, "k")):
        if count >= factor:
            return f"{count / factor:.1f}".rstrip("0").rstrip(".") + unit
    return str(count)


def size_of(count: int) -> str:
    """`10.5 MB`."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB" if count >= 1e3 else f"{count} bytes"


def wait_words(seconds: float) -> str:
    """`in 4 s`, `in 3 min`."""
    return f"in {seconds / 60:.0f} min" if seconds >= 100 else f"in {seconds:.0f} s" if seconds >= 1 else "at once"
