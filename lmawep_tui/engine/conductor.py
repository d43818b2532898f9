"""The conductor: reads, decides, does, and again. Killed at any point and started again, it continues the work."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from lmawep_tui.engine import provision, remove, review, runs, settle, spawn, testing, train
from lmawep_tui.engine.chores import Chores
from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.engine.decide import decide, finished, stuck
from lmawep_tui.engine.decision import Action, Around, Decision, Verb, limit_words
from lmawep_tui.engine.doctor.pods import block_if_gone
from lmawep_tui.engine.look_around import LookAround
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import hold
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, Busy, LmawepError
from lmawep_tui.model.ids import Sha, TicketId
from lmawep_tui.model.pod import Refusal
from lmawep_tui.model.run import Role
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs.repo import branch_ref, commit_of

_TICK_S = 0.5
"""Longest time between two looks; a wake-up makes it shorter."""
_UNASKED_S = 5.0
"""Time between two decisions although nothing changed; up to six times as long where thinking takes long."""
_FIRST_REST_S, _LONGEST_REST_S = 1.0, 30.0
"""How long a refused action is left alone, twice as long each time: what refused it may have been mended by then."""
_TELL_AFTER = 2
"""Refusals in a row after which the person is told: the first may be a race that the next look has forgotten."""
_GIVE_UP_AFTER = 3
"""Refusals in a row after which `--until-done` no longer counts on the action."""

_AFTERWARDS_S = 1.0
"""Times are stored in whole seconds: a look at that very second may come too early."""
_BREATH_S = 0.03
"""Shortest time between two looks: what changes together is seen together."""

Ending = Literal["done", "stuck", "stopped"]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the conductor did or could not do, for whoever watches."""

    text: str
    trouble: bool = False


@dataclass(slots=True)
class _Refused:
    """An action that did not work: why, how often in a row, and until when it is left alone (monotonic seconds)."""

    why: str
    times: int
    until: float
    status: Status | None
    """Of the ticket then: when it has moved on, this is history."""


