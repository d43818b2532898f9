"""Between the files and the screen: what changed on disk comes in, ids of what looks different go out."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from lmawep_tui.engine.daemon_pool import DaemonPool
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.ui.facts import Facts, GitFacts
from lmawep_tui.ui.watching import Watching

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.store.store import Store

T = TypeVar("T")
Severity = Literal["information", "warning", "error"]
FLUSH_S = 0.1  # at most ten pictures of a storm of changes a second, the first of them at once
_TICK_S = 1.0
_IDLE_TICKS = 5  # ticks between two looks when nothing lives
_EVENTS = 60  # newest journal lines read for the activity line


@dataclass(frozen=True, slots=True)
class Update:
    """What may look different now."""

    tickets: frozenset[TicketId] = frozenset()
    pods: frozenset[PodId] = frozenset()
    other: bool = False
    everything: bool = False
    tick: bool = False
    """Only time has passed: ages."""


class Listener(Protocol):
    """Whoever shows what the bridge knows."""

    def take(self, update: Update) -> None:
        """Show what changed."""

    def say(self, text: str, severity: Severity = "information") -> None:
        """Show a sentence."""


class Bridge:
    """Owns the store on the event loop, the watch, and the threads for engine verbs."""

    def __init__(self, ws: Workspace, *, clock: Callable[[], float] = time.time) -> None:
        """Begin to load the store at once, in a thread, while the screen is still being put together."""
        self.ws, self.clock = ws, clock
        self.reads = DaemonPool(3, "reads")
        self.verbs = DaemonPool(8, "verbs")
        self.snapshot = Snapshot()
        self.busy: dict[str, str] = {}
        self.done_at: dict[str, float] = {}
        """When a verb of this screen last ended, by what it worked on: what follows at once is the person's doing."""
        self.events: list[dict[str, Any]] = []
        self.wake: Callable[[], None] = lambda: None
        """Called after each change on disk; autopilot listens."""
        self.behind: Callable[[], bool] = lambda: False
        """Whether the terminal has not taken the newest pictures yet; then it gets fewer."""
        self.started = False
        self._said: set[str] = set()
        self._store: Store | None = None
        self._loading = self.reads.submit(self._load)
        self._listener: Listener | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: contextvars.Context | None = None
        """What Textual looks up its app in; a thread has none of it, and would hand that to what it asks for."""
        self._git = GitFacts(ws, self.reads, self._facts_came)
        self._watching = Watching(self.reads, self._changed, lambda text: self.say(text, "warning"))
        self._paths: set[Path] = set()
        self._facts_due = False
        self._pending: Update | None = None
        self._flush_at: asyncio.TimerHandle | None = None
        self._flushed = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ticks = 0

    @property
    def loaded(self) -> bool:
        """Whether the store has been read, so that an empty snapshot means that there is nothing."""
        return self._store is not None

    @property
    def facts(self) -> Facts:
        """What git said last."""
        return self._git.facts

    # -- from the start to the end --------------------------------------------------------------------------------

    def _load(self) -> tuple[Store, list[dict[str, Any]]]:
        store = self.ws.store()
        store.clock = self.clock
        store.load()
        return store, self._read_events()

    def ready(self, wait_s: float) -> bool:
        """Take in the loaded store if it is there within so short a time that nobody notices."""
        with contextlib.suppress(TimeoutError):
            self._loaded(*self._loading.result(wait_s))
        return self._store is not None

    def _loaded(self, store: Store, events: list[dict[str, Any]]) -> None:
        self._store, self.snapshot, self.events = store, store.snapshot, events

    async def start(self, listener: Listener) -> None:
        """Show everything, then what changes; to be called once the first picture is on the screen."""
        self._listener, self._loop = listener, asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        if self._store is None:
            self._loaded(*await asyncio.wrap_future(self._loading))
        layout = self.ws.layout
        self._watching.follow(
            "project", (layout.tickets, layout.home, layout.workspace, layout.git_dir / "refs" / "heads")
        )
        self._send(Update(everything=True))
        self._follow_runs()
        self._git.ask(self.snapshot)
        self.spawn_task(self._tick(), "tick")
        self.started = True

    def close(self) -> None:
        """Stop watching; verbs under way are left to their threads."""
        self._listener = None
        self._watching.close()
        for task in self._tasks:
            task.cancel()

    def spawn_task(self, work: Any, name: str) -> None:
        """Run a coroutine and hold on to it."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what changed ---------------------------------------------------------------------------------------------

    def _changed(self, paths: Iterable[Path]) -> None:
        """Some files changed (none: only look again)."""
        refs = self.ws.layout.git_dir
        for path in paths:
            if refs in path.parents:
                self._facts_due = True
            else:
                self._paths.add(path)
        self._soon()

    def look(self, *paths: Path) -> None:
        """Look at these files, and at what lives, without waiting to be told."""
        self._changed(paths)

    def _soon(self) -> None:
        """Take the changes in: now, or when the last picture is a tenth of a second old."""
        if self._flush_at is not None or self._loop is None:
            return
        wait = self._flushed + FLUSH_S - self._loop.time()
        self._flush_at = self._loop.call_later(max(0.0, wait), self._flush, context=self._context)

    def _flush(self) -> None:
        self._flush_at = None
        if self._store is None or self._loop is None:
            return
        self._flushed = self._loop.time()
        if self.behind():
            self._soon()
            return
        paths, self._paths = self._paths, set()
        layout = self.ws.layout
        change = self._store.apply(paths)
        self.snapshot = self._store.snapshot
        journal = layout.journal in paths
        if journal:
            self.events = self._read_events()
        if change:
            self._follow_runs()
            self.wake()
        if self._facts_due or change.pods or change.other:
            self._facts_due = False
            self._git.ask(self.snapshot)
        if change or journal:
            self._pend(Update(change.tickets, change.pods, other=True))
        if self._pending is not None:
            update, self._pending = self._pending, None
            self._send(update)

    def _pend(self, update: Update) -> None:
        old = self._pending or Update()
        self._pending = Update(
            old.tickets | update.tickets, old.pods | update.pods, other=old.other or update.other,
            everything=old.everything or update.everything,
        )  # fmt: skip

    def _send(self, update: Update) -> None:
        """Show an update; a picture that cannot be made is said once and does not stop the next ones."""
        if self._listener is None:
            return
        try:
            self._listener.take(update)
        except Exception as error:  # noqa: BLE001 - the screen must outlive whatever it cannot show
            words = f"Something cannot be shown: {type(error).__name__}: {error}"
            self.say_once(words, "error")

    def _follow_runs(self) -> None:
        """Watch the folders in which a run of now can start or end."""
        layout = self.ws.layout
        live = [layout.run_dir(pod.id, pod.run.name) for pod in self.snapshot.pods.values() if pod.run and pod.live]
        self._watching.follow("runs", live)

    def _facts_came(self) -> None:
        self._pend(Update(pods=frozenset(self.snapshot.pods), other=True))
        self._soon()

    async def _tick(self) -> None:
        """Once a second: ages, and whether what lived still lives."""
        while True:
            await asyncio.sleep(_TICK_S)
            self._ticks += 1
            if self._ticks % _IDLE_TICKS == 0 or any(pod.live for pod in self.snapshot.pods.values()):
                self._changed(())
            if not self.behind():
                self._send(Update(tick=True))

    def _read_events(self) -> list[dict[str, Any]]:
        from lmawep_tui.files import journal

        return list(journal.read(self.ws.layout.journal, last=_EVENTS))

    # -- verbs ----------------------------------------------------------------------------------------------------

    def do(
        self,
        key: str,
        word: str,
        verb: Callable[..., T],
        *args: Any,
        then: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Carry out an engine verb in a thread; its row says `word` meanwhile, and a refusal is shown as it is.

        `failed` is told why it did not work, in the place of the person.
        """
        if key in self.busy:
            words = f"{self.busy[key].capitalize()} is under way there."
            failed(words) if failed else self.say(words, "warning")
            return
        self.spawn_task(self._do(key, word, lambda: verb(self.ws, *args, **kwargs), then, failed), f"{word} {key}")

    async def _do(
        self,
        key: str,
        word: str,
        verb: Callable[[], T],
        then: Callable[[T], None] | None,
        failed: Callable[[str], None] | None,
    ) -> None:
        self.busy[key] = word
        self._show_busy(key)
        try:
            result = await self.verbs.run(verb)
        except LmawepError as error:
            failed(str(error)) if failed else self.say(str(error), "warning")
            return
        except Exception as error:  # noqa: BLE001 - the person reads it, the journal keeps it, the screen stays
            words = f"{word} failed: {type(error).__name__}: {error}"
            failed(words) if failed else self.say(words, "error")
            with contextlib.suppress(LmawepError):
                self.ws.journal("screen error", verb=word, of=key, why=repr(error)[:500])
            return
        finally:
            self.busy.pop(key, None)
            self.done_at[key] = time.monotonic()
            self._show_busy(key)
            self.look(self.ws.layout.state, self.ws.layout.journal, self.ws.layout.triage)
        if then is not None:
            then(result)

    def _show_busy(self, key: str) -> None:
        """Paint the rows of a pod or ticket whose verb began or ended."""
        pods, tickets = set(), set()
        if key.startswith("ticket-"):
            tickets.add(TicketId(int(key[7:])))
        elif (pod := self.snapshot.pods.get(PodId(key))) is not None:
            pods.add(pod.id)
            tickets.add(pod.ticket)
        self._send(Update(frozenset(tickets), frozenset(pods), other=True))

    # -- from threads ---------------------------------------------------------------------------------------------

    def post(self, text: str, severity: Severity = "information") -> None:
        """Say something, from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the screen is gone
                self._loop.call_soon_threadsafe(self.say, text, severity, context=self._context)

    def renew(self) -> None:
        """Show everything that belongs to no row anew, from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._send, Update(other=True), context=self._context)

    def say_once(self, text: str, severity: Severity = "information") -> None:
        """Say what need not be said again as long as the screen is open."""
        if text not in self._said:
            self._said.add(text)
            self.say(text, severity)

    def say(self, text: str, severity: Severity = "information") -> None:
        """Say something, on the event loop."""
        if self._listener is not None:
            self._listener.say(text, severity)
