"""Going places: tabs, the next that needs you, filter and views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from lmawep_tui.model.ids import PodId
from lmawep_tui.store.queries import invalid_needing_you, needing_you, tickets_needing_you
from lmawep_tui.ui import peeking
from lmawep_tui.ui.panes.pods import PodsPane
from lmawep_tui.ui.panes.tickets import TicketsPane
from lmawep_tui.ui.present.ticket_row import invalid_key, ticket_key

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp
    from lmawep_tui.ui.panes.filter_line import FilterLine
    from lmawep_tui.ui.screens.board import BoardScreen
    from lmawep_tui.ui.screens.mission import MissionScreen
    from lmawep_tui.ui.screens.view import ViewScreen


def choose_tab(screen: MissionScreen, tab: str) -> None:
    """Show a tab; where lists and detail take turns, that is the detail's turn."""
    screen.detail.choose(tab)
    if screen.folded:
        screen.focus_detail()
    screen.show_footer()


def go_to_next(screen: MissionScreen) -> None:
    """Go to what needs the person, most urgent first, then round again."""
    snapshot = screen.bridge.snapshot
    keys: list[str] = [pod.id for pod in needing_you(snapshot)]
    keys += [ticket_key(number) for number in tickets_needing_you(snapshot)]
    keys += [invalid_key(bad) for bad in invalid_needing_you(snapshot)]
    if not keys:
        return
    here = screen.table.cursor_key
    place = keys.index(here) + 1 if here is not None and here in keys else 0
    go_to(screen, keys[place % len(keys)])


def go_to(screen: MissionScreen, key: str) -> None:
    """Put the cursor on a pod or a ticket; a filter that hides it is dropped."""
    pane: PodsPane | TicketsPane = screen.pods if key.startswith("pod-") else screen.tickets
    if key not in pane.table.rows and pane.needle:
        set_needle(screen, pane, "")
    screen.focus_list(pane)
    pane.table.move_to(key)
    screen.show_detail()
    screen.show_footer()


def back(screen: MissionScreen) -> None:
    """Leave one thing: the filter line, the peek, the hint, the detail, the marks, a filter."""
    line = filter_line(screen)
    if line is not None:
        close_filter(screen, line, keep=False)
    elif screen.peek is not None:
        peeking.end(screen)
    elif screen.hint_shown:
        screen.hide_hint()
    elif screen.detail.view.has_focus:
        if screen.detail.tab == "log" and screen.detail.log_view.needle is not None:
            screen.detail.log_view.clear_search()
        elif screen.detail.tab == "log" and screen.detail.log_view.busy_or_pointing:
            screen.detail.log_view.let_go()
        else:
            screen.focus_list()
    elif screen.table.marked:
        screen.table.clear_marks()
    elif screen.list_pane.needle:
        set_needle(screen, screen.list_pane, "")


# -- filter and search -------------------------------------------------------------------------------------------------


def filter_line(screen: MissionScreen) -> FilterLine | None:
    """Return the line that is open, if one is."""
    from lmawep_tui.ui.panes.filter_line import FilterLine

    try:
        return screen.query_one(FilterLine)
    except NoMatches:
        return None


def open_filter(screen: MissionScreen) -> None:
    """Ask what to filter the list by, or to search the log for."""
    from lmawep_tui.ui.panes.filter_line import FilterLine

    if filter_line(screen) is not None:
        return
    if screen.detail.view.has_focus:
        if screen.detail.tab == "diff":
            screen.app.simulate_key("slash")  # the diff asks by itself
            return
        if screen.detail.tab != "log":
            screen.lmawep.say("Search works in the log (1) and in the lists.", "warning")
            return
        needle = screen.detail.log_view.needle
        line = FilterLine("log", needle.as_typed if needle is not None else "")
    else:
        pane = screen.list_pane
        line = FilterLine("pods" if pane is screen.pods else "tickets", pane.needle)
    screen.mount(line, before="#footer")
    screen.lmawep.key_line.hold_until(lambda: line.takes_keys)


def filter_typed(screen: MissionScreen, text: str, *, done: bool) -> None:
    """Filter while the person types; a log is searched when they are done."""
    line = filter_line(screen)
    if line is None:
        return
    if line.about == "log":
        if done:
            screen.detail.log_view.search(text)
    else:
        set_needle(screen, screen.pods if line.about == "pods" else screen.tickets, text)
    if done:
        close_filter(screen, line, keep=True)


def close_filter(screen: MissionScreen, line: FilterLine, *, keep: bool) -> None:
    """Close the line; without `keep` everything is shown again."""
    if line.about == "log":
        screen.detail.view.focus()
    else:
        pane = screen.pods if line.about == "pods" else screen.tickets
        if not keep:
            set_needle(screen, pane, "")
        screen.focus_list(pane)
    line.remove()


def set_needle(screen: MissionScreen, pane: PodsPane | TicketsPane, text: str) -> None:
    """Filter a list."""
    pane.needle = text.strip()
    screen.fill_list(pane)


# -- views --------------------------------------------------------------------------------------------------


def choose_view(screen: MissionScreen) -> None:
    """Ask which view to look at."""
    from lmawep_tui.ui.modals.choose import Choose
    from lmawep_tui.ui.views import VIEWS

    def chosen(name: str | None) -> None:
        if name == "watch":
            open_watch(screen)
        elif name:
            open_view(screen, name)

    rows = [*VIEWS.items(), ("watch", "the logs of everybody at work, tiled")]
    screen.lmawep.ask(Choose("Look at", rows, numbered=True), chosen)


def open_view(screen: MissionScreen, name: str) -> None:
    """Show a view; it goes to a row of mission control by itself when it is left for one."""
    screen.app.push_screen(_made(screen, name))


def show_view(app: LmawepApp, name: str) -> None:
    """Show a view, in place of the one that is looked at."""
    from lmawep_tui.ui.screens.board import BoardScreen
    from lmawep_tui.ui.screens.view import ViewScreen

    if isinstance(app.screen, ViewScreen | BoardScreen):
        switch_view(app.screen, name)
    else:
        open_view(app.mission, name)


def switch_view(screen: ViewScreen | BoardScreen, name: str) -> None:
    """Show another view in place of the one that is looked at."""
    if name != screen.view_name:
        screen.app.switch_screen(_made(screen.lmawep.mission, name))


def open_settings(screen: MissionScreen, key: str = "") -> None:
    """Show the settings, with the cursor on a key."""
    from lmawep_tui.ui.screens.settings import SettingsScreen

    screen.app.push_screen(SettingsScreen(screen.bridge, key))


def _made(screen: MissionScreen, name: str) -> ViewScreen | BoardScreen:
    from lmawep_tui.ui.screens.board import BoardScreen
    from lmawep_tui.ui.screens.view import ViewScreen

    return BoardScreen(screen.bridge) if name == "board" else ViewScreen(screen.bridge, name)


def open_watch(screen: MissionScreen) -> None:
    """Show the logs of the marked pods, or of those at work, tiled."""
    from lmawep_tui.ui.screens.watch import WatchScreen

    table, pod = screen.pods.table, screen.selection()[1]
    marked = [PodId(key) for key in table.rows.keys if key in table.marked]
    screen.app.push_screen(WatchScreen(screen.bridge, marked=marked, chosen=pod.id if pod else None))