class Conductor:
    """Drives one repository. `tell` is called from worker threads with what happens."""

    def __init__(self, ws: Workspace, tell: Callable[[Told], None] = lambda _: None) -> None:
        self.ws = ws
        self._tell = tell
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._busy: dict[str, Future[None]] = {}
        self._refused: dict[Action, _Refused] = {}
        self._started: dict[str, float] = {}
        """When a run of each agent was started last (monotonic seconds)."""
        self._look = LookAround(ws, self.wake)
        # Ending must not wait for the tests of a pod: whatever is cut off is found again by the next conductor.
        self._pool = DaemonPool(_threads(ws), "conductor")
        self._chores = Chores(ws, self._pool, self._tell_chore)

    def wake(self) -> None:
        """Something changed on disk: look now."""
        self._wake.set()

    def stop(self) -> None:
        """Ends the loop; runs go on under their supervisors."""
        self._stop.set()
        self._wake.set()

    def run(self, *, until_done: bool = False, started: Callable[[], None] = lambda: None) -> Ending:
        """Drives until stopped; with `until_done` also until all tickets are closed or nothing moves any more.

        `started` is called once this conductor is the one that drives. Raises Busy when another one does.
        """
        with _only_one(self.ws):
            self.ws.journal("conductor started")
            started()
            self._look.open()
            try:
                with self.ws.board_files.later():
                    return self._loop(until_done)
            finally:
                self._look.close()
                self.ws.journal("conductor stopped")

    def _loop(self, until_done: bool) -> Ending:
        quiet, due, still, held = 0, 0.0, False, False
        while not self._stop.is_set():
            news = self._wake.is_set() or any(job.done() for job in self._busy.values())
            self._wake.clear()
            self._prune()  # before reading: what was just done is in what is read
            news = bool(self._look.look()) or news
            self.ws.board_files.catch_up()
            snapshot = self._look.snapshot
            if news or time.monotonic() >= due:
                began = time.monotonic()
                decision = self.step(snapshot)
                self._forget(snapshot)
                still = self._still(snapshot, decision)
                held = _quota_comes_back(snapshot, decision)
                due = self._due(snapshot, began)
            if until_done and still and finished(snapshot) and self._chores.quiet(snapshot):
                return "done"
            quiet = quiet + 1 if still and self._chores.quiet(snapshot) and not held else 0
            if until_done and quiet >= 3:
                return "stuck"
            self._chores.run_due(snapshot)  # after the question whether all is quiet: a chore just begun never is
            self._stop.wait(_BREATH_S)
            self._wake.wait(_TICK_S)
        return "stopped"

    def _due(self, snapshot: Snapshot, began: float) -> float:
        """When to decide again although nothing changed (monotonic seconds): something rests no longer, or by the way.

        What a look costs decides how seldom it is made by the way: an idle fleet must not cost a core.
        """
        now_s = time.monotonic()
        by_the_way = now_s + min(6 * _UNASKED_S, max(_UNASKED_S, 300 * (now_s - began)))
        rested = [refused.until for refused in self._refused.copy().values() if refused.until > now_s]
        started = [since + self._stagger() for since in self._started.values() if since + self._stagger() > now_s]
        limits = [now_s + left for limit in snapshot.state.limited.values() if (left := _seconds_to(limit.until)) > 0]
        red = [now_s + left for car in snapshot.state.train if (left := _seconds_to(car.red_until)) > 0]
        return min([by_the_way, *rested, *started, *limits, *red])

    def step(self, snapshot: Snapshot) -> Decision:
        """One look: starts every action that is decided and not under way; returns the decision."""
        self._prune()
        decision = decide(snapshot, around=self._around(snapshot))
        for action in decision.actions:
            key = f"train:{action.key}" if action.verb is Verb.LAND else action.key
            if key not in self._busy and not self._stop.is_set():
                if action.verb is Verb.RUN:
                    self._started[_agent_of(snapshot, action)] = time.monotonic()
                self._busy[key] = self._pool.submit(self._do, action)
        return decision

    def _around(self, snapshot: Snapshot) -> Around:
        moment = time.monotonic()
        resting = {a: refused.why for a, refused in self._refused.copy().items() if moment < refused.until}
        return Around(
            now=now(),
            busy=self._busy.keys(),
            resting=resting,
            just_started=self._just_started(),
            main=self._main(snapshot),
            today=day_of(time.time()),
            touched=self._chores.touched,
        )

    def _main(self, snapshot: Snapshot) -> Sha | None:
        """Where main is, asked only when somebody waits for it to move."""
        if any(car.red_main for car in snapshot.state.train):
            with contextlib.suppress(LmawepError):
                return commit_of(self.ws.git, branch_ref(snapshot.state.main))
        return None

    def _prune(self) -> None:
        self._busy = {key: job for key, job in self._busy.items() if not job.done()}

    def _stagger(self) -> float:
        with contextlib.suppress(BadFile):
            return self.ws.config.limits.stagger
        return 0.0

    def _just_started(self) -> frozenset[str]:
        stagger = self._stagger()
        return frozenset(a for a, since in self._started.items() if time.monotonic() - since < stagger)

    def _still(self, snapshot: Snapshot, decision: Decision) -> bool:
        """Whether nothing will happen by itself any more. What was refused once may have been a race."""
        hopeless = {a for a, refused in self._refused.copy().items() if refused.times >= _GIVE_UP_AFTER}
        coming = [action for action in (*decision.actions, *decision.resting) if action not in hopeless]
        if coming or self._just_started():
            return False
        return stuck(snapshot, Decision((), decision.waiting), self._busy.keys())

    def _forget(self, snapshot: Snapshot) -> None:
        """Drops refusals of what is not wanted any more: somebody else did it, or the person changed the plan."""
        status = {number: ticket.status for number, ticket in snapshot.tickets.items() if number in self._watched()}
        self._refused = {a: r for a, r in self._refused.copy().items() if status.get(a.ticket) in (r.status, None)}
        stale = [t for t in snapshot.state.refused if t not in self._watched()]
        if stale and not self._busy:
            with contextlib.suppress(LmawepError), self.ws.change("autopilot") as change:
                if stale != [t for t in stale if not change.clear_refusal(t)]:
                    change.save()

    def _watched(self) -> set[TicketId]:
        return {action.ticket for action in self._refused.copy()}

    def _do(self, action: Action) -> None:
        try:
            self._carry_out(action)
            self._accepted(action)
        except LmawepError as error:
            if not self._is_gone(action):
                self._refuse(action, str(error))
        except Exception as error:  # noqa: BLE001 (a fault in one verb must be seen, and must not stop the others)
            self._refuse(action, f"unexpected {type(error).__name__}: {error}")
        finally:
            self._wake.set()

    def _accepted(self, action: Action) -> None:
        """The action worked: nothing stands in its way any more."""
        self._refused.pop(action, None)
        if action.ticket in self._look.snapshot.state.refused:
            with self.ws.change("autopilot") as change:
                if change.clear_refusal(action.ticket):
                    change.save()

    def _tell_chore(self, words: str, trouble: bool) -> None:
        self._tell(Told(words, trouble=trouble))
        self._wake.set()

    def _is_gone(self, action: Action) -> bool:
        """Whether the pod was taken away by hand, which its ticket says from now on: asking again would not help."""
        try:
            gone = action.pod is not None and block_if_gone(self.ws, action.pod)
        except LmawepError:
            return False
        if gone:
            self._tell(Told(f"{action.pod} was removed by hand; #{action.ticket} waits for you", trouble=True))
        return gone

    def _refuse(self, action: Action, why: str) -> None:
        """Leaves the action alone for a while; who is refused again and again is shown as needing the person."""
        known = self._refused.get(action)
        times = known.times + 1 if known else 1
        ticket = self._look.snapshot.tickets.get(action.ticket)
        status = ticket.status if ticket else None
        rest = min(_FIRST_REST_S * 2 ** (times - 1), _LONGEST_REST_S)
        self._refused[action] = _Refused(why, times, time.monotonic() + rest, status)
        if times == _TELL_AFTER or (known is not None and times > _TELL_AFTER and known.why != why):
            self._tell(Told(f"{action.verb} {action.key}: {why}", trouble=True))
            with contextlib.suppress(LmawepError), self.ws.change("autopilot") as change:
                refusal = Refusal(verb=str(action.verb), why=why, at=now())
                change.state = replace(change.state, refused={**change.state.refused, action.ticket: refusal})
                change.note("refused", verb=str(action.verb), pod=action.pod, ticket=action.ticket, why=why)
                change.save()

    def _carry_out(self, action: Action) -> None:
        ws, pod = self.ws, action.pod
        if action.verb is Verb.SPAWN:
            record = spawn.spawn(ws, action.ticket)
            self._tell(Told(f"{record.id} spawned for #{action.ticket}"))
            return
        assert pod is not None  # every other verb is about a pod
        if action.verb is Verb.SETTLE:
            run = settle.settle(ws, pod)
            if run is not None and run.role is not Role.MERGE:
                self._tell(Told(f"{pod} {run.role}: {run.outcome}" + (f" ({run.reason})" if run.reason else "")))
        elif action.verb is Verb.RUN:
            # What the pod needs next may have become known since it was looked at, as when its tests were just red.
            role = None if action.role is not None and action.role.writes else action.role
            run = runs.start(ws, pod, role=role)
            self._tell(Told(f"{pod} {run.role} started ({run.agent})"))
        elif action.verb is Verb.APPROVE:
            review.auto_approve(ws, pod)
            self._tell(Told(f"{pod} approved by policy"))
        elif action.verb is Verb.TEST:
            result = testing.test(ws, pod)
            self._tell(Told(f"{pod} tests {'green' if result.green else 'red'}: {result.summary}"))
        elif action.verb is Verb.SETUP:
            provision.run_setup(ws, ws.snapshot().pods[pod].record)
        elif action.verb is Verb.REMOVE:
            remove.remove(ws, pod)
        elif action.verb is Verb.LAND:
            for landing in train.drive_train(ws, pod):
                self._tell(Told(f"{landing.pod} #{landing.ticket} {landing.words}"))


