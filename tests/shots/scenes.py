"""The three mornings that the pictures show: nothing yet, all well, and trouble."""

from __future__ import annotations

import json
from dataclasses import replace

from lmawep_tui.agents import questions
from lmawep_tui.engine.train_steps import Step, Steps
from lmawep_tui.files.plain import to_plain
from lmawep_tui.model.conflict import Conflict, ConflictFile
from lmawep_tui.model.event import Ask
from lmawep_tui.model.evidence import Fact
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Car, Hold, HoldKind, Limit, TestResult, Verdict
from lmawep_tui.model.question import Question
from lmawep_tui.model.report import Report
from lmawep_tui.model.run import Outcome, Role
from lmawep_tui.model.ticket import Priority, Status
from lmawep_tui.model.triage import Snooze, Triage
from lmawep_tui.model.usage import Usage
from lmawep_tui.store.asks import asks_of
from lmawep_tui.vcs import vault
from tests.shots import texts
from tests.shots.pinned import NOW
from tests.shots.scene import DAY, Scene

LANDED = "3f2a91c0" * 5
GOOD = (
    Fact("run ended well", True, "completed"),
    Fact("says it is done", True, "COMPLETE"),
    Fact("on its branch", True, "pod-2-ticket-102"),
    Fact("new commits", True, "2 ahead of main"),
    Fact("worktree clean", True, "nothing uncommitted"),
    Fact("memory bank kept", True, "updated by the agent"),
)
BAD = (
    Fact("run ended well", True, "completed"),
    Fact("says it is done", True, "COMPLETE"),
    Fact("on its branch", True, "pod-2-ticket-102"),
    Fact("new commits", False, "none: HEAD is where it was"),
    Fact("worktree clean", False, "2 files are not committed: src/menu.py, notes.txt"),
    Fact("memory bank kept", True, "updated by the agent"),
)


def p(number: int) -> PodId:
    return PodId(f"pod-{number}")


def empty(scene: Scene) -> None:
    """Nothing yet."""


def busy(scene: Scene) -> None:
    """A morning's work: some landed, some at work, one to look at, two on their way to main."""
    t = scene.ticket
    t(101, "Sign in with a password", Status.COMPLETE, priority=Priority.HIGH, estimate="2h")
    t(102, "Sort the menu by season", Status.REVIEW, assigned_to=p(2), estimate="1h")
    t(103, "Rate limits for orders", Status.WORKING, priority=Priority.CRITICAL, assigned_to=p(3),
      estimate="3h", description="At most ten orders a minute for each guest.\n\n- a **bucket** for each guest\n"
      "- `429` with the seconds to wait\n")  # fmt: skip
    t(104, "Audit log of every price change", Status.MERGING, assigned_to=p(4), estimate="2h")
    t(105, "Export the takings as CSV", dependencies=(TicketId(103),), estimate="1h")
    t(106, "Gift cards", Status.WORKING, priority=Priority.HIGH, assigned_to=p(5), estimate="4h")
    t(107, "Dark mode for the till", priority=Priority.LOW, estimate="30m")
    t(108, "Opening hours on the receipt")
    t(109, "Tables by the window", Status.MERGING, assigned_to=p(6), estimate="1h")
    t(110, "Monthly report", dependencies=(TicketId(105), TicketId(106)), estimate="2h")
    scene.on_main({"src/menu.py": texts.MENU, "src/till.py": "OPEN = True\n"}, "The till")
    scene.landed = {TicketId(101): LANDED}
    _at_review(scene)
    _at_work(scene)
    _on_the_train(scene)
    _earlier(scene)


def _at_review(scene: Scene) -> None:
    scene.pod(2, 102, {"src/menu.py": texts.MENU_SORTED, "tests/test_menu.py": texts.MENU_TEST}, evidence=GOOD)
    scene.run(p(2), log="STATUS: COMPLETE\nPROGRESS: sorted by season\n", started=f"{DAY}13:51:20Z",
              ended=f"{DAY}14:00:10Z", report=Report(status="COMPLETE", progress="The menu is sorted by season."),
              usage=Usage(input=52_000, cached=610_000, output=9_100, cost=0.42))  # fmt: skip
    scene.remember(p(2), activeContext="# Now\n\nThe menu is sorted; the season is handed in.\n",
                   progress="# Done\n\n- [x] `by_season`\n- [x] its test\n", blockers=texts.BLOCKERS,
                   systemPatterns=texts.PATTERNS)  # fmt: skip
    scene.comment(p(2), ("src/menu.py", 8, "What about a tea of all seasons? `index` fails on it."))
    scene.event("14:00:11", "moved", ticket=102, was="working", to="review")


