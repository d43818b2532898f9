"""Which pods are in the tiles, and where: nobody moves unless the person moves them.

No screen in here, so that what must not happen (a tile that jumps while one reads it, a key that reaches another pod
than the one looked at) is an ordinary test.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lmawep_tui.model.ids import PodId
from lmawep_tui.ui.tiling import ONE, Grid, Shape, grid_for


def settled(
    order: Sequence[PodId], wanted: Sequence[PodId], window: slice, gives_way: Collection[PodId]
) -> tuple[PodId, ...]:
    """Return the order with everybody wanted in it; `window` are the places on the screen.

    Those on the screen, and before it, stay where they are. Newcomers wait at the end. Beyond the window nobody sees
    those who are not wanted any more: they go. A place of one that gives way is taken by the first that waits there.
    """
    shown = list(order[: window.stop])
    waiting = [pod for pod in order[window.stop :] if pod in wanted]
    waiting += [pod for pod in wanted if pod not in order]
    for place in range(window.start, min(window.stop, len(shown))):
        if waiting and shown[place] in gives_way:
            shown[place] = waiting.pop(0)
    return (*shown, *waiting)


class Wall:
    """Pods in their order, a page of them in tiles, and the one the keys go to."""

    def __init__(self, pods: Sequence[PodId], chosen: PodId | None = None) -> None:
        """Begin with these pods, on the page of the chosen one."""
        self.order: tuple[PodId, ...] = tuple(pods)
        self.chosen = chosen if chosen in self.order else next(iter(self.order), None)
        self.pinned: set[PodId] = set()
        self.shape = Shape.AUTO
        self.zoomed = False
        self.grid: Grid = ONE
        self._page = 0
        self._room = (80, 22)
        self.fit(*self._room)

    # -- what is seen ---------------------------------------------------------------------------------------------

    @property
    def window(self) -> slice:
        """The places of the page."""
        return slice(self._page * self.grid.size, (self._page + 1) * self.grid.size)

    @property
    def page(self) -> tuple[PodId, ...]:
        """The pods that have a tile, in the order of the tiles."""
        return self.order[self.window]

    @property
    def seen(self) -> tuple[PodId, ...]:
        """The pods on the screen: the page, or the one that is zoomed."""
        return (self.chosen,) if self.zoomed and self.chosen is not None else self.page

    @property
    def words(self) -> str:
        """`1–6 of 14`, `3 of 14`, `4`."""
        whole, first = len(self.order), self.window.start + 1
        if self.zoomed and self.chosen is not None:
            return f"{self.order.index(self.chosen) + 1} of {whole}"
        if len(self.page) == whole:
            return str(whole)
        last = self.window.start + len(self.page)
        return f"{first}–{last} of {whole}" if last > first else f"{first} of {whole}"

    # -- what happens by itself -----------------------------------------------------------------------------------

    def settle(self, wanted: Sequence[PodId], ended: Collection[PodId] = ()) -> None:
        """Take in who is to be seen now; tiles of `ended` give way unless they are pinned or the keys go there."""
        stays = self.pinned | {self.chosen}
        self.order = settled(self.order, wanted, self.window, {pod for pod in ended if pod not in stays})
        self.chosen = self.chosen or next(iter(self.order), None)
        self.fit(*self._room)

    def fit(self, width: int, height: int) -> None:
        """Cut so much room into tiles; the chosen one stays on the screen."""
        self._room = width, height
        grid = grid_for(self.shape, len(self.order), width, height)
        if grid.size != self.grid.size:
            self.grid = grid
            self._turn_to_chosen()
        self.grid = grid

    # -- what the person does -------------------------------------------------------------------------------------

    def choose(self, pod: PodId) -> None:
        """Let the keys go to a pod; one that is not there yet comes at the end."""
        if pod not in self.order:
            self.order = (*self.order, pod)
            self.fit(*self._room)
        self.chosen = pod
        if pod not in self.page:
            self._turn_to_chosen()

    def choose_tile(self, number: int) -> None:
        """Choose the tile of that number, from 1; nothing happens where there is none."""
        if 1 <= number <= len(self.page):
            self.chosen = self.page[number - 1]

    def step(self, by: int) -> None:
        """Choose the next or previous tile, round again; of a zoomed one the next of all pods."""
        among = self.order if self.zoomed else self.page
        if self.chosen in among:
            self.choose(among[(among.index(self.chosen) + by) % len(among)])

    def move(self, right: int, down: int) -> None:
        """Choose the tile beside, above or below; at the edge nothing happens."""
        if self.chosen not in self.page:
            return
        place = self.page.index(self.chosen)
        column, row = place % self.grid.columns + right, place // self.grid.columns + down
        goal = row * self.grid.columns + column
        if 0 <= column < self.grid.columns and 0 <= row < self.grid.rows and goal < len(self.page):
            self.chosen = self.page[goal]

    def turn(self, by: int) -> bool:
        """Go to the next or previous page, or zoomed pod; return whether there is one."""
        step = by if self.zoomed else by * self.grid.size
        here = self.order.index(self.chosen) if self.zoomed and self.chosen else self.window.start
        if not 0 <= here + step < len(self.order):
            return False
        place = 0 if self.zoomed or self.chosen not in self.page else self.page.index(self.chosen)
        goal = self.order[min(here + step + place, len(self.order) - 1)]
        self.choose(goal)
        return True

    def cut(self, shape: Shape) -> None:
        """Cut the screen otherwise; the chosen pod stays on it."""
        self.shape = shape
        self.fit(*self._room)

    def show_only(self, wanted: Sequence[PodId]) -> None:
        """Show other pods, and those that are pinned; the person asked, so places may change."""
        pinned = [pod for pod in self.order if pod in self.pinned and pod not in wanted]
        self.order = (*pinned, *wanted)
        if self.chosen not in self.order:
            self.chosen = next(iter(self.order), None)
        self.zoomed = self.zoomed and self.chosen is not None
        self.fit(*self._room)
        self._turn_to_chosen()

    def pin(self) -> bool:
        """Pin the chosen tile, or loosen it; return whether it is pinned now."""
        if self.chosen is None:
            return False
        self.pinned.symmetric_difference_update({self.chosen})
        return self.chosen in self.pinned

    def _turn_to_chosen(self) -> None:
        place = self.order.index(self.chosen) if self.chosen in self.order else 0
        self._page = place // self.grid.size
