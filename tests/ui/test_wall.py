"""Which pods are in the tiles: nobody moves by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.ids import PodId
from lmawep_tui.ui.tiling import Grid, Shape, grid_for
from lmawep_tui.ui.wall import Wall, settled


def pods(*numbers: int) -> tuple[PodId, ...]:
    return tuple(PodId(f"pod-{number}") for number in numbers)


@pytest.mark.parametrize(("shape", "count", "size", "grid"), [
    (Shape.AUTO, 14, (80, 22), (1, 2)), (Shape.FOUR, 14, (80, 22), (1, 2)), (Shape.SIX, 14, (80, 22), (1, 2)),
    (Shape.COLUMN, 14, (80, 22), (1, 2)), (Shape.AUTO, 1, (200, 58), (1, 1)), (Shape.AUTO, 2, (200, 58), (2, 1)),
    (Shape.AUTO, 2, (80, 22), (1, 2)), (Shape.AUTO, 4, (200, 58), (2, 2)), (Shape.AUTO, 6, (200, 58), (2, 3)),
    (Shape.AUTO, 6, (120, 38), (2, 3)), (Shape.SIX, 2, (200, 58), (3, 2)), (Shape.FOUR, 1, (120, 38), (2, 2)),
    (Shape.COLUMN, 3, (120, 38), (1, 3)), (Shape.AUTO, 30, (300, 100), (3, 3)), (Shape.AUTO, 4, (20, 5), (1, 1)),
])  # fmt: skip
def test_how_the_screen_is_cut(shape: Shape, count: int, size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert grid_for(shape, count, *size) == grid


@given(st.sampled_from(Shape), st.integers(0, 30), st.integers(1, 400), st.integers(1, 200))
def test_tiles_can_be_read_and_have_a_key_each(shape: Shape, count: int, width: int, height: int) -> None:
    grid = grid_for(shape, count, width, height)
    assert 1 <= grid.size <= 9
    assert grid == Grid(1, 1) or (width // grid.columns >= 38 and height // grid.rows >= 8)
    if (width, height) <= (80, 24) and height <= 24:
        assert grid.size <= 2


_numbers = st.lists(st.integers(1, 20), unique=True).map(lambda found: pods(*found))


@given(_numbers, _numbers, st.integers(0, 3), st.integers(1, 9), st.sets(st.integers(1, 20)))
def test_nobody_moves_by_himself(
    order: tuple[PodId, ...], wanted: tuple[PodId, ...], page: int, size: int, over: set[int]
) -> None:
    gives_way = set(pods(*over)) - set(wanted)
    window = slice(page * size, (page + 1) * size)
    after = settled(order, wanted, window, gives_way)
    assert len(set(after)) == len(after)
    assert set(wanted) <= set(after)
    assert set(after[window.stop :]) <= set(wanted), "whom nobody sees and nobody wants is gone"
    for place, pod in enumerate(order[: window.stop]):
        if after[place] != pod:
            assert place >= window.start and pod in gives_way, "only who gives way, and only on the screen"
            assert after[place] in wanted
    assert settled(after, wanted, window, ()) == after, "nothing more happens by itself"


@given(st.data())
def test_whatever_happens_the_chosen_tile_stays_under_the_keys(data: st.DataObject) -> None:
    wall = Wall(data.draw(_numbers))
    for _ in range(data.draw(st.integers(1, 12))):
        what = data.draw(st.integers(0, 7))
        before, place = wall.chosen, wall.page.index(wall.chosen) if wall.chosen else 0
        size, pinned = wall.grid.size, {pod: wall.page.index(pod) for pod in wall.pinned if pod in wall.page}
        if what == 0:
            wall.settle(data.draw(_numbers), data.draw(_numbers))
            assert before is None or wall.chosen == before
            if before is not None and wall.grid.size == size:
                assert wall.page.index(before) == place
                assert all(wall.page.index(pod) == where for pod, where in pinned.items())
        elif what == 1:
            wall.fit(data.draw(st.integers(20, 300)), data.draw(st.integers(5, 100)))
            assert wall.chosen == before
        elif what == 2:
            wall.step(data.draw(st.sampled_from([-1, 1])))
        elif what == 3:
            wall.turn(data.draw(st.sampled_from([-1, 1])))
        elif what == 4:
            wall.move(*data.draw(st.sampled_from([(0, 1), (1, 0), (-1, 0), (0, -1)])))
        elif what == 5:
            wall.zoomed = wall.chosen is not None and not wall.zoomed
        elif what == 6:
            wall.pin()
        else:
            wall.show_only(data.draw(_numbers))
        assert (wall.chosen is None) == (not wall.order)
        assert wall.chosen is None or wall.chosen in wall.seen
        assert len(wall.page) <= wall.grid.size
        assert len(set(wall.order)) == len(wall.order)


def test_a_tile_whose_run_ended_gives_way_but_not_a_pinned_one_nor_the_chosen() -> None:
    wall = Wall(pods(1, 2, 3))
    wall.fit(80, 22)
    assert (wall.page, wall.words) == (pods(1, 2), "1–2 of 3")
    wall.settle(pods(3))
    assert wall.page == pods(1, 2), "who ended stays until it is time"
    wall.settle(pods(3), ended=pods(1, 2))
    assert wall.page == pods(1, 3), "the chosen one stays"
    wall.settle(pods(3, 4), ended=pods(1))
    assert wall.order == pods(1, 3, 4)
    wall.choose(PodId("pod-3"))
    wall.pinned.add(PodId("pod-1"))
    wall.settle(pods(3, 4), ended=pods(1))
    assert wall.page == pods(1, 3), "a pinned one stays"
    wall.pinned.clear()
    wall.settle(pods(3, 4), ended=pods(1))
    assert wall.page == pods(4, 3)


def test_pages_and_the_zoom() -> None:
    wall = Wall(pods(*range(1, 6)))
    wall.fit(80, 22)
    wall.step(1)
    assert wall.turn(1) and (wall.page, wall.chosen) == (pods(3, 4), "pod-4")
    assert wall.turn(1) and (wall.page, wall.chosen, wall.words) == (pods(5), "pod-5", "5 of 5")
    assert not wall.turn(1) and wall.page == pods(5)
    wall.zoomed = True
    assert wall.turn(-1) and (wall.seen, wall.words) == (pods(4), "4 of 5")
    wall.zoomed = False
    assert wall.page == pods(3, 4)
    wall.zoomed = True
    for _ in range(2):
        wall.step(1)
    assert wall.chosen == "pod-1", "round again over all of them"
