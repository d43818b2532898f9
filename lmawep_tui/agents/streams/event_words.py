"""An event in a few plain words, for a run's last words."""

from __future__ import annotations

from lmawep_tui.model.event import (
    Asked,
    Denied,
    Ended,
    Event,
    Limited,
    Problem,
    Raw,
    Retrying,
    Text,
    ToolEnded,
    ToolKind,
    ToolStarted,
)

_OUTPUT = 600
_TARGET = 200


def words_of(event: Event) -> str:
    """What a person has to know of it, one line or several; empty for what is not worth one."""
    match event:
        case Text():
            return event.text
        case ToolStarted():
            return _tool(event)
        case ToolEnded(ok=False):
            status = f" (exit status {event.exit})" if event.exit is not None else ""
            return f"  failed{status}: {event.output[-_OUTPUT:].strip() or _tool(event)}"
        case Asked():
            return f"asks: {event.title}"
        case Denied():
            return f"was denied: {denied_words(event)}"
        case Retrying():
            return f"tries again: {event.why}" if event.why else "tries again"
        case Problem():
            return event.text
        case Ended():
            return f"ended as {event.how}" + (f": {event.error}" if event.error else "")
        case Limited(reached=True):
            return f"limit reached: {event.what}"
        case Raw(broken=True):
            return "(a line that was cut short)"
        case Raw(kind=""):
            return event.text[:_OUTPUT]
        case _:
            return ""


def denied_words(denied: Denied) -> str:
    """`Bash touch x: needs approval`."""
    what = " ".join(part for part in (denied.tool, _one_line(denied.target)) if part)
    return ": ".join(part for part in (what, denied.why.strip()) if part) or "a tool"


def _tool(event: ToolStarted | ToolEnded) -> str:
    target = _one_line(event.target)
    return f"$ {target}" if event.kind is ToolKind.COMMAND and target else f"{event.name} {target}".strip()


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TARGET else f"{line[:_TARGET]} …"
