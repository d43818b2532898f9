"""What the actions of the views do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lmawep_tui.ui import memory_deeds, train_deeds, vault_deeds, view_filter
from lmawep_tui.ui.navigation import go_to, switch_view
from lmawep_tui.ui.views import RunAt, beside

if TYPE_CHECKING:
    from lmawep_tui.engine.doctor.findings import Finding
    from lmawep_tui.ui.screens.view import ViewScreen

Deed = Callable[["ViewScreen"], object]


# -- going -------------------------------------------------------------------------------------------------------------


def go(screen: ViewScreen, row: str) -> None:
    """Leave for the row's pod or ticket, or open its log; a row without one is read."""
    if row in screen.page.logs:
        open_log(screen, screen.page.logs[row])
    elif row in screen.page.goes:
        leave(screen, screen.page.goes[row])
    elif screen.about.is_attached and screen.page.entries:
        screen.about.focus()


def leave(screen: ViewScreen, goal: str | None) -> None:
    """Go back to mission control, to a row of it if that is said."""
    mission = screen.lmawep.mission
    if goal:
        mission.call_later(go_to, mission, goal)
    screen.dismiss(None)


def open_log(screen: ViewScreen, run: RunAt) -> None:
    """Show a run's log, also of a pod that is gone."""
    from lmawep_tui.ui.screens.run_log import RunLogScreen

    screen.app.push_screen(RunLogScreen(screen.bridge, run))


def _log(screen: ViewScreen) -> None:
    run = screen.page.logs.get(screen.row)
    if run is not None:
        open_log(screen, run)


def _back(screen: ViewScreen) -> None:
    """Leave one thing: the filter line, the reading, the filter, the history, the view."""
    line = view_filter.filter_line(screen)
    if line is not None:
        view_filter.set_needle(screen, "")
        view_filter.close_filter(screen, line)
    elif screen.about.has_focus:
        screen.table.focus()
    elif screen.needle:
        view_filter.set_needle(screen, "")
    elif screen.frame.history:
        screen.look_through(replace(screen.frame, history=False))
    else:
        leave(screen, None)


def _help(screen: ViewScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


# -- the doctor --------------------------------------------------------------------------------------------------------


def _mend(screen: ViewScreen) -> None:
    from lmawep_tui.engine.doctor import doctor
    from lmawep_tui.ui.modals.confirm import Confirm

    found = [row for row in screen.table.rows.keys if row.startswith("finding")]
    if not found:
        screen.lmawep.say("All is in order: there is nothing to mend.")
        return

    def told(findings: list[Finding]) -> None:
        left = sum(not finding.fixed for finding in findings)
        screen.lmawep.say(f"{len(findings) - left} mended" + (f", {left} left for you." if left else "."))
        screen.load()

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do("doctor", "mending", lambda ws: doctor(ws, fix=True), then=told)

    says = [f"{len(found)} finding{'s' if len(found) != 1 else ''}. What can be mended without losing anything is;",
            "the rest stays on the list for you."]  # fmt: skip
    screen.lmawep.ask(Confirm("Mend what can be mended?", says, yes="mend it"), decided)


# -- through time, and sideways ----------------------------------------------------------------------------------------

_CLOSEST = 14
_STEP = 0.25
"""How far one key goes in time, in widths of what is seen."""
_LANES = 4


def _zoom(by: int) -> Deed:
    def zoom(screen: ViewScreen) -> None:
        closer = min(_CLOSEST, max(0, screen.frame.zoom + by))
        screen.look_through(replace(screen.frame, zoom=closer))

    return zoom


def _move(by: float) -> Deed:
    def move(screen: ViewScreen) -> None:
        frame = screen.frame
        begin, end, _ = screen.page.span
        at = None if frame.at is None else frame.at - by * (end - begin)
        screen.look_through(replace(frame, shift=max(0.0, frame.shift + by), at=at))

    return move


def _side(by: int) -> Deed:
    """A cell of the timeline, or some lanes of the graph, to one side."""

    def side(screen: ViewScreen) -> None:
        frame = screen.frame
        if screen.view_name == "graph":
            screen.look_through(replace(frame, side=max(0, frame.side + by * _LANES)))
            return
        begin, end, width = screen.page.span
        cell = (end - begin) / max(1, width)
        at = (end if frame.at is None else frame.at) + by * cell
        now = screen.bridge.clock()
        screen.look_through(replace(frame, at=None if at >= min(now, end + cell) and by > 0 else at))

    return side


DEEDS: dict[str, Deed] = {
    "views.go": lambda screen: go(screen, screen.row),
    "views.log": _log,
    "views.filter": view_filter.open_filter,
    "views.next": lambda screen: switch_view(screen, beside(screen.view_name, 1)),
    "views.previous": lambda screen: switch_view(screen, beside(screen.view_name, -1)),
    "views.reload": lambda screen: screen.load(),
    "views.back": _back,
    "views.left": _side(-1),
    "views.right": _side(1),
    "graph.all": lambda screen: screen.look_through(replace(screen.frame, whole=not screen.frame.whole)),
    "timeline.closer": _zoom(1),
    "timeline.farther": _zoom(-1),
    "timeline.earlier": _move(_STEP),
    "timeline.later": _move(-_STEP),
    "timeline.all": lambda screen: screen.look_through(replace(screen.frame, zoom=0, shift=0.0, at=None)),
    "memory.edit": memory_deeds.edit,
    "memory.editor": memory_deeds.edit_outside,
    "memory.new": memory_deeds.new,
    "memory.history": lambda screen: screen.look_through(replace(screen.frame, history=not screen.frame.history)),
    "vault.restore": vault_deeds.restore,
    "vault.file": vault_deeds.one_file,
    "train.land": train_deeds.land,
    "train.pause": train_deeds.pause,
    "train.out": train_deeds.take_out,
    "doctor.mend": _mend,
    "help": _help,
}
