"""The right side: log, diff, memory, ticket, evidence and runs of what is selected, and above them what it asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.ui.panes.asking import AskingView
from lmawep_tui.ui.panes.detail_title import detail_title
from lmawep_tui.ui.panes.pane import Pane
from lmawep_tui.ui.present.asking_lines import NOTHING, asking_lines, next_asking
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.table import Row, Table

if TYPE_CHECKING:
    from lmawep_tui.ui.bridge import Bridge
    from lmawep_tui.ui.panes.documents import SeenDiff
    from lmawep_tui.ui.panes.log_tab import LogTab
    from lmawep_tui.ui.present.styled import StyledLine
    from lmawep_tui.ui.widgets.diff_view import DiffView
    from lmawep_tui.ui.widgets.log_view import LogView

TABS = ("log", "diff", "memory", "ticket", "evidence", "runs")
_OF_TICKET = ("memory", "ticket")
_NO_BANK = "No memory bank yet; a pod gets one."
_RENEW_TICKS = 2


class DetailPane(Pane):
    """Shows one pod or ticket; views are made when they are first looked at."""

    def __init__(self, bridge: Bridge) -> None:
        """Make an empty pane."""
        super().__init__(id="detail-pane")
        self._bridge = bridge
        self.asking = AskingView(id="asking")
        """What the selection wants of the person; gone while it wants nothing."""
        self._gone: dict[TicketId, PodId | None] = {}
        """The last pod of tickets that have none now; their runs are still there."""
        self._views: dict[str, Widget] = {"ticket": _make("ticket")}
        self._mounted = False
        self.wanted = "log"
        """The tab the person chose last; another is shown where that one makes no sense."""
        self.ticket: Ticket | InvalidTicket | None = None
        self.pod: Pod | None = None
        self._tab = "ticket"
        self._fetching: dict[str, object] = {}
        self._ticks = 0
        self._sought = ""

    def compose(self) -> ComposeResult:
        """Put the view that is looked at first into the frame."""
        self._mounted = True
        yield self.asking
        yield self.view

    def on_mount(self) -> None:
        """Wear the colours of the theme in the frame, too."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.tell())

    @cached_property
    def log_tab(self) -> LogTab:
        """The runs' output; not needed for a first picture without pods."""
        from lmawep_tui.ui.panes.log_tab import LogTab

        return LogTab(self._bridge.ws)

    @property
    def log_view(self) -> LogView:
        """The view of a run's output."""
        return self.log_tab.view

    def on_resize(self) -> None:
        """Wrap what is asked anew, and give the title the room there is now."""
        self._tell_what_is_asked()
        self.tell()

    def records(self) -> str:
        """Return how an agent's records are shown in the log: `events` or `raw`; nothing where they are no records."""
        if "log" not in self._views or not self.log_view.structured:
            return ""
        return "raw" if self.log_view.raw else "events"

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self._tab

    @property
    def view(self) -> Widget:
        """The view that is shown."""
        return self._views[self._tab]

    # -- what is shown --------------------------------------------------------------------------------------------

    def show(self, ticket: Ticket | InvalidTicket | None, pod: Pod | None) -> None:
        """Show what is selected now, or what has become of it."""
        self.ticket, self.pod = ticket, pod
        self._look_for_last_pod()
        self._go_to(self.wanted if self.wanted in self.tabs() else "ticket")
        self.renew()
        self._tell_what_is_asked()
        self.tell()

    def _tell_what_is_asked(self) -> None:
        self.asking.tell(self.asked(), self.size.width - 2)

    def asked(self) -> list[StyledLine]:
        """Return in words what the selection wants of the person."""
        bridge = self._bridge
        changes = bridge.facts.changes.get(self.pod.id) if self.pod else None
        return asking_lines(bridge.snapshot, self.ticket, self.pod, changes, bridge.clock())

    def asked_next(self) -> list[StyledLine]:
        """Return in words what the first that needs the person wants, whatever is selected."""
        bridge = self._bridge
        return next_asking(bridge.snapshot, bridge.facts.changes, bridge.clock())

    def tabs(self) -> tuple[str, ...]:
        """Return the tabs there are for the selection."""
        if self.pod is not None:
            return TABS
        if not isinstance(self.ticket, Ticket):
            return ("ticket",) if self.ticket else ()
        gone = bool(self._gone.get(self.ticket.id))
        log, runs = (("log",), ("runs",)) if gone else ((), ())
        return (*log, *(("diff",) if self._landed() else ()), *_OF_TICKET, *runs)

    def _landed(self) -> Sha | None:
        """The commit by which the selected ticket landed, when its pod is gone."""
        if self.pod is not None or not isinstance(self.ticket, Ticket):
            return None
        commit = self._bridge.snapshot.state.landed.get(self.ticket.id)
        return Sha(commit) if commit else None

    def step_run(self, step: int) -> None:
        """Show the output of an older or newer run."""
        if "log" not in self.tabs():
            return
        self.choose("log")
        if why := self.log_tab.step(step):
            self._bridge.say(why)
        self.tell()

    def choose(self, tab: str) -> None:
        """Show a tab because the person wants it."""
        self.wanted = tab
        self.show(self.ticket, self.pod)

    def _go_to(self, tab: str) -> None:
        if tab == self._tab:
            return
        had_focus = self.view.has_focus
        self.view.display = False
        self._tab = tab
        view = self._views.get(tab)
        if view is None:
            view = self._views[tab] = self.log_view if tab == "log" else _make(tab)
            if tab in ("log", "diff"):
                self.watch(view, "status_text", self.tell, init=False)
        if self._mounted and not view.is_attached:
            self.mount(view)
        view.display = True
        if had_focus:
            view.focus()

    def tick(self) -> None:
        """Time has passed: what is read from disk while somebody looks is read again now and then."""
        self._ticks += 1
        at_work = self.pod is not None and self.pod.live
        fetched = self._tab == "memory" or (self._tab in ("diff", "runs") and at_work)
        if self._tab == "evidence" or (fetched and self._ticks % _RENEW_TICKS == 0):
            self.renew()

    def renew(self) -> None:
        """Bring the visible tab up to date."""
        if self._tab == "log":
            self.log_tab.show(self.pod_of_runs(), self.pod)
        elif self._tab == "runs" and (of := self.pod_of_runs()) is not None:
            from lmawep_tui.ui.panes.runs_tab import read_runs

            bridge = self._bridge
            self._fetch("runs", of, self._show_runs, read_runs, bridge.ws, bridge.snapshot, of, bridge.clock())
        elif self._tab == "diff" and (commit := self._landed()) is not None:
            from lmawep_tui.ui.panes.documents import read_landed

            self._fetch("diff", self._diff_subject(), self._show_diff, read_landed, self._bridge.ws, commit,
                        self._diff_options())  # fmt: skip
        elif self._tab == "diff" and self.pod is not None:
            from lmawep_tui.ui.panes.documents import read_diff

            branch = self.pod.record.branch
            self._fetch("diff", self._diff_subject(), self._show_diff, read_diff, self._bridge.ws, self.pod.id, branch,
                        self._diff_options())  # fmt: skip
        elif self._tab == "memory" and isinstance(self.ticket, Ticket):
            from lmawep_tui.ui.panes.documents import read_memory

            record = self.pod.record if self.pod else None
            subject = f"{self.pod.id if self.pod else ''} {self.ticket.id}"
            self._fetch("memory", subject, self._show_memory, read_memory, self._bridge.ws, record, self.ticket.id)
        else:
            self._show_pure()

    def pod_of_runs(self) -> PodId | None:
        """Return the pod whose runs there are to see: the selected one, or the last of a ticket that has none now."""
        if self.pod is not None:
            return self.pod.id
        return self._gone.get(self.ticket.id) if isinstance(self.ticket, Ticket) else None

    def _show_runs(self, rows: list[Row], subject: str) -> None:
        table = self._views.get("runs")
        if isinstance(table, Table) and self.pod_of_runs() == subject:
            table.empty = f"{subject} has had no run yet. e starts the agent."
            table.set_rows(rows)

    @on(Table.Activated, "#runs")
    def _run_chosen(self, event: Table.Activated) -> None:
        """Enter on a run shows its output."""
        event.stop()
        self.log_tab.show(self.pod_of_runs(), self.pod)
        self.log_tab.go_to(event.key)
        self.choose("log")

    def _look_for_last_pod(self) -> None:
        """A ticket that had a pod keeps its log: ask the journal once which pod that was."""
        ticket = self.ticket
        if self.pod is not None or not isinstance(ticket, Ticket) or ticket.id in self._gone:
            if self.pod is not None:
                self._gone.pop(self.pod.ticket, None)
            return
        from lmawep_tui.engine.compare import last_pod

        def came(pod: PodId | None, subject: str) -> None:
            self._gone[ticket.id] = pod
            self.show(self.ticket, self.pod)

        self._fetch("last pod", str(ticket.id), came, last_pod, self._bridge.ws, ticket.id)

    def _show_pure(self) -> None:
        """Show what the snapshot knows by itself."""
        view = self.view
        if not isinstance(view, LineView):
            return
        from lmawep_tui.ui.present.evidence_lines import evidence_lines
        from lmawep_tui.ui.present.ticket_lines import invalid_lines, ticket_lines

        bridge, now = self._bridge, self._bridge.clock()
        lines: list[StyledLine] = []
        subject = self._subject()
        if self._tab == "evidence" and self.pod is not None:
            lines = evidence_lines(self.pod, bridge.facts.changes.get(self.pod.id), now, bridge.snapshot.costs)
        elif isinstance(self.ticket, InvalidTicket):
            lines = invalid_lines(self.ticket)
        elif self.ticket is not None:
            lines = ticket_lines(bridge.snapshot, self.ticket, now)
        view.empty = NOTHING if self.ticket is None and bridge.loaded else ""
        _show_lines(view, lines, subject)

    def _subject(self) -> str:
        return f"{self.pod.id if self.pod else ''} {self.ticket.id if self.ticket else ''}"

    def _fetch(self, tab: str, subject: str, show: Callable[[Any, str], None], read: Callable[..., Any],
               *args: Any) -> None:  # fmt: skip
        """Read in a thread and show the result if it still is what the person looks at."""
        if self._fetching.get(tab) == subject:
            return  # under way; the next change or tick asks again
        self._fetching[tab] = subject

        async def fetch() -> None:
            result = await self._bridge.reads.run(read, *args)
            if self._fetching.get(tab) == subject:
                del self._fetching[tab]
                show(result, subject)

        self._bridge.spawn_task(fetch(), f"read {tab}")

    def _show_diff(self, seen: SeenDiff, subject: str) -> None:
        from lmawep_tui.ui.widgets.diff_view import DiffView

        view = self._views.get("diff")
        if isinstance(view, DiffView) and self._diff_subject() == subject:
            view.empty = seen.problem or f"{self.pod.id if self.pod else 'It'} has no commits and no changes yet."
            if seen.lines != view.diff:
                view.show_diff(seen.lines, subject=self.pod.id if self.pod else subject)
            self.tell()

    def _diff_options(self) -> DiffOptions:
        return getattr(self._views.get("diff"), "options", AS_USUAL)

    def _diff_subject(self) -> str:
        """Return what diff is wanted: of what, and with what options."""
        return f"{self.pod.id if self.pod else self._landed()} {self._diff_options()}"

    def on_diff_view_wanted(self) -> None:
        """Read the diff with other options; by name and not by class, which is imported only when it is used."""
        self.renew()

    def _show_memory(self, lines: list[StyledLine], subject: str) -> None:
        view = self._views.get("memory")
        if isinstance(view, LineView):
            view.empty = "No notes yet: the agent writes them as it works." if self.pod else _NO_BANK
            _show_lines(view, lines, subject)
            self.seek(self._sought)

    def seek(self, name: str) -> None:
        """Go to a file of the memory bank, now or as soon as it has been read."""
        view = self._views.get("memory")
        lines = view.lines if isinstance(view, LineView) else ()
        place = next((n for n, line in enumerate(lines) if (name, "file") in line), None) if name else None
        self._sought = name if place is None else ""
        if place is not None and isinstance(view, LineView):
            view.call_after_refresh(lambda: view.jump(view.row_of_line(place)))

    # -- the frame ------------------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Put subject and tabs into the frame's title, and where the reader is below."""
        tabs = [(number, tab) for number, tab in enumerate(TABS, 1) if tab in self.tabs()]
        self._put_title(detail_title(self.ticket, self.pod, tabs, self._tab, self.size.width))
        self.note_it(self._place())

    def ticket_title(self) -> str:
        """Return the title of the ticket that is selected."""
        return self.ticket.title if isinstance(self.ticket, Ticket) else ""

    def _place(self) -> str:
        if self._tab == "log":
            return self.log_tab.place()
        status = getattr(self.view, "status_text", "")
        return str(status) if status and self._tab == "diff" else ""


def _make(tab: str) -> LineView | DiffView | Table:
    if tab == "runs":
        from lmawep_tui.ui.panes.runs_tab import RunsTable

        return RunsTable()
    if tab == "diff":
        from lmawep_tui.ui.widgets.diff_view import DiffView

        return DiffView(empty="Reading…", id="diff")
    return LineView(wrap=True, id=tab)


def _show_lines(view: LineView, lines: list[StyledLine], subject: str) -> None:
    if lines != view.lines:
        view.show(lines, subject=subject)
