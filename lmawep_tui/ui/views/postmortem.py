"""How it went: what stands out, section by section, and ticket by ticket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lmawep_tui.engine.postmortem import postmortem
from lmawep_tui.model.postmortem import duration
from lmawep_tui.store.postmortem_text import markdown
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.ticket_lines import field
from lmawep_tui.ui.present.ticket_row import ticket_key
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.postmortem import Postmortem
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.model.story import Story
    from lmawep_tui.ui.present.styled import StyledLine

_COLUMNS = (Column("what", flex=1, min_width=16, priority=9), Column("note", width=26, align="right", priority=5))
_MOST = 200


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """The report that `lmawep postmortem` writes: its findings, its sections, and the story of each ticket."""
    report = postmortem(ws)
    sections = _sections(markdown(report, ws.layout.root.name))
    about = {name: markdown_lines("\n".join(lines)) for name, lines in sections.items()}
    entries: list[Entry] = [Group(" The report", "accent")]
    entries += [(name, [(name, "strong"), ""]) for name in sections]
    stories = [story for story in report.stories if story.id in snapshot.tickets or story.runs][:_MOST]
    if stories:
        entries.append(Group(" Tickets, the troubled and slow first", "accent"))
    for story in stories:
        cells: list[Cell] = [[(f"#{story.id} ", "strong"), (story.title, "")], _fate(story)]
        entries.append((f"story {story.id}", cells))
        about[f"story {story.id}"] = _story(story)
    looked = time.strftime("%H:%M:%S", time.localtime(frame.now or time.time()))
    return Page(
        _COLUMNS,
        entries,
        note=f"{_count(report)}, as of {looked} · lmawep postmortem -o FILE",
        about=about,
        goes={f"story {story.id}": ticket_key(story.id) for story in stories if story.id in snapshot.tickets},
    )


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    here: list[str] = found.setdefault("Summary", [])
    for line in text.splitlines():
        if line.startswith("## "):
            here = found.setdefault(line[3:].strip(), [])
        here.append(line)
    return found


def _count(report: Postmortem) -> str:
    return f"{report.landed} of {len(report.stories)} landed, {report.runs} run{'s' if report.runs != 1 else ''}"


def _fate(story: Story) -> tuple[str, str]:
    trouble = len(story.trouble)
    took = f" in {duration(story.cycle_s)}" if story.cycle_s is not None else ""
    words = f"{story.status}{took}" + (f"  ⚑{trouble}" if trouble else "")
    return words, "warn" if trouble else "muted"


def _story(story: Story) -> list[StyledLine]:
    lines: list[StyledLine] = [[(f"#{story.id} ", "accent"), (story.title, "strong")], []]
    lines.append(field("now", str(story.status)))
    if story.cycle_s is not None:
        lines.append(field("took", duration(story.cycle_s)))
    if story.runs:
        ends = ", ".join(f"{count}× {name}" for name, count in story.outcomes.items())
        lines.append(field("runs", f"{story.runs}{f' ({ends})' if ends else ''}"))
    if story.commit:
        lines.append(field("landed as", story.commit[:7], "ok"))
    if story.phases:
        lines += [[], [("Where its time went", "subheading")]]
        lines += [[(f"{duration(spent):>9}  ", "muted"), (str(phase), "")] for phase, spent in
                  sorted(story.phases.items(), key=lambda item: -item[1]) if spent >= 0.5]  # fmt: skip
    told = sorted([(item, "warn") for item in story.trouble] + [(item, "") for item in story.steps],
                  key=lambda pair: pair[0].at)  # fmt: skip
    if told:
        lines += [[], [("What happened", "subheading")]]
    lines += [[(time.strftime("%H:%M:%S  ", time.localtime(item.at)), "muted"), (item.what, style)]
              for item, style in told]  # fmt: skip
    return lines


VIEW = View("Post-mortem", read, every_s=10.0)
