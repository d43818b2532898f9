"""The fleet in one line: what needs you, who works, what lands next."""

from __future__ import annotations

from lmawep_tui.model.age import epoch
from lmawep_tui.model.budget import warnings
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.attention import limit_phrase
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import Segment


def header_left(project: str, snapshot: Snapshot, commit: str | None) -> list[Segment]:
    """Return the program, the project and where main is."""
    line: list[Segment] = [(" lmawep ", "heading"), (f" {project}  ", "strong")]
    if snapshot.state.main:
        line += [(snapshot.state.main, "muted"), (f" {commit[:7]}" if commit else "", "accent")]
    return line


def problems_line(snapshot: Snapshot) -> list[Segment]:
    """Return what is wrong with the project's own files, until it is mended."""
    return [(f" {FLAG} {'  '.join(snapshot.problems)} ", "error")] if snapshot.problems else []


def limits_words(snapshot: Snapshot, now: float) -> str:
    """Return which agents wait until when; nothing for those that may try again."""
    waits = {agent: limit for agent, limit in snapshot.state.limited.items() if (epoch(limit.until) or 0.0) > now}
    return "  ".join(limit_phrase(agent, limit, now) for agent, limit in waits.items())


def cost_words(snapshot: Snapshot, now: float) -> str:
    """Return what was used today: `$1.84 today`, or tokens where no cost is known; nothing when nothing was."""
    words = snapshot.costs.on(day_of(now)).words
    return f"{words} today" if words else ""


def budget_words(snapshot: Snapshot, now: float) -> str:
    """Return that a budget of the whole fleet is used up, or nearly."""
    return "  ".join(warnings(snapshot.config.budgets, snapshot.costs, day_of(now)))


def header_right(snapshot: Snapshot, autopilot: str, now: float) -> list[Segment]:
    """Return slots, train, what needs the person and the autopilot; `autopilot` is `on`, `off` or where it is on."""
    limits = "  ".join(filter(None, (limits_words(snapshot, now), budget_words(snapshot, now))))
    cost = cost_words(snapshot, now)
    waiting = attention_count(snapshot)
    used, slots, train = snapshot.slots_used, snapshot.config.slots, len(snapshot.state.train)
    return [
        (f"  {limits}" if limits else "", "warn"),
        ("  slots ", "muted"),
        (f"{used}/{slots}", "busy" if used else ""),
        ("  train ", "muted"),
        (str(train), "accent" if train else ""),
        (f"  {cost}" if cost else "", "muted"),
        (f"  {FLAG} {waiting} need{'s' if waiting == 1 else ''} you", "blocked")
        if waiting
        else ("  nothing needs you", "muted"),
        ("  autopilot ", "muted"),
        (f"{autopilot} ", "muted" if autopilot == "off" else "ok"),
    ]
