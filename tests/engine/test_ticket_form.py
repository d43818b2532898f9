"""What the ticket form saves: only what was changed, and nothing that somebody else wrote is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lmawep_tui.engine import ticket_form
from lmawep_tui.engine.templates import templates
from lmawep_tui.engine.ticket_form import EditedMeanwhile, save_edit, save_new, start_edit, start_new, store_new
from lmawep_tui.files import journal
from lmawep_tui.files.ticket_file import parse_ticket
from lmawep_tui.model.errors import LmawepError, UsageError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.ticket import Priority, Status
from tests.repos import Project

FILE = """\
# ours: ask Ada before changing this
id: 101
title: "Rate limits"   # the short name
severity: grave
priority: high
status: ready
description: |
  Limit clients.
dependencies: []
created: "2026-01-15T10:30:00Z"
labels: [api, urgent]  # keep api first
"""
N = TicketId(101)


@pytest.fixture
def path(project: Project) -> Path:
    project.ticket("Rate limits")
    found = project.ws.layout.ticket(N)
    found.write_text(FILE)
    return found


def test_only_what_was_changed_is_written(project: Project, path: Path) -> None:
    start = start_edit(project.ws, project.ws.snapshot(), N)
    draft = replace(start.draft, priority="low", labels="api, later", budget="2.5", acceptance="it holds")
    save_edit(project.ws, N, start.text, draft)
    text = path.read_text()
    for kept in ("# ours: ask Ada", "# the short name", "severity: grave", "# keep api first", "  Limit clients.\n"):
        assert kept in text
    ticket = parse_ticket(text, path)
    assert (ticket.priority, ticket.labels, ticket.budget) == (Priority.LOW, ("api", "later"), 2.5)
    assert ticket.acceptance == ("it holds",)


def test_two_who_edit_at_once_lose_nothing(project: Project, path: Path) -> None:
    ws = project.ws
    mine = start_edit(ws, ws.snapshot(), N)
    theirs = start_edit(ws, ws.snapshot(), N)
    save_edit(ws, N, theirs.text, replace(theirs.draft, priority="critical", description="Theirs.\n"))
    _, seen = ticket_form.meanwhile(ws, N, mine.text)
    assert next((d.field, d.was, d.now) for d in seen) == ("priority", "high", "critical")

    save_edit(ws, N, mine.text, replace(mine.draft, title="Limits"))  # another field: both stay
    ticket = ws.snapshot().tickets[N]
    assert (ticket.title, ticket.priority, ticket.description) == ("Limits", Priority.CRITICAL, "Theirs.\n")

    with pytest.raises(EditedMeanwhile) as refused:
        save_edit(ws, N, mine.text, replace(mine.draft, description="Mine.\n"))
    assert [clash.field for clash in refused.value.clashes] == ["description"]
    assert ws.snapshot().tickets[N].description == "Theirs.\n"
    save_edit(ws, N, mine.text, replace(mine.draft, description="Mine.\n"), over=["description"])
    assert ws.snapshot().tickets[N].description == "Mine.\n"
    assert list(journal.read(ws.layout.journal))[-1]["over"] == {"description": "Theirs.\n"}


def test_the_same_change_by_both_is_none(project: Project, path: Path) -> None:
    start = start_edit(project.ws, project.ws.snapshot(), N)
    path.write_text(FILE.replace("priority: high", "priority: low"))
    assert save_edit(project.ws, N, start.text, replace(start.draft, priority="low")).priority is Priority.LOW


def test_a_file_that_was_broken_meanwhile_is_not_touched(project: Project, path: Path) -> None:
    start = start_edit(project.ws, project.ws.snapshot(), N)
    path.write_text("id: [")
    with pytest.raises(LmawepError):
        save_edit(project.ws, N, start.text, replace(start.draft, priority="low"))
    assert path.read_text() == "id: ["


def test_what_is_wrong_changes_nothing(project: Project, path: Path) -> None:
    start = start_edit(project.ws, project.ws.snapshot(), N)
    with pytest.raises(UsageError, match=r"dependencies: There is no ticket 7\."):
        save_edit(project.ws, N, start.text, replace(start.draft, title="New", dependencies="7"))
    assert path.read_text() == FILE


def test_the_status_goes_the_way_of_the_override(project: Project, path: Path) -> None:
    ws = project.ws
    start = start_edit(ws, ws.snapshot(), N)
    assert start.around.statuses == ("ready", "blocked", "abandoned")
    save_edit(ws, N, start.text, replace(start.draft, status="blocked"))
    assert ws.snapshot().state.holds[N].why == "held by you"
    start = start_edit(ws, ws.snapshot(), N)
    save_edit(ws, N, start.text, replace(start.draft, status="ready"))
    assert ws.snapshot().tickets[N].status is Status.READY
    assert not ws.snapshot().state.holds


def test_a_new_ticket_from_a_template_keeps_what_the_form_does_not_know(project: Project) -> None:
    ws = project.ws
    folder = ws.layout.templates / "tickets"
    folder.mkdir()
    (folder / "bug.yaml").write_text("# ours\nlabels: [bug, ours]\nseverity: high\nacceptance: [it is mended]\n")
    assert [(t.name, t.own) for t in templates(ws.layout)] == [
        ("bug", True), ("chore", False), ("docs", False), ("feature", False)]  # fmt: skip
    start = start_new(ws, ws.snapshot(), "bug")
    assert (start.draft.labels, start.draft.acceptance) == ("bug, ours", "it is mended")
    made = save_new(ws, replace(start.draft, title="Broken", labels="bug", status="blocked"), start.extra)
    assert "severity: " in ws.layout.ticket(made.id).read_text()
    assert (made.labels, made.acceptance, made.status) == (("bug",), ("it is mended",), Status.BLOCKED)


@pytest.mark.parametrize("name", ["bug", "chore", "docs", "feature"])
def test_built_in_templates_make_tickets(project: Project, name: str) -> None:
    start = start_new(project.ws, project.ws.snapshot(), name)
    made = save_new(project.ws, replace(start.draft, title="One"), start.extra)
    assert made.labels and made.description and made.acceptance


def test_as_a_file_for_an_editor(project: Project, path: Path) -> None:
    ws = project.ws
    start = start_edit(ws, ws.snapshot(), N)
    text = ticket_form.text_of(ws, start, replace(start.draft, priority="low", dependencies="nonsense"))
    assert "priority: low" in text and "# the short name" in text and "nonsense" not in text
    new = start_new(ws, ws.snapshot())
    text = ticket_form.text_of(ws, new, replace(new.draft, title="Said", description="Much.\n"))
    project.ticket("Faster than the editor")
    made = store_new(ws, text)
    assert (made.id, made.title, made.description) == (103, "Said", "Much.\n")


def test_from_a_script(project: Project) -> None:
    run = project.lmawep
    assert "built in" in run("ticket", "templates").out
    run("ticket", "create", "Broken", "--template", "bug", "--review", "auto", "--budget", "2", "--acceptance", "done")
    ticket = run("ticket", "show", "101", "--json").json
    assert (ticket["labels"], ticket["review"], ticket["budget"]) == (["bug"], "auto", 2.0)
    assert ticket["acceptance"] == ["done"]
    run("ticket", "update", "101", "--review", "", "--budget", "")
    ticket = run("ticket", "show", "101", "--json").json
    assert (ticket["review"], ticket["budget"]) == (None, None)
    assert "US dollars" in run("ticket", "update", "101", "--budget", "much", ok=False).err
    by_agent = run("ticket", "update", "101", "--review", "auto", ok=False, env={"LMAWEP_RUN": "pod-1/0001-task"})
    assert "cannot say who reviews" in by_agent.err
