"""The fleet in one line: what needs you, who works, what lands next."""

from __future__ import annotations

from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import Segment


def header_left(project: str, snapshot: Snapshot, commit: str | None) -> list[Segment]:
    """Return the program, the project and where main is."""
    line: list[Segment] = [(" lmawep ", "heading"), (f" {project}  ", "strong")]
    if snapshot.state.main:
        line += [(snapshot.state.main, "muted"), (f" {commit[:7]}" if commit else "", "accent")]
    return line


def header_right(snapshot: Snapshot, autopilot: str) -> list[Segment]:
    """Return slots, train, what needs the person and the autopilot; `autopilot` is `on`, `off` or where it is on."""
    waiting = attention_count(snapshot)
    used, slots, train = snapshot.slots_used, snapshot.config.slots, len(snapshot.state.train)
    return [
        ("slots ", "muted"),
        (f"{used}/{slots}", "busy" if used else ""),
        ("  train ", "muted"),
        (str(train), "accent" if train else ""),
        (f"  {FLAG} {waiting} need{'s' if waiting == 1 else ''} you", "blocked")
        if waiting
        else ("  nothing needs you", "muted"),
        ("  autopilot ", "muted"),
        (f"{autopilot} ", "muted" if autopilot == "off" else "ok"),
    ]
