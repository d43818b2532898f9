"""The fleet in one line: what needs you, who works, what lands next."""

from __future__ import annotations

from typing import NamedTuple

from lmawep_tui.model.age import epoch
from lmawep_tui.model.budget import warnings
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.attention import limit_phrase
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui.present.glyphs import FLAG
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.widgets.wrap import line_width


class Part(NamedTuple):
    """A stretch of the header that is shown whole or not at all."""

    weight: int
    """The lightest goes first when there is no room."""
    segments: list[Segment]


def header_left(project: str, snapshot: Snapshot, commit: str | None) -> list[Part]:
    """Return the program, the project and where main is."""
    parts = [Part(6, [(" lmawep ", "heading")]), Part(5, [(f" {project} ", "strong")])]
    if snapshot.state.main:
        parts.append(Part(3, [(f" {snapshot.state.main}", "muted")]))
    if commit:
        parts.append(Part(1, [(f" {commit[:7]}", "accent")]))
    return parts


def needs_words(waiting: int) -> list[Segment]:
    """Return in the header of a view how many wait for the person; nothing when nobody does."""
    return [(f"{FLAG} {waiting} need{'s' if waiting == 1 else ''} you ", "blocked")] if waiting else []


def problems_line(snapshot: Snapshot, root: str = "") -> list[Segment]:
    """Return what is wrong with the project's own files, until it is mended; paths begin at the project's `root`."""
    words = "  ".join(snapshot.problems)
    if root:
        words = words.replace(f"{root}/", "")
    return [(f" {FLAG} {words} ", "error")] if words else []


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


def header_right(snapshot: Snapshot, autopilot: str, now: float) -> list[Part]:
    """Return slots, train, cost, what needs the person and the autopilot; `autopilot` is `on`, `off` or where it is."""
    limits = "  ".join(filter(None, (limits_words(snapshot, now), budget_words(snapshot, now))))
    cost, aside = cost_words(snapshot, now), len(snapshot.snoozed)
    waiting = attention_count(snapshot)
    used, slots, train = snapshot.slots_used, snapshot.config.slots, len(snapshot.state.train)
    parts = [
        Part(4, [(f"  {limits}", "warn")] if limits else []),
        Part(8, [("  slots ", "muted"), (f"{used}/{slots}", "busy" if used else "")]),
        Part(7, [("  train ", "muted"), (str(train), "accent" if train else "")]),
        Part(4, [(f"  {cost}", "muted")] if cost else []),
        Part(10, [(f"  {FLAG} {waiting} need{'s' if waiting == 1 else ''} you", "blocked")])
        if waiting
        else Part(5, [("  nothing needs you", "muted")]),
        Part(2, [(f"  {aside} snoozed", "muted")] if aside else []),
        Part(9, [("  autopilot ", "muted"), (f"{autopilot} ", "muted" if autopilot == "off" else "ok")]),
    ]
    return [part for part in parts if part.segments]


def fitted(left: list[Part], right: list[Part], width: int) -> tuple[list[Segment], list[Segment]]:
    """Return both halves with the lightest parts left out until the line fits; of equals the later one goes first."""
    shown = [*((part, False) for part in left), *((part, True) for part in right)]

    def needed() -> int:
        return sum(line_width(part.segments) for part, _ in shown)

    while len(shown) > 1 and needed() > width:
        lightest = min(reversed(range(len(shown))), key=lambda place: shown[place][0].weight)
        del shown[lightest]
    halves: tuple[list[Segment], list[Segment]] = ([], [])
    for part, at_right in shown:
        halves[at_right].extend(part.segments)
    return halves
