"""A post-mortem as data: what the stories of all tickets add up to, and the two or three things worth saying first."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Mapping
from typing import TypeVar

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.history import succeeded
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.story import History, Phase, Story
from lmawep_tui.model.ticket import Status

K = TypeVar("K")
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Wait:
    """A ticket that could not start before another had landed."""

    ticket: TicketId
    on: TicketId
    seconds: float


@dataclass(frozen=True, slots=True)
class Postmortem:
    """What is reported. Stories come most telling first: the troubled before the slow before the rest."""

    stories: tuple[Story, ...]
    first: float | None
    last: float | None
    landed: int
    """Tickets whose work is on main. With those open, abandoned and closed otherwise they are all."""
    open: int
    abandoned: int
    closed: int
    """Complete without a landing: there was nothing to land, or a person said so."""
    undone: int
    """Landings that were taken back."""
    commits: tuple[str, ...]
    runs: int
    outcomes: Mapping[str, int]
    success: float | None
    """Share of ended agent runs that did what they were for; None without any."""
    median_cycle_s: float | None
    conflicts: int
    combined_reds: int
    escalations: int
    limits: Mapping[str, int]
    """How often an agent ran into its quota or a missing login."""
    most_at_once: int
    phases: Mapping[Phase, float]
    """Seconds of all tickets, most first."""
    waits: tuple[Wait, ...]
    """Longest first."""
    tokens: int | None
    cost: float | None
    """US dollars, as far as programs tell or `prices` let it be estimated."""
    findings: tuple[str, ...]


def postmortem(history: History, dependencies: Mapping[TicketId, tuple[TicketId, ...]]) -> Postmortem:
    """Adds the stories up."""
    stories = tuple(sorted(history.stories.values(), key=_telling))
    outcomes = _sum(story.outcomes for story in stories)
    phases = _sum(story.phases for story in stories)
    ended = sum(outcomes.values())
    cycles = [cycle for story in stories if story.landings and (cycle := story.cycle_s) is not None]
    tokens = [story.tokens for story in stories if story.tokens is not None]
    costs = [story.cost for story in stories if story.cost is not None]
    result = Postmortem(
        stories=stories,
        first=history.first,
        last=history.last,
        landed=sum(story.status == Status.COMPLETE and bool(story.commit) for story in stories),
        open=sum(story.status not in (Status.COMPLETE, Status.ABANDONED) for story in stories),
        abandoned=sum(story.status == Status.ABANDONED for story in stories),
        closed=sum(story.status == Status.COMPLETE and not story.commit for story in stories),
        undone=sum(story.undone for story in stories),
        commits=tuple(history.commits),
        runs=sum(story.runs for story in stories),
        outcomes=outcomes,
        success=sum(n for outcome, n in outcomes.items() if succeeded(outcome)) / ended if ended else None,
        median_cycle_s=statistics.median(cycles) if cycles else None,
        conflicts=sum(story.conflicts for story in stories),
        combined_reds=sum(story.combined_reds for story in stories),
        escalations=sum(story.escalations for story in stories),
        limits=history.limits,
        most_at_once=history.most_at_once,
        phases=phases,
        waits=_waits(history, dependencies),
        tokens=sum(tokens) if tokens else None,
        cost=sum(costs) if costs else None,
        findings=(),
    )
    return dataclasses.replace(result, findings=_findings(result))


def _sum(counts: Iterable[Mapping[K, N]]) -> dict[K, N]:
    total: dict[K, N] = {}
    for count in counts:
        for key, value in count.items():
            total[key] = total[key] + value if key in total else value
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _telling(story: Story) -> tuple[int, float, int]:
    own = sum(story.phases.values()) - story.phases.get(Phase.DEPENDENCY, 0.0)
    return (-len(story.trouble), -own, story.id)


def _waits(history: History, dependencies: Mapping[TicketId, tuple[TicketId, ...]]) -> tuple[Wait, ...]:
    """Who waited for whom: of several dependencies the one that landed last, or has not yet."""
    found: list[Wait] = []
    for story in history.stories.values():
        waited = story.phases.get(Phase.DEPENDENCY, 0.0)
        if waited > 0:
            ends = {d: s.ended for d in dependencies.get(story.id, ()) if (s := history.stories.get(d)) is not None}
            if ends:
                last = max(ends, key=lambda d: (ends[d] is None, ends[d] or 0.0, d))
                found.append(Wait(story.id, last, waited))
    return tuple(sorted(found, key=lambda wait: -wait.seconds))


def _findings(report: Postmortem) -> tuple[str, ...]:
    """The sentences of the first paragraph, each from the figures below it."""
    return tuple(filter(None, (_landed(report), _time(report), _trouble(report), _waiting(report))))


def _landed(report: Postmortem) -> str:
    total = len(report.stories)
    if not total:
        return "Nothing happened."
    if report.landed == total:
        return f"All {total} tickets landed." if total > 1 else "The one ticket landed."
    parts = (
        (report.open, "still open"),
        (report.abandoned, "abandoned"),
        (report.closed, "closed without a landing"),
    )
    rest = "".join(f", {count} {'is' if count == 1 else 'are'} {what}" for count, what in parts if count)
    return f"{report.landed} of {total} tickets landed{rest}."


def _time(report: Postmortem) -> str:
    total = sum(report.phases.values())
    if total < 1:
        return ""
    phase, seconds = next(iter(report.phases.items()))
    lead = "Most" if seconds > total / 2 else "More"
    rest = "" if seconds > total / 2 else " than into anything else"
    words = f"{lead} time went into {phase}{rest} ({duration(seconds)} of {duration(total)})"
    idle = next(((p, s) for p, s in report.phases.items() if p.is_wait), None)
    if phase.is_wait or idle is None or idle[1] < total / 20:
        return f"{words}."
    return f"{words}; the longest wait was {idle[0].removeprefix('waiting ')}, {duration(idle[1])}."


_SAME = ("red", "change", "landing")
"""Words that take no s at their end."""


def _trouble(report: Postmortem) -> str:
    troubled = [story for story in report.stories if story.trouble]
    if not troubled:
        return "Nothing went wrong." if report.runs else ""
    worst = troubled[0]
    kinds = (
        (report.outcomes.get("question", 0), "question"),
        (sum(n for o, n in report.outcomes.items() if not succeeded(o) and o != "question"), "failed run"),
        (report.conflicts, "conflict"),
        (report.combined_reds, "red when combined"),
        (sum(s.reds for s in report.stories), "red in its pod"),
        (sum(s.rejections for s in report.stories), "change requested"),
        (report.escalations, "escalation"),
        (report.undone, "landing undone" if report.undone == 1 else "landings undone"),
    )
    told = [f"{n} {word if n == 1 or word.startswith(_SAME) else word + 's'}" for n, word in kinds if n]
    listed = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told)
    hardest = f"; #{worst.id} was the hardest, with {worst.runs} agent runs" if len(troubled) > 1 else ""
    in_all = f" in {len(troubled)} tickets" if len(troubled) > 1 else f", all in #{worst.id}"
    return f"On the way: {listed}{in_all}{hardest}." if listed else ""


def _waiting(report: Postmortem) -> str:
    if not report.waits or report.waits[0].seconds < sum(report.phases.values()) / 10:
        return ""
    by: dict[TicketId, float] = {}
    for wait in report.waits:
        by[wait.on] = by.get(wait.on, 0.0) + wait.seconds
    on, seconds = max(by.items(), key=lambda item: item[1])
    return f"Others waited longest for #{on}, {duration(seconds)}."


def duration(seconds: float) -> str:
    """`4s`, `3m 12s`, `5h 03m`, `2d 4h`: two units, never a fraction."""
    whole = round(seconds)
    minutes, s = divmod(whole, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    if days:
        return f"{days}d {h}h"
    if hours:
        return f"{hours}h {m:02d}m"
    return f"{m}m {s:02d}s" if m else f"{s}s"