def _threads(ws: Workspace) -> int:
    """One for each slot, and some for what needs none: settling, landing, approving."""
    with contextlib.suppress(BadFile):
        return ws.config.slots + 4
    return 8


def _seconds_to(moment: str) -> float:
    """From now to a time of the state file; negative when it is over."""
    with contextlib.suppress(ValueError):
        return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds() + _AFTERWARDS_S
    return 0.0


def _agent_of(snapshot: Snapshot, action: Action) -> str:
    record, ticket = snapshot.pods[action.pod].record if action.pod else None, snapshot.tickets[action.ticket]
    return snapshot.config.agent_for(str(action.role), record.agent if record else None, ticket.agent)


def _quota_comes_back(snapshot: Snapshot, decision: Decision) -> bool:
    """Whether somebody waits for a quota that starts anew by itself; a missing login does not."""
    limited = snapshot.state.limited
    words = {limit_words(agent, limit) for agent, limit in limited.items() if limit.kind == "rate_limited"}
    return any(waiting.why in words for waiting in decision.waiting)


@contextlib.contextmanager
def _only_one(ws: Workspace) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(ws.layout.lock("conductor"), what="Autopilot", timeout_s=0, doing="up"))
        except Busy as error:
            raise Busy(
                "Another conductor already drives this repository.", "Stop it first (Ctrl-C, or quit that screen)."
            ) from error
        yield
