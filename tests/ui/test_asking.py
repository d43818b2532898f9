"""What is asked, in words: whole enough to decide by, with the verbs that answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lmawep_tui.model.conflict import Conflict, ConflictFile, Merging
from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Changes, Hold, HoldKind, Pod, PodRecord, Refusal, TestResult
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Role, Run
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.model.triage import Snooze
from lmawep_tui.ui.actions import ACTIONS
from lmawep_tui.ui.bulk import result_words
from lmawep_tui.ui.present.asking_lines import answering, asking_lines, next_asking
from lmawep_tui.ui.present.styled import plain_text

SHA = Sha("0" * 40)
RECORD = PodRecord(id=PodId("pod-4"), ticket=TicketId(104), branch="b", base=SHA, path="/x")
RUN = Run(pod=PodId("pod-4"), ticket=TicketId(104), number=2, role=Role.TASK, argv=("x",), cwd="/x", mark="m",
          last_words="first\nTraceback\nBoom")  # fmt: skip
FILES = tuple(ConflictFile(path=f"src/{name}.py", kind="content", hunks=number) for number, name in
              enumerate("abcdef", 1))  # fmt: skip


def held(kind: HoldKind, why: str, **record: object) -> Pod:
    hold = Hold(was=Status.WORKING, kind=kind, why=why, at="x")
    made = replace(RECORD, **record)  # type: ignore[arg-type]
    return Pod(record=made, status=Status.BLOCKED, title="Tea", hold=hold, attention="y", run=RUN)


def asked(pod: Pod, **more: object) -> list[str]:
    snapshot = Snapshot(**more)  # type: ignore[arg-type]
    return [plain_text(line) for line in asking_lines(snapshot, None, pod, Changes(ahead=2, files=1, insertions=3))]


LIVE = Question(ask=Ask.PERMISSION, title="Run a command?", detail="rm -rf build\nmake",
                options=(("y", "allow"), ("n", "deny")), number=1)  # fmt: skip
CONFLICT = Conflict(main=SHA, tip=SHA, files=FILES, count=7)


@pytest.mark.parametrize(
    ("pod", "lines", "first"),
    [
        (held(HoldKind.QUESTION, "Which hash?\nargon2 or scrypt"),
         ["⚑ pod-4 #104 asks: Which hash?", "  argon2 or scrypt"], "pod.answer"),
        (held(HoldKind.FAILED, "tests red"),
         ["⚑ pod-4 #104 failed: tests red", "  0002-task: Traceback", "  0002-task: Boom"], "ticket.decide"),
        (held(HoldKind.CONFLICT, "conflicts with main in src/a.py (+6)", conflict=CONFLICT),
         ["⚑ pod-4 #104 conflicts with main in src/a.py (+6)",
          "  in src/a.py, src/b.py (2), src/c.py (3), src/d.py (4) and 3 more"], "pod.resolve"),
        (held(HoldKind.PERSON, "yours", merging=Merging(main=SHA, tip=SHA, paused=False)),
         ["⚑ pod-4 #104 y"], "pod.resolve"),
        (Pod(record=RECORD, status=Status.WORKING, title="Tea", live=True, attention="asks", asks=(LIVE, LIVE)),
         ["⚑ pod-4 #104 asks permission (and 1 more): Run a command?", "  rm -rf build", "  make",
          "  1 allow  2 deny"], "pod.answer"),
        (Pod(record=replace(RECORD, tests=TestResult(commit=SHA, green=True, summary="34 passed")),
             status=Status.REVIEW, title="Tea", attention="waits for your review"),
         ["⚑ pod-4 #104 waits for your review", "  2 commits, +3 −0 in 1 file · tests: 34 passed"], "pod.review"),
        (Pod(record=replace(RECORD, setback="no commits"), status=Status.ASSIGNED, title="Tea", attention="no commits"),
         ["⚑ pod-4 #104 was set back: no commits"], "pod.run"),
    ],
)  # fmt: skip
def test_what_a_pod_asks_and_what_answers_it(pod: Pod, lines: list[str], first: str) -> None:
    assert asked(pod) == lines
    assert answering(Snapshot(), None, pod)[0] == first and first in ACTIONS


def test_who_asks_nothing_says_nothing_and_who_is_put_aside_says_it_shortly() -> None:
    calm = Pod(record=RECORD, status=Status.WORKING, title="Tea")
    assert asked(calm) == [] and answering(Snapshot(), None, calm) == ()
    pod = replace(held(HoldKind.QUESTION, "Which hash?"), attention="asks: Which hash?")
    assert asked(pod, snoozed={"pod-4": Snooze(asks="x")}) == ["z snoozed until it changes: asks: Which hash?"]


def test_the_next_that_needs_the_person_is_the_most_urgent_of_what_is_not_put_aside() -> None:
    late = replace(held(HoldKind.QUESTION, "Which hash?"), record=replace(RECORD, id=PodId("pod-5")))
    waits = Pod(record=RECORD, status=Status.REVIEW, title="Tea", attention="waits for your review")
    broken = InvalidTicket(file="ticket-9.yaml", id=TicketId(9), line=4, reason="is not valid YAML")
    everything = {"pods": {pod.id: pod for pod in (waits, late)}, "invalid": (broken,)}

    def first(**of: object) -> str:
        lines = next_asking(Snapshot(**of), {}, 0.0)  # type: ignore[arg-type]
        return plain_text(lines[0]) if lines else ""

    assert first(**everything) == "next: ⚑ pod-5 #104 asks: Which hash?"
    aside = {"pod-5": Snooze(until="2026-01-15T15:00:00Z", asks="", at="2026-01-15T14:00:00Z")}
    assert first(**everything, snoozed=aside) == "next: ⚑ pod-4 #104 waits for your review"
    assert first(invalid=(broken,)) == "next: ⚑ ticket-9.yaml is no ticket: line 4: is not valid YAML"
    assert first() == ""


def test_what_a_ticket_and_a_broken_file_ask() -> None:
    ticket = Ticket(id=TicketId(104), title="Tea", status=Status.BLOCKED)
    hold = Hold(was=Status.READY, kind=HoldKind.PERSON, why="no water")
    ready = replace(ticket, status=Status.READY)

    def lines(ticket: Ticket | InvalidTicket, **more: object) -> list[str]:
        return [plain_text(line) for line in asking_lines(Snapshot(**more), ticket, None)]  # type: ignore[arg-type]

    assert lines(ticket, state=State(holds={TicketId(104): hold})) == ["⚑ #104 is blocked: no water"]
    refused = State(refused={TicketId(104): Refusal(verb="spawn", why="The disk is full.")})
    assert lines(ready, state=refused) == ["⚑ #104 autopilot cannot spawn: The disk is full."]
    assert lines(ready, dead_ends={TicketId(104): "waits for 105, which is gone"}) == [
        "⚑ #104 can never begin: waits for 105, which is gone"
    ]
    assert lines(ready) == []
    bad = InvalidTicket(file="ticket-9.yaml", reason="is no map", line=3, id=None)
    assert lines(bad) == ["⚑ ticket-9.yaml is no ticket: line 3: is no map"]
    assert answering(Snapshot(), bad, None) == ("ticket.edit",)


@pytest.mark.parametrize(
    ("count", "troubles", "words"),
    [(2, [], "2 stopped."), (2, ["pod-3: nothing runs."], "2 stopped; pod-3: nothing runs."),
     (0, ["pod-1: a\n b", "pod-2: c"], "None stopped; pod-1: a b; pod-2: c.")],
)  # fmt: skip
def test_one_line_for_all(count: int, troubles: list[str], words: str) -> None:
    assert result_words("stopped", count, troubles) == words
