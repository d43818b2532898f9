"""The wall of logs: who has a tile, and which one the keys go to."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _zoomed(s: Situation) -> bool:
    return s.row == "zoomed"


def _tiled(s: Situation) -> bool:
    return not _zoomed(s)


def _on_pod(s: Situation) -> bool:
    return s.pod is not None


WATCH = (
    Action("watch.zoom", "enter", "zoom", "Show the tile on the whole screen, or all tiles again", Scope.WATCH,
           footer=_on_pod),
    Action("watch.next", "tab", "next tile", "Go to the next tile (1–9: to that one); zoomed, to the next pod",
           Scope.WATCH, footer=_on_pod),
    Action("watch.previous", "shift+tab", "tile before", "Go to the tile before", Scope.WATCH),
    Action("watch.left", "left", "left", "Go to the tile at the left", Scope.WATCH, _tiled),
    Action("watch.right", "right", "right", "Go to the tile at the right", Scope.WATCH, _tiled),
    Action("watch.up", "up", "up", "Go to the tile above; zoomed, a line up", Scope.WATCH, _tiled),
    Action("watch.down", "down", "down", "Go to the tile below; zoomed, a line down", Scope.WATCH, _tiled),
    Action("watch.page-next", "right_square_bracket", "more", "The next pods, when there are more than tiles",
           Scope.WATCH, footer=True),
    Action("watch.page-previous", "left_square_bracket", "back", "The pods before", Scope.WATCH),
    Action("watch.pin", "asterisk", "pin", "Keep this tile where it is, whatever happens to its run", Scope.WATCH,
           _on_pod, needs="a pod", footer=True),
    Action("watch.shape", "L", "shape", "Cut the screen otherwise: auto, 2×2, 3×2, 1×n", Scope.WATCH,
           footer=_on_pod),
    Action("watch.who", "A", "who", "Watch who is at work, all pods, or those that were marked", Scope.WATCH,
           footer=True),
    Action("watch.give-way", "Y", "give way", "Let a tile whose run ended make room for the next, or not",
           Scope.WATCH),
    Action("watch.go", "d", "details", "Go to this pod in mission control", Scope.WATCH, _on_pod, needs="a pod",
           footer=True),
    Action("watch.back", "escape,q", "back", "Leave the zoom, a search, then the wall", Scope.WATCH, footer=True),
)  # fmt: skip
