"""A project put together by hand, file by file, the same to the byte every time."""

from __future__ import annotations

import fcntl
import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.notes_file import write_notes
from lmawep_tui.files.run_file import LOCK, OUTPUT, write_run
from lmawep_tui.files.state_file import state_text
from lmawep_tui.files.ticket_file import new_ticket_text
from lmawep_tui.files.triage_file import write_triage
from lmawep_tui.model.costs import usage_facts
from lmawep_tui.model.ids import PodId, Sha, TicketId, branch_name
from lmawep_tui.model.pod import Car, Hold, Limit, PodRecord
from lmawep_tui.model.review_notes import Comment, ReviewNotes
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.model.triage import Triage
from lmawep_tui.vcs.memory import save_memory
from tests.world import World

DAY = "2026-01-15T"


@dataclass
class Scene:
    """A project being put together."""

    world: World
    pods: dict[PodId, PodRecord] = field(default_factory=dict)
    holds: dict[TicketId, Hold] = field(default_factory=dict)
    train: tuple[Car, ...] = ()
    landed: dict[TicketId, str] = field(default_factory=dict)
    limited: dict[str, Limit] = field(default_factory=dict)
    triage: Triage = field(default_factory=Triage)
    locks: ExitStack = field(default_factory=ExitStack)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ws(self) -> Workspace:
        return self.world.ws

    def ticket(self, number: int, title: str, status: Status = Status.READY, **fields: Any) -> None:
        ticket = Ticket(id=TicketId(number), title=title, status=status, created=f"{DAY}10:30:00Z", **fields)
        self.ws.layout.ticket(ticket.id).write_text(new_ticket_text(ticket))

    def on_main(self, files: dict[str, str], message: str) -> None:
        """A commit of the person's own."""
        self._commit(self.world.root, files, message)

    def pod(self, number: int, ticket: int, files: dict[str, str], *, base: str = "main", **fields: Any) -> PodId:
        """A pod with a worktree and a branch that has one commit with these files."""
        pod, branch = PodId(f"pod-{number}"), branch_name(PodId(f"pod-{number}"), TicketId(ticket))
        path, start = self.ws.layout.worktree(pod), self.world.git("rev-parse", base)
        self.world.git("worktree", "add", "-q", "-b", branch, str(path), start)
        if files:
            self._commit(path, files, f"Ticket {ticket}")
        self.pods[pod] = PodRecord(
            id=pod, ticket=TicketId(ticket), branch=branch, base=Sha(start), path=str(path),
            **{"created": f"{DAY}13:40:00Z", "settled": 1, **fields},
        )  # fmt: skip
        return pod

    def _commit(self, folder: Path, files: dict[str, str], message: str) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.world.git("add", "--", *files, cwd=folder)
        self.world.git("commit", "-qm", message, cwd=folder)

    def tip(self, pod: PodId) -> Sha:
        return Sha(self.world.git("rev-parse", self.pods[pod].branch))

    def change(self, pod: PodId, **fields: Any) -> None:
        self.pods[pod] = replace(self.pods[pod], **fields)

    def remember(self, pod: PodId, **notes: str) -> None:
        """The pod's memory bank; what it says is kept as after a run."""
        folder = Path(self.pods[pod].path) / "memory-bank"
        folder.mkdir(exist_ok=True)
        files = {f"{name}.md": text.encode() for name, text in notes.items()}
        for name, data in files.items():
            (folder / name).write_bytes(data)
        save_memory(self.ws.git, self.pods[pod].ticket, files, f"After the run of {pod}")

    def comment(self, pod: PodId, *comments: tuple[str, int, str]) -> None:
        """What the person said on lines: path, line, words."""
        tip = self.tip(pod)
        made = tuple(
            Comment(number=number, path=path, line=line, text=text, commit=tip, source=tip, at=f"{DAY}14:01:40Z",
                    quoted=((Path(self.pods[pod].path) / path).read_text().splitlines()[line - 1],))
            for number, (path, line, text) in enumerate(comments, 1)
        )  # fmt: skip
        notes = ReviewNotes(pod=pod, ticket=self.pods[pod].ticket, next=len(made) + 1, comments=made)
        path = self.ws.layout.review_notes(pod)
        path.parent.mkdir(exist_ok=True)
        write_notes(path, notes)

    def run(self, pod: PodId, *, log: str = "", live: bool = False, number: int = 1, **fields: Any) -> Path:
        """A run of the pod; a live one is held by its lock as a supervisor would."""
        record = self.pods[pod]
        made: dict[str, Any] = {
            "role": Role.TASK, "state": RunState.RUNNING if live else RunState.ENDED, "agent": "claude",
            "started": f"{DAY}13:58:09Z", **({} if live else {"ended": f"{DAY}14:00:10Z",
            "outcome": Outcome.COMPLETED, "exit_status": 0}), **fields,
        }  # fmt: skip
        made.setdefault("created", made["started"])
        run = Run(pod=pod, ticket=record.ticket, number=number, argv=("agent",), cwd=record.path, mark="m", **made)
        folder = self.ws.run_dir(pod, run.name)
        folder.mkdir(parents=True)
        write_run(folder, run)
        (folder / OUTPUT).write_text(log)
        if live:
            self._hold(folder / LOCK)
        facts = {"pod": pod, "ticket": record.ticket, "run": run.name, "role": run.role, "agent": run.agent}
        self.event(made["started"], "run", **facts)
        if not live:
            self.event(made["ended"], "run_ended", **facts, outcome=made["outcome"], reason=run.reason)
            if run.usage:
                self.event(made["ended"], "used", **{**facts, **usage_facts(run)})
        return folder

    def hold_train(self) -> None:
        """As the lander does while it is at work."""
        self._hold(self.ws.layout.lock("merge"))

    def _hold(self, path: Path) -> None:
        lock = self.locks.enter_context(path.open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)

    def event(self, at: str, event: str, **facts: Any) -> None:
        self.events.append({"at": at if at.startswith(DAY) else f"{DAY}{at}Z", "event": event, **facts})

    def moves(self, ticket: int, *steps: tuple[str, str]) -> None:
        """How a ticket went, each step a time and a status; the time of day it was made comes first."""
        was = "ready"
        for at, to in steps:
            self.event(at, "moved", ticket=ticket, was=was, to=to)
            was = to

    def save(self) -> None:
        state = State(version=7, main="main", pods=self.pods, holds=self.holds, train=self.train, landed=self.landed,
                      limited=self.limited, next_ticket=TicketId(120), next_pod=20)  # fmt: skip
        layout = self.ws.layout
        layout.state.write_text(state_text(state))
        self.events.sort(key=lambda entry: str(entry["at"]))
        layout.journal.write_text("".join(json.dumps(entry) + "\n" for entry in self.events))
        write_triage(layout.triage, self.triage)
