"""The wall: the logs of several pods at once, tiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.widgets import Input

from lmawep_tui.model.ids import PodId
from lmawep_tui.store.queries import attention_count
from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, footer_actions, refusal
from lmawep_tui.ui.bridge import Bridge, Update
from lmawep_tui.ui.footer import item_of, items_of
from lmawep_tui.ui.keymap import keys_of
from lmawep_tui.ui.panes.bar import Bar, FooterBar
from lmawep_tui.ui.panes.filter_line import FilterLine
from lmawep_tui.ui.panes.tile import Tile
from lmawep_tui.ui.present.header import needs_words
from lmawep_tui.ui.prompt_paint import PromptScreen
from lmawep_tui.ui.wall import Wall
from lmawep_tui.ui.watch_deeds import DEEDS
from lmawep_tui.ui.watched import Who, watched
from lmawep_tui.ui.widgets.plain import Plain

LINGER_S = 10.0
"""How long a tile whose run has ended stays at least, before it gives way: to be seen, and read to its end."""

_ALWAYS = ("palette", "help", "watch.back")
_FIRST = ("watch.left", "watch.right", "watch.up", "watch.down", "watch.next", "watch.previous", "watch.zoom")
"""Keys that are the wall's before they are the log's, except while something is typed."""
_FROM_MISSION = ("next", "filter", "why", "undo", "autopilot", "help", "views")
_NOT_HERE = ("run.previous", "run.next", "triage.pin", "marks.all")
"""Actions whose keys mean something else here."""

_NOBODY = "Nobody is at work and no pod has run yet. e in mission control starts an agent."
_OF_SEARCH = ("log.next", "log.previous")


def _is_verb(action: Action) -> bool:
    return action.scope in (Scope.PODS, Scope.TICKETS) and not action.by_widget and action.id not in _NOT_HERE


def _footer_rank(name: str) -> int:
    """Where room is scarce: a search under way first, then what the pod needs, then the wall."""
    if name in _OF_SEARCH:
        return 0
    return 1 if ACTIONS[name].scope is Scope.PODS or name == "ticket.decide" else 2 if name == "watch.zoom" else 3


class WatchScreen(PromptScreen[None]):
    """Tiles that follow; verbs go to the pod of the tile that has the keys. Dismissed with a pod to go to, or None."""

    CSS_PATH = "watch.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *[
            Binding(a.keys, f"do('{a.id}')", a.title, show=False, id=a.id, priority=a.id in _FIRST)
            for a in ACTIONS.values()
            if (a.scope is Scope.WATCH and not a.by_widget) or _is_verb(a) or a.id in _FROM_MISSION
        ],
        *[Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)],
    ]

    def __init__(self, bridge: Bridge, *, marked: Sequence[PodId] = (), chosen: PodId | None = None) -> None:
        """Watch the marked pods; without any those at work, or all when nobody works."""
        super().__init__()
        self.bridge = bridge
        self._marked = tuple(marked)
        self.who = Who.MARKED if marked else Who.LIVE
        if not self._wanted():
            self.who = Who.ALL
        self.wall = Wall(self._wanted(), chosen)
        self.gives_way = True
        self._ended: dict[PodId, float] = {}
        """Since when the runs of tiles have been over, by the clock of the bridge."""
        self.tiles: list[Tile] = []
        self.header = Bar(id="watch-header")
        self.footer = FooterBar(id="watch-footer")
        self.grid = Container(id="wall")
        self._nobody = Plain(_NOBODY, id="watch-nobody")

    def compose(self) -> ComposeResult:
        """Put the tiles between header and footer."""
        yield self.header
        yield self.grid
        yield self._nobody
        yield self.footer

    def on_resize(self, event: events.Resize) -> None:
        """Cut the screen anew; there are two rows for header and footer."""
        self.wall.fit(event.size.width, event.size.height - 2)
        self.show()

    # -- what is shown --------------------------------------------------------------------------------------------

    def _wanted(self) -> list[PodId]:
        return watched(self.bridge.snapshot, self.who, self._marked)

    def take(self, update: Update) -> None:
        """Take in what changed: tiles stay, newcomers find a place, and frames count on."""
        self.wall.settle(self._wanted(), self._giving_way())
        self.show(renew=not update.tick)

    def _giving_way(self) -> set[PodId]:
        """Return the tiles that may make room: over for a while, and nobody has scrolled back in them."""
        now, pods = self.bridge.clock(), self.bridge.snapshot.pods
        over = {name for name in self.wall.page if (pod := pods.get(name)) is None or not pod.live}
        self._ended = {name: self._ended.get(name, now) for name in over}
        if not self.gives_way or self.who is not Who.LIVE:
            return set()
        read = {tile.pod_id for tile in self.tiles if not tile.view.follow}
        return {name for name, since in self._ended.items() if now - since >= LINGER_S and name not in read}

    def show(self, *, renew: bool = False) -> None:
        """Bring the tiles in line with the wall; those that are not seen rest. With `renew` look for newer runs."""
        if not self.is_mounted:
            return
        wall, pods = self.wall, self.bridge.snapshot.pods
        self._arrange()
        for number, (tile, name) in enumerate(zip(self.tiles, wall.page, strict=False), 1):
            if name in wall.seen:
                pod = pods.get(name)
                tile.show(name, pod, number if not wall.zoomed else 0, pinned=name in wall.pinned, renew=renew)
                tile.mark("-asks", pod is not None and bool(pod.attention))
            tile.mark("-active", name == wall.chosen)
        self._focus()
        self._show_bars()

    def _arrange(self) -> None:
        """Have a tile for each pod of the page, and room for those that are seen."""
        wall = self.wall
        while len(self.tiles) < len(wall.page):
            self.tiles.append(tile := Tile(self.bridge))
            self.grid.mount(tile)
        columns, rows = (1, 1) if wall.zoomed else wall.grid
        styles = self.grid.styles
        if (styles.grid_size_columns, styles.grid_size_rows) != (columns, rows):
            styles.grid_size_columns, styles.grid_size_rows = columns, rows
        for place, tile in enumerate(self.tiles):
            tile.display = place < len(wall.page) and wall.page[place] in wall.seen
            tile.view.pace.share_of(len(wall.seen))
        self.grid.display = bool(wall.seen)
        self._nobody.display = not wall.seen

    @property
    def tile(self) -> Tile | None:
        """The tile that the keys go to."""
        wall = self.wall
        if wall.chosen not in wall.page:
            return None
        return self.tiles[wall.page.index(wall.chosen)]

    def _focus(self) -> None:
        tile = self.tile
        if tile is not None and not tile.view.has_focus and not self._typing:
            tile.view.focus()

    def _show_bars(self) -> None:
        wall, snapshot = self.wall, self.bridge.snapshot
        words = f"  {wall.words} {self.who}" if wall.order else ""
        shape = "zoomed" if wall.zoomed else f"{wall.grid.columns}×{wall.grid.rows}"
        shaped = f"  {shape}" if wall.seen else ""
        left = [(" lmawep ", "accent"), (" Watch", "strong"), (words, "muted"), (shaped, "muted")]
        waits = attention_count(snapshot)
        right = [("slots ", "muted"), (f"{snapshot.slots_used}/{snapshot.config.slots}  ", "busy")]
        self.header.show(left, [*right, *(needs_words(waits) or [("nothing needs you ", "muted")])])
        own, s, seen = self.lmawep.own_keys, self.situation(), set[str]()
        items = []
        for action in [*footer_actions(self._own_situation()), *footer_actions(s)]:
            item = item_of(action, own, s)
            if action.id not in (*_ALWAYS, *_NOT_HERE) and item[0] not in seen and self._offers(action):
                seen.add(item[0])
                items.append(item)
        items.sort(key=lambda item: _footer_rank(item[2]))
        self.footer.offer(items, items_of(_ALWAYS, own))

    def _offers(self, action: Action) -> bool:
        paged = len(self.wall.page) < len(self.wall.order)
        return (action.id != "watch.page-next" or paged) and (action.id != "views")

    # -- what a key is about --------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        """Return what a verb would act on: the pod of the tile, as on mission control with its log under the keys."""
        snapshot, tile = self.bridge.snapshot, self.tile
        pod = snapshot.pods.get(self.wall.chosen) if self.wall.chosen else None
        ticket = snapshot.tickets.get(pod.ticket) if pod else None
        view = tile.view if tile else None
        records = ("raw" if view.raw else "events") if view is not None and view.structured else ""
        searched = view is not None and view.needle is not None
        return Situation(snapshot, ticket, None, pod, "log" if tile else "watch", searched, self.bridge.busy, records)

    def _own_situation(self) -> Situation:
        return replace(self.situation(), place="watch", row="zoomed" if self.wall.zoomed else "")

    @property
    def _typing(self) -> bool:
        return isinstance(self.focused, Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave arrows to a zoomed log, and all of the wall's first keys to a line that is typed into."""
        if action == "do" and parameters and parameters[0] in _FIRST:
            return not self._typing and ACTIONS[str(parameters[0])].when(self._own_situation())
        return True

    def action_choose(self, number: int) -> None:
        """Go to the tile of that number."""
        self.wall.choose_tile(number)
        self.show()

    def action_do(self, name: str) -> None:
        """Carry out an action: the wall's own, the log's, or a verb on the pod of the tile."""
        action, situation = ACTIONS[name], self.situation()
        own = self._own_situation() if action.scope is Scope.WATCH else situation
        if action.by_widget:
            self.app.simulate_key(keys_of(action, self.lmawep.own_keys)[0])
        elif not action.when(own):
            self.lmawep.say(refusal(action, own), "warning")
        elif name in DEEDS:
            DEEDS[name](self)
        else:
            self.lmawep.mission.carry_out(action, situation)

    @on(FooterBar.Pressed)
    def _pressed(self, event: FooterBar.Pressed) -> None:
        self.action_do(event.action)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A tile that is clicked is the one that the keys go to."""
        tile = next((tile for tile in self.tiles if tile in event.widget.ancestors), None)
        if tile is not None and tile.pod_id in self.wall.seen and tile.pod_id != self.wall.chosen:
            self.wall.choose(tile.pod_id)
            self.show()

    def watch_pod(self, pod: PodId) -> None:
        """Bring a pod onto the wall, and the keys to it."""
        self.wall.choose(pod)
        self.show()

    def next_who(self) -> None:
        """Watch others: those at work, all, those that were marked."""
        kinds = [kind for kind in Who if kind is not Who.MARKED or self._marked]
        self.who = kinds[(kinds.index(self.who) + 1) % len(kinds)]
        self.wall.show_only(self._wanted())
        self.show(renew=True)

    def leave_for(self, kind: str, name: str) -> None:
        """Leave for a view, a ticket, or (without a name) the choice of views."""
        from lmawep_tui.ui import navigation

        mission = self.lmawep.mission
        self.dismiss(None)
        if kind == "view":
            go = (navigation.open_view, mission, name) if name else (navigation.choose_view, mission)
            mission.call_after_refresh(*go)
        elif kind == "ticket":
            mission.call_later(navigation.go_to, mission, name)

    # -- searching ------------------------------------------------------------------------------------------------

    def open_search(self) -> None:
        """Ask what to search the tile's log for."""
        tile = self.tile
        if tile is None or self._search_line() is not None:
            return
        line = FilterLine("log", tile.view.needle.text if tile.view.needle is not None else "")
        self.mount(line, before="#watch-footer")
        self.lmawep.key_line.hold_until(lambda: line.takes_keys)

    def _search_line(self) -> FilterLine | None:
        try:
            return self.query_one(FilterLine)
        except NoMatches:
            return None

    @on(FilterLine.Typed)
    def _typed(self, event: FilterLine.Typed) -> None:
        if event.done and self.tile is not None:
            self.tile.view.search(event.text)
            self.leave_search()
            self._show_bars()

    def leave_search(self) -> bool:
        """Close the line, or forget what was looked for; return whether there was either."""
        line, tile = self._search_line(), self.tile
        if line is not None:
            if tile is not None:
                tile.view.focus()
            line.remove()
            return True
        if tile is not None and tile.view.needle is not None:
            tile.view.clear_search()
            self._show_bars()
            return True
        return False