def _at_work(scene: Scene) -> None:
    scene.pod(3, 103, {"src/limits.py": texts.LIMITS})
    scene.run(p(3), log=texts.LOG, live=True, usage=Usage(input=31_000, output=4_000, cost=0.21))
    scene.remember(p(3), activeContext=texts.CONTEXT, progress=texts.PROGRESS, blockers=texts.BLOCKERS,
                   systemPatterns=texts.PATTERNS)  # fmt: skip
    scene.pod(5, 106, {"src/cards.py": "CARDS = {}\n"})
    scene.run(p(5), log=texts.TALK, live=True, started=f"{DAY}14:01:58Z", format="claude-stream")


def _on_the_train(scene: Scene) -> None:
    for number, ticket, name in ((4, 104, "audit"), (6, 109, "tables")):
        pod = scene.pod(number, ticket, {f"src/{name}.py": f"{name.upper()} = []\n" * 61}, evidence=GOOD)
        commit = scene.tip(pod)
        scene.change(pod, verdict=_yes(commit), tests=_green(commit))
        scene.train += (Car(pod=pod, commit=commit, since=f"{DAY}14:0{1 + len(scene.train)}:00Z"),)
        scene.run(pod, started=f"{DAY}13:4{number}:09Z", ended=f"{DAY}13:5{number}:10Z")
        scene.change(pod, settled=2)
        scene.run(pod, number=2, role=Role.CHECK, started=f"{DAY}14:00:40Z", ended=f"{DAY}14:01:00Z", agent="")
        scene.event("14:01:00", "tested", pod=pod, ticket=ticket, green=True)
    scene.hold_train()
    steps = Steps(Step.TESTING, f"{DAY}14:02:10Z", (p(4),))
    scene.ws.layout.train_steps.write_text(json.dumps(to_plain(steps)))


def _earlier(scene: Scene) -> None:
    """What the journal, the timeline, the post-mortem and the vault tell."""
    event, git = scene.event, scene.ws.git
    tip = scene.world.git("rev-parse", "main")
    vault.keep_commit(git, p(1), "landed as 3f2a91c", tip, "pod-1-ticket-101")
    for number, at in zip(range(101, 111), ("12:40:00", *["13:30:00"] * 9), strict=True):
        event(at, "created", ticket=number, title="")
    event("13:20:00", "conductor started")
    facts = {"pod": "pod-1", "ticket": 101, "run": "0001-task", "role": "task", "agent": "claude"}
    event("13:20:00", "spawned", pod="pod-1", ticket=101)
    event("13:20:05", "run", **facts)
    event("13:41:12", "run_ended", **facts, outcome="completed")
    scene.moves(101, ("13:20:05", "working"), ("13:41:12", "review"), ("13:50:30", "testing"), ("13:52:00", "merging"),
                ("13:55:02", "complete"))  # fmt: skip
    event("13:55:02", "landed", pod="pod-1", ticket=101, commit=LANDED)
    for number, pod, at in ((102, 2, "13:51:20"), (104, 4, "13:44:09"), (109, 6, "13:46:09"), (103, 3, "13:58:09"),
                            (106, 5, "14:01:58")):  # fmt: skip
        event(at, "spawned", pod=p(pod), ticket=number)
        scene.moves(number, (at, "working"))
    for number, at in ((104, "13:54:10"), (109, "13:56:10")):
        event(at, "moved", ticket=number, was="working", to="review")
        event("14:00:30", "moved", ticket=number, was="review", to="testing")
        event("14:01:00", "moved", ticket=number, was="testing", to="merging")


