"""`lmawep graph`: what waits for what, in four languages."""

from __future__ import annotations

from lmawep_tui.model.ids import TicketId
from tests.repos import Project


def test_open_tickets_and_what_they_wait_for(project: Project) -> None:
    assert "No open tickets" in project.lmawep("graph").out
    first = project.ticket("First")
    second = project.ticket("Second", depends_on=[first.id])
    project.ticket("Alone")
    done = project.ticket("Done long ago")
    project.lmawep("ticket", "update", str(done.id), "-s", "complete", "--force")
    lines = [line.split() for line in project.lmawep("graph").out.splitlines()]
    assert lines == [
        ["○", "#101*", "ready", "First"],
        ["○", "#102*", "waits", "for", "101", "Second"],
        [],
        ["○", "#103", "ready", "Alone"],
        [],
        ["*", "critical", "path", "#101", "→", "#102:", "2", "tickets"],
    ]
    assert "Done long ago" in project.lmawep("graph", "--all").out
    near = project.lmawep("graph", str(second.id), "--json").json
    assert [t["id"] for t in near["tickets"]] == [101, 102] and near["critical_path"] == [101, 102]
    assert "t101 ==> t102" in project.lmawep("graph", "--mermaid").out
    assert "t101 -> t102" in project.lmawep("graph", "--dot").out
    assert "three ways" in project.refuses("graph", "--dot", "--json", status=2)
    assert "no ticket 999" in project.refuses("graph", str(TicketId(999)))
