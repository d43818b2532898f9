"""What a tool of the claude-stream family gave: its output, a command's exit status, the lines of an edit."""

from __future__ import annotations

from lmawep_tui.agents.streams.record import Record, items, mapping, text
from lmawep_tui.agents.streams.tools import Call, patched
from lmawep_tui.model.event import ToolKind


def output(content: object) -> str:
    """The text of a result, or of its parts; what is no text is named."""
    if isinstance(content, str):
        told = content
    else:
        parts = [mapping(part) for part in items(content)]
        told = "\n".join(text(part.get("text")) or f"[{text(part.get('type'))}]" for part in parts)
    if told.startswith("<tool_use_error>"):
        told = told.removeprefix("<tool_use_error>").removesuffix("</tool_use_error>")
    return told


def exit_status(told: str, ok: bool, more: Record) -> int | None:
    """A command's exit status: claude's output begins with it when it is not 0, qwen's names it in a line."""
    for line in told[:300].split("\n"):
        if line[:9].lower() == "exit code":
            words = line[9:].lstrip(": ")
            if words.lstrip("-").isdecimal():
                return int(words[:12])
    return 0 if ok and more and more.get("interrupted") is not True and "backgroundTaskId" not in more else None


def lines(more: Record, told: Call) -> tuple[int | None, int | None]:
    """Lines that an edit added and removed: by the patch that was made, else by what it was called with."""
    if patch := items(more.get("structuredPatch")):
        return patched([line for hunk in patch for line in items(mapping(hunk).get("lines"))])
    if told.kind is ToolKind.EDIT and more.get("type") == "create":
        return told.added, 0
    return told.added, told.removed