def trouble(scene: Scene) -> None:
    """What a person has to settle: questions, failures, conflicts, a broken file, hostile and endless words."""
    t = scene.ticket
    t(101, "Sign in with a password", Status.BLOCKED, assigned_to=p(1), priority=Priority.HIGH)
    t(102, "Sort the menu by season", Status.BLOCKED, assigned_to=p(2))
    t(103, "Rate limits for orders", Status.BLOCKED, assigned_to=p(3), priority=Priority.CRITICAL)
    t(104, "[/]Audit [@click=app.quit]log[/] list[int]", Status.ASSIGNED, assigned_to=p(4))
    t(105, "Export the takings as CSV", dependencies=(TicketId(103), TicketId(104)))
    scene.ws.layout.ticket(TicketId(106)).write_text("id: 106\ntitle: [\nstatus: ready\n")
    t(107, "Deploy the menu", Status.WORKING, assigned_to=p(5), priority=Priority.HIGH)
    t(108, "Receipts in two languages", Status.MERGING, assigned_to=p(6))
    t(109, "抹茶ラテ 🍵 — the matcha latte, its sizes, its milks, its prices, and everything else that "
      "anybody has ever asked for at the counter on a Sunday morning", estimate="8h")  # fmt: skip
    t(110, "Needs what nobody makes", dependencies=(TicketId(106), TicketId(999)))
    scene.on_main({"src/menu.py": texts.MENU}, "The menu")
    _blocked(scene)
    _cannot_go_on(scene)
    scene.save()
    asks = asks_of(scene.ws.snapshot(), "pod-3")
    scene.triage = Triage(pinned=("109",), snoozed={
        "pod-3": Snooze(until=f"{DAY}15:00:00Z", asks=asks, at=f"{DAY}14:00:00Z")})  # fmt: skip


WHY = {
    101: (HoldKind.QUESTION, "Which hash should I use, argon2 or scrypt?"),
    102: (HoldKind.FAILED, "tests red: 2 failed, 31 passed (tried 2 times)"),
    103: (HoldKind.CONFLICT, "conflicts with main again, in src/menu.py"),
}
FAILING = ("tests/test_menu.py::test_the_season_comes_first", "tests/test_menu.py::test_no_season_is_last")
OPTIONS = (("once", "Allow once"), ("always", "Always allow ./deploy.sh"), ("no", "Reject, and say why"))


def _blocked(scene: Scene) -> None:
    """Three that stopped, each for another reason."""
    scene.holds = {
        TicketId(n): Hold(was=Status.WORKING, kind=kind, why=words, at=f"{DAY}13:57:31Z")
        for n, (kind, words) in WHY.items()
    }
    scene.pod(1, 101, {"src/part1.py": "x = 1\n" * 9})
    scene.run(p(1), outcome=Outcome.QUESTION, reason=WHY[101][1], log=texts.QUESTION, started=f"{DAY}13:50:00Z",
              ended=f"{DAY}13:57:31Z")  # fmt: skip
    scene.pod(
        2, 102, {"src/menu.py": texts.MENU_SORTED, "src/part2.py": "x = 1\n" * 18}, evidence=BAD, attempts=2, settled=3
    )
    tip = scene.tip(p(2))
    scene.change(p(2), tests=TestResult(commit=tip, green=False, summary="2 failed, 31 passed", run="0003-check",
                 at=f"{DAY}13:56:00Z", passed=31, new=2, known=0, failing=FAILING))  # fmt: skip
    scene.run(p(2), outcome=Outcome.CRASHED, reason="its program ended with status 137", exit_status=137,
              started=f"{DAY}13:40:00Z", ended=f"{DAY}13:44:00Z")  # fmt: skip
    scene.run(p(2), number=2, started=f"{DAY}13:45:00Z", ended=f"{DAY}13:54:30Z")
    scene.run(p(2), number=3, role=Role.CHECK, log=texts.RED, exit_status=1, started=f"{DAY}13:55:10Z",
              ended=f"{DAY}13:56:00Z", agent="", reason="2 failed, 31 passed", outcome=Outcome.CRASHED)  # fmt: skip
    before = scene.world.git("rev-parse", "main")
    menu = texts.MENU.replace("The cheapest first.", "The dearest first.").replace("tea.price)", "-tea.price)")
    scene.on_main({"src/menu.py": menu}, "The dearest first")
    scene.pod(3, 103, {"src/menu.py": texts.MENU_SORTED.replace("first,", "first, then")}, base=before, conflicts=2)
    main = Sha(scene.world.git("rev-parse", "main"))
    file = ConflictFile(path="src/menu.py", kind="content", hunks=1, text="<<<<<<< pod\n")
    conflict = Conflict(main=main, tip=scene.tip(p(3)), files=(file,), count=1, at=f"{DAY}13:57:00Z", tried=1)
    scene.change(p(3), conflict=conflict)
    scene.run(p(3), role=Role.RESOLVE, started=f"{DAY}13:52:00Z", ended=f"{DAY}13:57:00Z")
    scene.event("13:56:00", "tested", pod="pod-2", ticket=102, green=False, summary="2 failed, 31 passed")
    scene.event("13:57:31", "settled", pod="pod-1", ticket=101, outcome="question", why=WHY[101][1])
    for number, pod in ((101, 1), (102, 2), (103, 3), (104, 4), (107, 5), (108, 6)):
        scene.event("13:40:00", "created", ticket=number, title="")
        scene.event("13:40:00", "spawned", ticket=number, pod=p(pod))
        scene.moves(number, ("13:40:01", "working"))
    for number, by in ((101, "question"), (102, "tests red"), (103, "conflict with main")):
        scene.event("13:57:31", "moved", ticket=number, was="working", to="blocked", by=by)


