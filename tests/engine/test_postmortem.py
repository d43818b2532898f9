"""`lmawep postmortem`: reads well, says only what the journal tells, and nothing in it steers a terminal."""

from __future__ import annotations

import json
import time

import pytest

from lmawep_tui.engine.postmortem import since_when
from lmawep_tui.files import journal
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import TicketId
from tests.repos import Project

AGENT = "cat >/dev/null; echo x > x.txt; git add -A; git commit -qm x; echo 'STATUS: COMPLETE'; echo 'NEXT: none'"


def test_a_ticket_that_landed(project: Project) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", AGENT]}}, roles={"review": {"by": "auto"}})
    project.ticket("Brew tea")
    project.lmawep("up", "--until-done")
    done = project.lmawep("postmortem")
    assert done.out.startswith("# Post-mortem of project\n")
    assert "The one ticket landed." in done.out and "Nothing went wrong." in " ".join(done.out.split())
    assert "- Tickets landed: 1 of 1" in done.out and "- Success rate: 100% (1 completed)" in done.out
    assert "| #101 | Brew tea | complete |" in done.out
    assert "Tokens" not in done.out, "what nobody knows is not said"
    assert max(map(len, done.out.splitlines())) <= 110, "no table is too wide"
    data = project.lmawep("postmortem", "--json").json["postmortem"]
    assert data["landed"] == 1 and data["stories"][0]["commit"] == project.main()
    assert data["stories"][0]["cycle_s"] >= 0


def test_failed_runs_and_an_undone_landing(project: Project) -> None:
    """The words that the engine writes into the journal are those that the report reads."""
    from lmawep_tui.engine.train import merge_pod

    project.config(agents={"me": {"command": ["sh", "-c", "cat >/dev/null; echo 'STATUS: FAILED'; echo 'NEXT: help'"]}},
                   limits={"retries": 0}, tests={"command": "true"})  # fmt: skip
    pod = project.queued({"x.txt": "x"})
    merge_pod(project.ws, pod.id)
    landed = project.main()
    project.lmawep("undo")
    project.ticket("Fail")
    project.lmawep("up", "--until-done", ok=False)
    out = project.lmawep("postmortem").out
    assert "- Tickets landed: 0 of 2" in out and "- Landings undone: 1" in out
    assert f"landed as {landed[:7]}, taken back as {project.main()[:7]}" in out
    assert "0 completed" not in out and "failed" in out and "failed: it reported FAILED" in out
    assert "escalated to you" in out and "- Escalated to you: " in out


def test_a_project_in_which_nothing_happened(project: Project) -> None:
    assert "Nothing happened." in project.lmawep("postmortem").out
    project.ws.layout.journal.unlink()
    assert "Nothing happened." in project.lmawep("postmortem").out


def test_into_a_file_and_since(project: Project) -> None:
    project.ticket("Brew tea")
    project.lmawep("postmortem", "--output", "report.md")
    assert "Brew tea" in (project.root / "report.md").read_text()
    assert "Brew tea" in project.lmawep("postmortem", "--since", "1h").out
    project.step(TicketId(101))
    assert "'soon' is no time" in project.refuses("postmortem", "--since", "soon", status=2)
    assert "Cannot write" in project.refuses("postmortem", "-o", "/nowhere/x.md")


def test_hostile_words_in_the_journal_are_only_words(project: Project) -> None:
    project.ticket("A | B `c` [d](javascript:e)")
    with project.ws.layout.journal.open("ab") as file:
        file.write(b'{"torn\n\xff\xfe\n[1]\n{"at": 3, "event": "moved", "ticket": 101}\n')
    at = journal.now()
    for event in (
        {"event": "run", "run": "0001-task", "role": "task"},
        {"event": "run_ended", "run": "0001-task", "outcome": "crashed", "reason": "\x1b[2J|x\u202e\nb"},
    ):
        journal.append(project.ws.layout.journal, event.pop("event"), ticket=101, at=at, **event)  # fmt: skip
    out = project.lmawep("postmortem").out
    assert "\x1b" not in out and "\u202e" not in out
    assert "A \\| B \\`c\\` \\[d\\](javascript:e)" in out
    assert "ended as crashed" in out
    json.loads(project.lmawep("postmortem", "--json").out)


@pytest.mark.parametrize(("text", "ago"), [("2h", 7200), ("90", 90), ("3d", 259_200), (" 1h30m ", 5400)])
def test_when(text: str, ago: int) -> None:
    assert since_when(text) == pytest.approx(time.time() - ago, abs=5)
    assert since_when("2026-01-15T10:30:00Z") == since_when("2026-01-15 10:30") == 1768473000
    with pytest.raises(UsageError):
        since_when("the day before")
