"""Projects made by hand, the same to the byte every time: what the pictures show."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import LOCK, OUTPUT, write_run
from lmawep_tui.files.state_file import state_text
from lmawep_tui.files.ticket_file import new_ticket_text
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.ids import PodId, Sha, TicketId, branch_name
from lmawep_tui.model.pod import Car, Hold, HoldKind, PodRecord, TestResult, Verdict
from lmawep_tui.model.report import Report
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Priority, Status, Ticket
from lmawep_tui.ui.app import LmawepApp
from tests.world import World

NOW = 1768485760.0  # 2026-01-15 14:02:40 UTC
HOME = "/home/ada/teahouse/lmawep-workspace/worktrees"
GOOD = (
    Fact("run ended well", True, "completed"),
    Fact("says it is done", True, "COMPLETE"),
    Fact("on its branch", True, "pod-2-ticket-102"),
    Fact("new commits", True, "2 ahead of main"),
    Fact("worktree clean", True, "nothing uncommitted"),
    Fact("memory bank kept", True, "updated by the agent"),
)
LOG = """14:01:31 reading memory-bank/activeContext.md
14:01:33 ▸ read src/limits.py
14:01:52 ▸ edit src/limits.py  +42 −3
14:02:11 ▸ edit tests/test_limits.py  +28
14:02:19 $ pytest -q tests/test_limits.py
.F..
FAILED tests/test_limits.py::test_burst - AssertionError: 11 != 10
1 failed, 3 passed in 0.21s
14:02:28 The bucket is refilled before it is read. Moving the refill below the check.
14:02:31 ▸ edit src/limits.py  +2 −2
14:02:33 $ pytest -q tests/test_limits.py
....
4 passed in 0.19s
"""


@dataclass
class Scene:
    """A project being put together."""

    world: World
    pods: dict[PodId, PodRecord] = field(default_factory=dict)
    holds: dict[TicketId, Hold] = field(default_factory=dict)
    train: tuple[Car, ...] = ()
    landed: dict[TicketId, str] = field(default_factory=dict)
    locks: ExitStack = field(default_factory=ExitStack)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ws(self) -> Workspace:
        return self.world.ws

    def ticket(self, number: int, title: str, status: Status = Status.READY, **fields: Any) -> None:
        ticket = Ticket(id=TicketId(number), title=title, status=status, created="2026-01-15T10:30:00Z", **fields)
        self.ws.layout.ticket(ticket.id).write_text(new_ticket_text(ticket))

    def pod(self, number: int, ticket: int, files: dict[str, str] | None = None, **fields: Any) -> PodId:
        """A pod whose branch has one commit with these files."""
        pod, branch = PodId(f"pod-{number}"), branch_name(PodId(f"pod-{number}"), TicketId(ticket))
        git, base = self.world.git, self.world.git("rev-parse", "main")
        git("branch", branch, "main")
        if files:
            git("checkout", "-q", branch)
            for name, text in files.items():
                path = self.world.root / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
            git("add", ".")
            git("commit", "-qm", f"Ticket {ticket}")
            git("checkout", "-q", "main")
        self.pods[pod] = PodRecord(
            id=pod, ticket=TicketId(ticket), branch=branch, base=Sha(base), path=f"{HOME}/{pod}",
            created="2026-01-15T13:40:00Z", settled=1, **fields,
        )  # fmt: skip
        return pod

    def run(self, pod: PodId, *, log: str = "", live: bool = False, **fields: Any) -> None:
        """The pod's newest run; a live one is held by its lock as a supervisor would."""
        record = self.pods[pod]
        made: dict[str, Any] = {
            "role": Role.TASK, "state": RunState.RUNNING if live else RunState.ENDED, "created": "2026-01-15T13:58:09Z",
            "started": "2026-01-15T13:58:09Z", **({} if live else {"ended": "2026-01-15T14:00:10Z",
            "outcome": Outcome.COMPLETED, "exit_status": 0}), **fields,
        }  # fmt: skip
        run = Run(pod=pod, ticket=record.ticket, number=1, argv=("agent",), cwd=record.path, mark="m", **made)
        folder = self.ws.run_dir(pod, run.name)
        folder.mkdir(parents=True)
        write_run(folder, run)
        (folder / OUTPUT).write_text(log)
        if live:
            lock = self.locks.enter_context((folder / LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)

    def event(self, at: str, event: str, **facts: Any) -> None:
        self.events.append({"at": f"2026-01-15T{at}Z", "event": event, **facts})

    def save(self) -> None:
        state = State(version=7, main="main", pods=self.pods, holds=self.holds, train=self.train, landed=self.landed,
                      next_ticket=TicketId(120), next_pod=20)  # fmt: skip
        self.ws.layout.state.write_text(state_text(state))
        self.ws.layout.journal.write_text("".join(json.dumps(entry) + "\n" for entry in self.events))


def tip(scene: Scene, pod: PodId) -> Sha:
    return Sha(scene.world.git("rev-parse", scene.pods[pod].branch))


def empty(scene: Scene) -> None:
    """Nothing yet."""


def busy(scene: Scene) -> None:
    """A morning's work: some landed, some at work, one to look at."""
    t = scene.ticket
    t(101, "Sign in with a password", Status.COMPLETE, priority=Priority.HIGH, estimate="2h")
    t(102, "Sort the menu by season", Status.REVIEW, assigned_to=PodId("pod-2"), estimate="1h")
    t(103, "Rate limits for orders", Status.WORKING, priority=Priority.CRITICAL, assigned_to=PodId("pod-3"),
      estimate="3h", description="At most ten orders a minute for each guest.\n\n- a **bucket** for each guest\n"
      "- `429` with the seconds to wait\n")  # fmt: skip
    t(104, "Audit log of every price change", Status.MERGING, assigned_to=PodId("pod-4"), estimate="2h")
    t(105, "Export the takings as CSV", dependencies=(TicketId(103),), estimate="1h")
    t(106, "Gift cards", Status.WORKING, priority=Priority.HIGH, assigned_to=PodId("pod-5"), estimate="4h")
    t(107, "Dark mode for the till", priority=Priority.LOW, estimate="30m")
    t(108, "Opening hours on the receipt")
    scene.landed = {TicketId(101): "3f2a91c0" * 5}
    scene.pod(2, 102, {"src/menu.py": MENU, "tests/test_menu.py": MENU_TEST}, evidence=GOOD)
    scene.run(PodId("pod-2"), log="STATUS: COMPLETE\nPROGRESS: sorted by season\n",
              report=Report(status="COMPLETE", progress="The menu is sorted by season."))  # fmt: skip
    scene.pod(3, 103, {"src/limits.py": "LIMIT = 10\n" * 42})
    scene.run(PodId("pod-3"), log=LOG, live=True)
    scene.pod(4, 104, {"src/audit.py": "LOG = []\n" * 61}, evidence=GOOD)
    commit = tip(scene, PodId("pod-4"))
    scene.pods[PodId("pod-4")] = _approved(scene.pods[PodId("pod-4")], commit)
    scene.train = (Car(pod=PodId("pod-4"), commit=commit, since="2026-01-15T14:01:00Z"),)
    scene.run(PodId("pod-4"), role=Role.CHECK)
    scene.pod(5, 106)
    scene.run(PodId("pod-5"), log="14:02:01 ▸ read src/cards.py\n", live=True, started="2026-01-15T14:01:58Z")
    scene.event("13:55:02", "landed", pod="pod-1", ticket=101, commit="3f2a91c0" * 5)
    scene.event("13:58:09", "run", pod="pod-3", ticket=103, role="task")
    scene.event("14:00:11", "moved", ticket=102, was="working", to="review")
    scene.event("14:01:00", "tested", pod="pod-4", ticket=104, green=True)
    scene.event("14:01:58", "run", pod="pod-5", ticket=106, role="task")


def trouble(scene: Scene) -> None:
    """What a person has to settle: a question, a failure, a conflict, a broken file."""
    t = scene.ticket
    t(101, "Sign in with a password", Status.BLOCKED, assigned_to=PodId("pod-1"), priority=Priority.HIGH)
    t(102, "Sort the menu by season", Status.BLOCKED, assigned_to=PodId("pod-2"))
    t(103, "Rate limits for orders", Status.BLOCKED, assigned_to=PodId("pod-3"), priority=Priority.CRITICAL)
    t(104, "[/]Audit [@click=app.quit]log[/] list[int]", Status.ASSIGNED, assigned_to=PodId("pod-4"))
    t(105, "Export the takings as CSV", dependencies=(TicketId(103), TicketId(104)))
    scene.ws.layout.ticket(TicketId(106)).write_text("id: 106\ntitle: [\nstatus: ready\n")
    why = {
        101: (HoldKind.QUESTION, "Which hash should I use, argon2 or scrypt?"),
        102: (HoldKind.FAILED, "tests red: 2 failed, 31 passed (tried 2 times)"),
        103: (HoldKind.CONFLICT, "conflicts with main again, in src/limits.py"),
    }
    scene.holds = {
        TicketId(n): Hold(was=Status.WORKING, kind=kind, why=words, at="2026-01-15T13:57:31Z")
        for n, (kind, words) in why.items()
    }
    for number in (1, 2, 3, 4):
        scene.pod(number, 100 + number, {f"src/part{number}.py": "x = 1\n" * 9 * number})
    scene.run(PodId("pod-1"), outcome=Outcome.QUESTION, reason=why[101][1], log=QUESTION)
    scene.run(PodId("pod-2"), log="2 failed, 31 passed\n")
    scene.run(PodId("pod-3"), role=Role.RESOLVE)
    scene.run(PodId("pod-4"), outcome=Outcome.RATE_LIMITED, reason="the quota resets at 14:30", exit_status=1)
    scene.event("13:55:00", "settled", pod="pod-2", ticket=102, outcome="completed")
    scene.event("13:56:00", "tested", pod="pod-2", ticket=102, green=False, summary="2 failed, 31 passed")
    scene.event("13:57:31", "settled", pod="pod-1", ticket=101, outcome="question", why=why[101][1])


def _approved(record: PodRecord, commit: Sha) -> PodRecord:
    from dataclasses import replace

    verdict = Verdict(commit=commit, approved=True, by="you", at="2026-01-15T14:00:30Z")
    tests = TestResult(commit=commit, green=True, summary="34 passed", run="0001-check", at="2026-01-15T14:01:00Z")
    return replace(record, verdict=verdict, tests=tests)


QUESTION = """14:56:58 ▸ read src/members.py
The ticket says "hashed", but not how.
STATUS: QUESTION
PROGRESS: none yet
QUESTION: Which hash should I use, argon2 or scrypt?
"""
MENU = '''"""The menu, by season."""

SEASONS = ("spring", "summer", "autumn", "winter")


def by_season(teas, season):
    """The teas of a season first, the others as they were."""
    return sorted(teas, key=lambda tea: (tea.season != season, SEASONS.index(tea.season)))
'''
MENU_TEST = """from src.menu import by_season


def test_the_season_comes_first(teas):
    assert by_season(teas, "autumn")[0].name == "hojicha"
"""

SCENES = {"empty": empty, "busy": busy, "trouble": trouble}


@contextmanager
def app_of(folder: Path, scene: str) -> Iterator[LmawepApp]:
    """The app of a scene, its clock standing still."""
    world = World(folder)
    made = Scene(world)
    SCENES[scene](made)
    made.save()
    app = LmawepApp(world.ws, clock=lambda: NOW)
    with made.locks:
        yield app


async def settle(app: LmawepApp, pilot: Any) -> None:
    """Wait until everything that is read in threads has been shown."""
    for _ in range(500):
        facts = app.bridge.facts
        if app.bridge.started and facts.main and len(facts.changes) == len(app.bridge.snapshot.pods):
            break
        await pilot.pause(0.02)
    for _ in range(4):
        await pilot.pause(0.05)