def _cannot_go_on(scene: Scene) -> None:
    """One whose quota is used up, one that asks for a permission, a red car, and a pod whose folder is gone."""
    scene.pod(4, 104, {"src/part4.py": "x = 1\n" * 36})
    scene.run(p(4), outcome=Outcome.RATE_LIMITED, reason="the quota resets at 14:30", exit_status=1,
              started=f"{DAY}13:41:00Z", ended=f"{DAY}13:43:00Z", resets=f"{DAY}14:30:00Z")  # fmt: skip
    scene.limited = {"claude": Limit(kind="rate_limited", why="the quota is used up", since=f"{DAY}13:43:00Z",
                                     until=f"{DAY}14:30:00Z")}  # fmt: skip
    scene.pod(5, 107, {"deploy.sh": "#!/bin/sh\nrsync -a menu/ shop:/srv/menu\n"})
    folder = scene.run(p(5), live=True, log="14:02:01 ▸ edit deploy.sh  +2\n14:02:12 $ ./deploy.sh --now\n",
                       started=f"{DAY}14:01:40Z")  # fmt: skip
    questions.ask(folder, Question(
        ask=Ask.PERMISSION, title="run ./deploy.sh --now?", tool="command", since=f"{DAY}14:02:12Z",
        detail="./deploy.sh --now\n# it copies the menu to the shop", until=NOW + 600,
        options=OPTIONS))  # fmt: skip
    pod = scene.pod(6, 108, {"src/receipts.py": "LANGUAGES = 2\n" * 12}, evidence=GOOD)
    commit, main = scene.tip(pod), Sha(scene.world.git("rev-parse", "main"))
    scene.change(pod, verdict=_yes(commit), tests=replace(_green(commit), green=False, summary="1 failed, 33 passed"))
    scene.run(pod, started=f"{DAY}13:40:30Z", ended=f"{DAY}13:50:30Z")
    scene.train = (Car(pod=pod, commit=commit, since=f"{DAY}13:59:00Z", red_main=main, red_until=f"{DAY}14:30:00Z",
                       red_why="main is red by itself: tests/test_tea.py::test_it_is_green"),)  # fmt: skip
    scene.world.git("worktree", "remove", "--force", str(scene.ws.layout.worktree(p(4))))


def _yes(commit: Sha) -> Verdict:
    return Verdict(commit=commit, approved=True, by="you", at=f"{DAY}14:00:30Z")


def _green(commit: Sha) -> TestResult:
    return TestResult(commit=commit, green=True, summary="34 passed", run="0002-check", at=f"{DAY}14:01:00Z",
                      passed=34, fixed=1)  # fmt: skip


SCENES = {"empty": empty, "busy": busy, "trouble": trouble}
