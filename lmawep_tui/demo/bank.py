"""The memory bank, as the scripted agents keep it: what the next agent on the ticket reads first."""

from __future__ import annotations

import time
from pathlib import Path

from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.steps import Report

_PERSON = "## The person says"
CONTEXT, PROGRESS, BLOCKERS, PATTERNS = "activeContext.md", "progress.md", "blockers.md", "systemPatterns.md"


def bank_text(desk: Desk, name: str) -> str:
    """A file of the bank, empty when there is none."""
    try:
        return (_folder(desk) / name).read_text("utf-8")
    except FileNotFoundError:
        return ""


def note(desk: Desk, name: str, text: str) -> None:
    """Adds a dated paragraph to a file of the bank."""
    old = bank_text(desk, name).rstrip("\n")
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    _put(desk, name, f"{old}\n\n## {desk.run} ({when})\n\n{text}\n".lstrip("\n"))


def persons_words(desk: Desk) -> str:
    """What the person said last: in this prompt, else to an earlier run, as lmawep noted it in the bank."""
    if desk.told.person:
        return desk.told.person
    last = _said(desk).rpartition(_PERSON)[2]
    return last.partition("\n")[2].strip()


def keep(desk: Desk, report: Report, learned: str = "") -> None:
    """Writes down how the run ended; the person's words stay where they are."""
    said = _said(desk)
    now = f"# Active context\n\nTicket {desk.ticket}, {desk.run}: {report.status}\n\n{report.progress}\n"
    _put(desk, CONTEXT, f"{now}\nNext: {report.next}\n" + (f"\n{said}" if said else ""))
    note(desk, PROGRESS, f"{report.status}: {report.progress}")
    if report.blockers != "None" or "\n## " in bank_text(desk, BLOCKERS):
        note(desk, BLOCKERS, report.blockers)
    if learned and learned not in bank_text(desk, PATTERNS):
        note(desk, PATTERNS, learned)
    desk.say("▸ edit memory-bank/progress.md, memory-bank/activeContext.md", 0.3)


def _said(desk: Desk) -> str:
    text = bank_text(desk, CONTEXT)
    start = text.find(_PERSON)
    return text[start:] if start >= 0 else ""


def _put(desk: Desk, name: str, text: str) -> None:
    folder = _folder(desk)
    folder.mkdir(exist_ok=True)
    temp = folder / f".{name}.new"
    temp.write_text(text, "utf-8")
    temp.replace(folder / name)


def _folder(desk: Desk) -> Path:
    return desk.worktree / "memory-bank"
