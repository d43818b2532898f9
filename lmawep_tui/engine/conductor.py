"""The conductor: reads, decides, does, and again. Killed at any point and started again, it continues the work."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from lmawep_tui.engine import provision, remove, review, runs, settle, spawn, testing, train
from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.engine.decide import Action, Decision, Verb, decide, finished, stuck
from lmawep_tui.engine.doctor.pods import block_if_gone
from lmawep_tui.engine.look_around import LookAround
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import hold, is_held
from lmawep_tui.model.errors import Busy, LmawepError
from lmawep_tui.model.run import Role
from lmawep_tui.model.snapshot import Snapshot

_TICK_S = 0.5
"""Longest time between two looks; a wake-up makes it shorter."""
_UNASKED_S = 5.0
"""Time between two decisions although nothing changed, for what waits for a time of day; up to three times as long
where thinking takes long: an idle fleet must not cost a core."""
_BACK_OFF_S = 15.0
"""How long a refused action is left alone: what refused it may have been mended by then."""

_BREATH_S = 0.03
"""Shortest time between two looks: what changes together is seen together."""

Ending = Literal["done", "stuck", "stopped"]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the conductor did or could not do, for whoever watches."""

    text: str
    trouble: bool = False


class Conductor:
    """Drives one repository. `tell` is called from worker threads with what happens."""

    def __init__(self, ws: Workspace, tell: Callable[[Told], None] = lambda _: None) -> None:
        self.ws = ws
        self._tell = tell
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._busy: dict[str, Future[None]] = {}
        self._refused: dict[Action, tuple[float, str]] = {}
        self._around = LookAround(ws, self.wake)
        # Ending must not wait for the tests of a pod: whatever is cut off is found again by the next conductor.
        self._pool = DaemonPool(8, "conductor")

    def wake(self) -> None:
        """Something changed on disk: look now."""
        self._wake.set()

    def stop(self) -> None:
        """Ends the loop; runs go on under their supervisors."""
        self._stop.set()
        self._wake.set()

    def run(self, *, until_done: bool = False) -> Ending:
        """Drives until stopped; with `until_done` also until all tickets are closed or nothing moves any more.

        Raises Busy when another conductor drives this repository.
        """
        with _only_one(self.ws):
            self.ws.journal("conductor started")
            self._around.open()
            try:
                with self.ws.board_files.later():
                    return self._loop(until_done)
            finally:
                self._around.close()
                self.ws.journal("conductor stopped")

    def _loop(self, until_done: bool) -> Ending:
        quiet, due, still = 0, 0.0, False
        while not self._stop.is_set():
            news = self._wake.is_set() or any(job.done() for job in self._busy.values())
            self._wake.clear()
            news = bool(self._around.look()) or news
            self.ws.board_files.catch_up()
            if news or time.monotonic() >= due:
                began = time.monotonic()
                snapshot = self._around.snapshot
                decision = self.step(snapshot)
                still = stuck(snapshot, self._without_refused(decision), self._busy.keys())
                due = time.monotonic() + min(3 * _UNASKED_S, max(_UNASKED_S, 150 * (time.monotonic() - began)))
            if until_done and still and finished(self._around.snapshot):
                return "done"
            quiet = quiet + 1 if still else 0
            if until_done and quiet >= 3:
                return "stuck"
            self._stop.wait(_BREATH_S)
            self._wake.wait(_TICK_S)
        return "stopped"

    def step(self, snapshot: Snapshot) -> Decision:
        """One look: starts every action that is decided and not under way; returns the decision."""
        self._busy = {key: job for key, job in self._busy.items() if not job.done()}
        now = time.monotonic()
        resting = {action: why for action, (since, why) in self._refused.copy().items() if now - since < _BACK_OFF_S}
        decision = decide(snapshot, self._busy.keys(), resting)
        for action in decision.actions:
            key = f"train:{action.key}" if action.verb is Verb.LAND else action.key
            if key not in self._busy and not self._stop.is_set():
                self._busy[key] = self._pool.submit(self._do, action)
        return decision

    def _without_refused(self, decision: Decision) -> Decision:
        kept = tuple(action for action in decision.actions if action not in self._refused)
        return Decision(kept, decision.waiting)

    def _do(self, action: Action) -> None:
        try:
            self._carry_out(action)
            self._refused.pop(action, None)
        except LmawepError as error:
            if not self._is_gone(action):
                self._refuse(action, str(error))
        except Exception as error:  # noqa: BLE001 (a fault in one verb must be seen, and must not stop the others)
            self._refuse(action, f"unexpected {type(error).__name__}: {error}")
        finally:
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
        """Leaves the action alone for a while, and says why once."""
        known = self._refused.get(action)
        self._refused[action] = (time.monotonic(), why)
        if known is None or known[1] != why:
            self._tell(Told(f"{action.verb} {action.key}: {why}", trouble=True))
            with contextlib.suppress(LmawepError):
                self.ws.journal("refused", verb=str(action.verb), pod=action.pod, ticket=action.ticket, why=why)

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
            run = runs.start(ws, pod, role=action.role)
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
            landing = train.merge_pod(ws, pod)
            words = f"landed as {landing.commit[:7]}" if landing.commit else f"sent back: {landing.why}"
            self._tell(Told(f"{pod} #{action.ticket} {words}"))


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


def is_driven(ws: Workspace) -> bool:
    """Whether a conductor drives the repository now, in whatever process."""
    return is_held(ws.layout.lock("conductor"))
