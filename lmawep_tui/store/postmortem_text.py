"""A post-mortem as Markdown that reads well in a terminal, and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from textwrap import fill
from typing import Any

from lmawep_tui.files.plain import to_plain
from lmawep_tui.model.costs import dollars
from lmawep_tui.model.postmortem import Postmortem, duration
from lmawep_tui.model.story import Phase, Story
from lmawep_tui.store.views import escape

_ROWS = 50
"""Tickets in a table; the rest is counted."""
_TITLE = 32
_WHAT = 110
_COLUMNS: tuple[tuple[str, tuple[Phase, ...]], ...] = (
    ("agents", (Phase.WORK,)),
    ("review", (Phase.REVIEWING, Phase.REVIEW)),
    ("tests, train", (Phase.TESTING, Phase.TEST, Phase.TRAIN)),
    ("others", (Phase.DEPENDENCY,)),
    ("slot, quota", (Phase.SLOT, Phase.QUOTA, Phase.OFF)),
    ("you", (Phase.YOU,)),
)
"""Columns of the table of times, and what each adds up."""

_WAITS = (
    (Phase.REVIEW, "for review"),
    (Phase.YOU, "for you"),
    (Phase.SLOT, "for a free slot"),
    (Phase.QUOTA, "for a quota or a login"),
    (Phase.TEST, "for tests to start"),
    (Phase.TRAIN, "in the train"),
    (Phase.OFF, "while autopilot was off"),
)


def markdown(report: Postmortem, project: str) -> str:
    """The whole report."""
    parts = [
        f"# Post-mortem of {escape(project)}",
        _span(report),
        fill(" ".join(report.findings), 100, break_long_words=False, break_on_hyphens=False),
        _fleet(report),
        _went(report),
        _tickets(report),
        _times(report),
        _wrong(report),
        _waited(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _span(report: Postmortem) -> str:
    if report.first is None or report.last is None:
        return ""
    begin, end = _when(report.first), _when(report.last)
    to = end[11:] if begin[:10] == end[:10] else end
    return f"*{begin} to {to} UTC, {duration(report.last - report.first)}*"


def _when(at: float, form: str = "%Y-%m-%d %H:%M") -> str:
    return datetime.fromtimestamp(at, UTC).strftime(form)


def _fleet(report: Postmortem) -> str:
    moved = len(report.commits)
    facts = [("Tickets landed", f"{report.landed} of {len(report.stories)}")]
    facts += [(name, str(count)) for name, count in (("Still open", report.open), ("Abandoned", report.abandoned),
              ("Closed without a landing", report.closed), ("Landings undone", report.undone)) if count]  # fmt: skip
    if moved:
        span = f", {report.commits[0][:7]} to {report.commits[-1][:7]}" if moved > 1 else f", {report.commits[0][:7]}"
        facts.append(("Commits on main", f"{moved}{escape(span)}"))
    if report.median_cycle_s is not None:
        facts.append(("Median cycle time", f"{duration(report.median_cycle_s)} from pod to landing"))
    if report.runs:
        facts.append(("Agent runs", f"{report.runs}, at most {report.most_at_once} at once"))
    if report.success is not None:
        ways = ", ".join(f"{count} {escape(name).replace(chr(92), '')}" for name, count in report.outcomes.items())
        facts.append(("Success rate", f"{report.success:.0%} ({ways})"))
    facts += [(name, str(count)) for name, count in (("Conflicts with main", report.conflicts),
              ("Red only when combined", report.combined_reds), ("Escalated to you", report.escalations))
              if count]  # fmt: skip
    if report.limits:
        walls = ", ".join(f"{escape(agent)} {count}×" for agent, count in report.limits.items())
        facts.append(("Quota or login missing", walls))
    if report.tokens is not None:
        facts.append(("Tokens, where known", f"{report.tokens:,}"))
    if report.cost is not None:
        facts.append(("Cost, where known", dollars(report.cost)))
    return "## The fleet\n\n" + "\n".join(f"- {name}: {what}" for name, what in facts)


def _went(report: Postmortem) -> str:
    total = sum(report.phases.values())
    if total < 1:
        return ""
    rows = [(str(phase), duration(spent), f"{spent / total:.0%}") for phase, spent in report.phases.items()
            if spent >= 0.5]  # fmt: skip
    return "## Where the time went\n\n" + _table(("time of all tickets", duration(total), ""), rows, right=(1, 2))


def _tickets(report: Postmortem) -> str:
    rows = [
        (
            f"#{story.id}",
            _title(story),
            escape(story.status),
            duration(story.cycle_s) if story.cycle_s is not None else "",
            str(story.attempts),
            _marks(story),
        )
        for story in report.stories[:_ROWS]
    ]
    if not rows:
        return ""
    head = ("", "title", "now", "cycle", "attempts", "on the way")
    return "## Tickets, the troubled and slow first\n\n" + _table(head, rows, right=(3, 4)) + _more(report)


def _more(report: Postmortem) -> str:
    left = len(report.stories) - _ROWS
    return f"\n\nAnd {left} more with less to tell." if left > 0 else ""


def _title(story: Story) -> str:
    return escape(story.title if len(story.title) <= _TITLE else story.title[: _TITLE - 1].rstrip() + "…")


def _marks(story: Story) -> str:
    """What happened to a ticket, in few words."""
    bad = [(count, name) for name, count in story.outcomes.items() if name not in ("completed", "no_change")]
    counts = [
        *bad,
        (story.conflicts, "conflict"),
        (story.combined_reds, "combined red"),
        (story.reds, "red"),
        (story.rejections, "rejected"),
        (story.escalations, "escalated"),
        (story.undone, "undone"),
    ]
    marks = [f"{escape(name)}" if count == 1 else f"{count}× {escape(name)}" for count, name in counts if count]
    return ", ".join(mark.replace("\\_", " ") for mark in marks)


def _times(report: Postmortem) -> str:
    """Time by ticket; columns that would be empty are left out."""
    shown = [(name, phases) for name, phases in _COLUMNS if any(_spent(s, phases) >= 0.5 for s in report.stories)]
    if not shown:
        return ""
    stories = [story for story in report.stories if sum(story.phases.values()) >= 0.5]
    stories.sort(key=lambda story: -sum(story.phases.values()))
    rows = [
        (f"#{story.id}", duration(sum(story.phases.values())),
         *(duration(spent) if (spent := _spent(story, phases)) >= 0.5 else "" for _, phases in shown))
        for story in stories[:_ROWS]
    ]  # fmt: skip
    head = ("", "in all", *(name for name, _ in shown))
    return "## Time by ticket, the slowest first\n\n" + _table(head, rows, right=range(1, len(head)))


def _spent(story: Story, phases: tuple[Phase, ...]) -> float:
    return sum(story.phases.get(phase, 0.0) for phase in phases)


def _wrong(report: Postmortem) -> str:
    """What went wrong with each ticket, with what was done about it, in order of time."""
    told = [story for story in report.stories if story.trouble or story.steps]
    if not told:
        return ""
    lines: list[str] = []
    for story in told[:_ROWS]:
        lines.append(f"- **#{story.id}** {_title(story)}")
        found = sorted((*story.trouble, *story.steps), key=lambda step: step.at)
        lines += [f"  - {_when(step.at, '%H:%M:%S')} {_cut(step.what)}" for step in found[:20]]
        if len(found) > 20:
            lines.append(f"  - and {len(found) - 20} times more")
    wrong = any(story.trouble for story in told)
    return f"## {'What went wrong, and what was done' if wrong else 'What was done by hand'}\n\n" + "\n".join(lines)


def _cut(text: str) -> str:
    return escape(text if len(text) <= _WHAT else text[: _WHAT - 1].rstrip() + "…")


def _waited(report: Postmortem) -> str:
    least = max(0.5, sum(report.phases.values()) / 100)  # what is shorter is not worth a line
    lines = [f"- #{wait.ticket} waited {duration(wait.seconds)} for #{wait.on}" for wait in report.waits[:20]
             if wait.seconds >= least]  # fmt: skip
    for phase, what in _WAITS:
        spent = sorted(((s.phases.get(phase, 0.0), s.id) for s in report.stories), reverse=True)
        waited = [pair for pair in spent if pair[0] >= 0.5]
        if sum(seconds for seconds, _ in waited) >= least:
            in_all = duration(sum(seconds for seconds, _ in waited))
            who = f"{len(waited)} tickets" if len(waited) > 1 else f"#{waited[0][1]}"
            longest = f", #{waited[0][1]} longest ({duration(waited[0][0])})" if len(waited) > 1 else ""
            lines.append(f"- {who} waited {what}: {in_all}{' in all' if longest else ''}{longest}")
    return "## What waited for whom\n\n" + "\n".join(lines) if lines else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] | range = ()) -> str:
    """A Markdown table with its columns in line, so that the text itself is easy to read."""
    widths = [max(3, *(len(row[i]) for row in (head, *rows))) for i in range(len(head))]
    rule = [("-" * (w - 1) + ":") if i in right else "-" * w for i, w in enumerate(widths)]
    lines = [head, rule, *rows]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int] | range) -> str:
    padded = (
        cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def plain(report: Postmortem) -> dict[str, Any]:
    """The report for `--json`: times in seconds, moments in seconds since the epoch."""
    data: dict[str, Any] = to_plain(report)
    for shape, story in zip(data["stories"], report.stories, strict=True):
        shape["cycle_s"] = story.cycle_s
    return {"postmortem": data}
