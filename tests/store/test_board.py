"""The board for people without the program: columns, marks, and the changelog of what has landed."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Hold, HoldKind, Pod, PodRecord
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import Entry, State
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.views import board
from tests.repos import Project


def test_what_failed_once_and_what_waits_for_a_person_are_marked() -> None:
    retried = PodRecord(id=PodId("pod-1"), ticket=TicketId(101), branch="b", base=Sha("0" * 40), path="/p", attempts=1)
    hold = Hold(was=Status.ASSIGNED, kind=HoldKind.FAILED, why="crashed (tried 2 times)")
    asked = Hold(was=Status.ASSIGNED, kind=HoldKind.QUESTION, why="Which port?")
    tickets = {
        TicketId(101): Ticket(id=TicketId(101), title="One", status=Status.WORKING),
        TicketId(102): Ticket(id=TicketId(102), title="Two", status=Status.BLOCKED),
        TicketId(103): Ticket(id=TicketId(103), title="Three", status=Status.BLOCKED),
    }
    state = State(holds={TicketId(102): hold, TicketId(103): asked},
                  unreleased=(Entry(ticket=TicketId(100), text="Prices show *VAT*"),))  # fmt: skip
    pods = {retried.id: Pod(record=retried, status=Status.WORKING, title="One")}
    texts = board(Snapshot(tickets=tickets, pods=pods, state=state))
    assert "- [RETRY] **101** One" in texts["IN_PROGRESS"]
    assert "- [ESCALATED] **102** Two" in texts["TODO"] and "- **103** Three" in texts["TODO"]
    assert "## Unreleased\n\n- Prices show \\*VAT\\* (#100)\n" in texts["CHANGELOG"]


def test_what_the_agent_wrote_for_users_is_its_entry_once_it_has_landed(project: Project) -> None:
    pod = project.queued({"new.txt": "new\n"}, title="Internal words")
    Path(pod.path, "memory-bank/changelog.md").write_text("# Changelog\n\n- Orders show their *age*\n")
    project.lmawep("merge", pod.id)
    written = (project.root / "lmawep-workspace/board/CHANGELOG.md").read_text()
    assert "- Orders show their \\*age\\* (#101)" in written
    other = project.queued({"other.txt": "other\n"}, title="No words for users")
    project.lmawep("merge", other.id)
    assert "- No words for users (#102)\n- Orders" in (project.root / "lmawep-workspace/board/CHANGELOG.md").read_text()
    project.lmawep("undo", "102")
    assert "#102" not in (project.root / "lmawep-workspace/board/CHANGELOG.md").read_text()
