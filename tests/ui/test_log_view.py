"""The log view: it follows, stays where it is put, finds, and never lets the log touch the terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from lmawep_tui.files import line_index
from lmawep_tui.ui.widgets.log_view import LogView

PATIENCE_S = 5.0


class LogApp(App[None]):
    """One log view on the screen."""

    CSS = "LogView { height: 1fr; }"

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.log_view = LogView()
        self._path = path

    def compose(self) -> ComposeResult:
        yield self.log_view

    def on_mount(self) -> None:
        self.log_view.focus()
        if self._path is not None:
            self.log_view.open(self._path)


def screen(view: LogView) -> list[str]:
    """The text of every line of the view as it is painted."""
    return [strip.text.rstrip() for strip in view.render_lines(view.size.region)]


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Let the app run until something is true."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await pilot.pause()


def append(path: Path, data: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def numbered(count: int, start: int = 0) -> str:
    return "".join(f"line {number}\n" for number in range(start, start + count))


async def test_it_opens_at_the_end_and_follows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(500))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 499")
        assert view.status_text == "following"
        append(path, "more\nand mo")
        await until(pilot, lambda: screen(view)[-2:] == ["more", "and mo"])
        append(path, "re\n")
        await until(pilot, lambda: screen(view)[-2:] == ["more", "and more"])


async def test_scrolling_up_stops_following_and_the_end_resumes_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(500))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 499")
        await pilot.press("k", "k", "k")
        assert not view.follow and screen(view)[-1] == "line 496"
        assert view.status_text == "line 488/500"
        append(path, numbered(1204, 500))
        await until(pilot, lambda: view.row_count() == 1704)
        assert screen(view)[-1] == "line 496"
        assert view.status_text == "paused · 1,204 new lines"
        await pilot.press("G")
        assert view.follow and screen(view)[-1] == "line 1703"
        await pilot.press("f")
        assert not view.follow
        append(path, "late\n")
        await until(pilot, lambda: view.row_count() == 1705)
        assert screen(view)[-1] == "line 1703" and view.status_text == "paused · 1 new line"
        await pilot.press("f")
        assert screen(view)[-1] == "late"
        await pilot.press("pageup", "end")
        assert view.follow


async def test_scrolling_down_to_the_end_by_hand_follows_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(50))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 49")
        await pilot.press("k", "k", "j")
        assert not view.follow
        await pilot.press("j")
        assert view.follow


async def test_top_and_paging_keys(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(100))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 99")
        await pilot.press("g")
        assert screen(view)[0] == "line 0" and view.status_text == "line 1/100"
        await pilot.press("space")
        assert screen(view)[0] == "line 9"
        await pilot.press("b")
        assert screen(view)[0] == "line 0"


async def test_a_file_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "run" / "log"
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[0].strip() == "waiting for output…")
        assert view.status_text == "waiting"
        path.parent.mkdir()
        path.write_text("hello\n")
        await until(pilot, lambda: screen(view)[0] == "hello")


async def test_truncation_and_rotation_show_the_new_content(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(300))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 299")
        os.truncate(path, 0)
        await until(pilot, lambda: view.row_count() == 0)
        assert not any(screen(view)[1:])
        append(path, "fresh\n")
        await until(pilot, lambda: screen(view)[0] == "fresh")
        path.rename(tmp_path / "log.1")
        path.write_text("rotated\n")
        await until(pilot, lambda: screen(view)[0] == "rotated")


async def test_truncation_while_reading_further_up_does_not_start_following_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(300))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 299")
        await pilot.press("g")
        path.write_text(numbered(5))
        await until(pilot, lambda: view.row_count() == 5)
        assert not view.follow and screen(view)[4] == "line 4"


HOSTILE = [
    b"[/] [/foo] [link='x list[int] [@click=app.quit]x[/]",
    b"\x1b[31mred\x1b[0m",
    b"\x1b]52;c;aGVsbG8=\x07clipboard",
    b"\x1b[2Jcleared",
    b"\x9b31m raw c1",
    "\x9b31m utf8 c1".encode(),
    "a\u202eb\u2066c".encode(),
    b"nul\x00byte",
    b"\xff\xfe\xed\xa0\x80",
    b"10%\r50%\rdone",
    b"half \x1b[",
    b"\x1bP+q544e\x1b\\",
]


async def test_hostile_bytes_never_reach_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\n".join(HOSTILE) + b"\n")
    app = LogApp(path)
    async with app.run_test(size=(80, 20)) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == len(HOSTILE))
        painted = screen(view)
        assert painted[0] == HOSTILE[0].decode()
        assert painted[1] == "red" and painted[2] == "clipboard" and painted[9] == "done"
        bad = {char for char in "".join(painted) if ord(char) < 32 or 0x7F <= ord(char) < 0xA0}
        assert not bad and not {"\u202e", "\u2066"} & set("".join(painted))
        view.search("[/foo]")
        await until(pilot, lambda: not view.searching)
        assert screen(view)[0] == HOSTILE[0].decode()


async def test_searching_goes_to_the_latest_match_and_n_goes_round(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [f"line {number}" + (" Needle" if number in (10, 200, 400) else "") for number in range(500)]
    path.write_text("\n".join(lines) + "\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 499")

        async def found(number: int) -> None:
            await until(pilot, lambda: not view.searching)
            await pilot.pause()
            assert f"line {number} Needle" in screen(view)
            assert not view.follow

        assert view.search("needle")
        await found(400)
        await pilot.press("N")
        await found(200)
        await pilot.press("N")
        await found(10)
        await pilot.press("N")
        await found(400)
        await pilot.press("n")
        await found(10)
        at = next(y for y, line in enumerate(screen(view)) if "Needle" in line)
        marked = [text for text, style, _ in view.render_line(at) if style and style.underline and style.bold]
        assert marked == ["Needle"]
        assert view.search("no such thing")
        await until(pilot, lambda: "“no such thing” no match" in view.status_text)
        assert not view.search("(", regex=True) and view.status_text.startswith("not a pattern")
        assert view.search(r"line 3\d\d$", regex=True)
        await until(pilot, lambda: not view.searching)
        assert not view.status_text.startswith("no match")


async def test_the_end_of_a_big_log_shows_at_once_and_the_place_is_kept_when_the_rest_is_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(600_000))
    assert path.stat().st_size > line_index._EAGER_BYTES
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 599999")
        await pilot.press("k")
        top = screen(view)[0]
        await until(pilot, lambda: view.index is not None and view.index.complete)
        assert screen(view)[0] == top == "line 599989"
        assert view.status_text == "line 599,990/600,000"
        await pilot.press("g")
        assert screen(view)[0] == "line 0"


async def test_both_ends_and_a_match_of_a_big_log_show_without_what_lies_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The part before what is shown never becomes known here, as if it were endless.
    monkeypatch.setattr(line_index.LineIndex, "_fill_gap", lambda self, deadline: 0)
    monkeypatch.setattr("lmawep_tui.ui.widgets.log_file._FAR", 64 * 1024)
    path = tmp_path / "log"
    path.write_text(numbered(300_000) + "the needle\n" + numbered(300_000, 300_000))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "line 599999")
        index = view.index
        assert index is not None
        view.search("the needle")
        await until(pilot, lambda: "the needle" in screen(view))
        assert not index.numbered and not view.follow
        append(path, "late\n")
        await until(pilot, lambda: view.status_text == "“the needle” 1/1 · paused · 1 new line")
        assert "the needle" in screen(view)
        await pilot.press("G")
        await until(pilot, lambda: screen(view)[-1] == "late")
        assert view.follow
        await pilot.press("g")
        await until(pilot, lambda: screen(view)[0] == "line 0")
        assert not view.follow
        await until(pilot, lambda: view.status_text.endswith("line 1/600,002"))


async def test_a_view_nobody_sees_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[0] == "one")
        view.display = False
        await until(pilot, lambda: view._wake is None)
        append(path, "two\n")
        await pilot.pause()
        assert view.row_count() == 1
        view.display = True
        await until(pilot, lambda: screen(view)[:2] == ["one", "two"])


async def test_coming_back_from_another_screen_catches_up(tmp_path: Path) -> None:
    class Other(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Static("in front")

    path = tmp_path / "log"
    path.write_text("one\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[0] == "one")
        await app.push_screen(Other())
        await pilot.pause()
        append(path, "two\n")
        await until(pilot, lambda: view._missed)
        assert view.row_count() == 1
        await app.pop_screen()
        await until(pilot, lambda: view.row_count() == 2)  # painting catches up, without another change


async def test_under_a_dialog_the_log_goes_on(tmp_path: Path) -> None:
    class Dialog(ModalScreen[None]):
        def compose(self) -> ComposeResult:
            yield Static("sure?")

    path = tmp_path / "log"
    path.write_text("one\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[0] == "one")
        await app.push_screen(Dialog())
        append(path, "two\n")
        await until(pilot, lambda: screen(view)[1] == "two")


async def test_closing_gives_every_descriptor_back(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    app = LogApp()
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await pilot.pause()
        fds = Path("/proc/self/fd")
        before = len(list(fds.iterdir())) if fds.exists() else 0
        for _ in range(5):
            view.open(path)
            await until(pilot, lambda: screen(view)[0] == "one")
        view.close()
        await pilot.pause()
        assert not any(screen(view)) and view.status_text == ""
        if fds.exists():
            assert len(list(fds.iterdir())) == before


async def test_selected_text_is_copied_clean(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first line\n\x1b[31msecond\x1b[0m line\nthird\n")
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 3)
        view.text_select_all()
        await pilot.pause()
        assert app.screen.get_selected_text() == "first line\nsecond line\nthird"


async def test_long_lines_do_not_hide_the_last_one_and_scroll_sideways(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {number} {'x' * 200}\n" for number in range(100)))
    app = LogApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1].startswith("line 99"))
        append(path, "last\n")
        await until(pilot, lambda: screen(view)[-1] == "last")
        assert view.scroll_offset.y == view.max_scroll_y == 91
        assert view.scrollable_content_region.height == 10
        await pilot.press("l", "l")
        assert view.scroll_offset.x == 16 and view.follow
        append(path, f"{'y' * 16}seen\n")
        await until(pilot, lambda: screen(view)[-1] == "seen")


async def test_what_is_painted_is_read_even_if_nobody_says_that_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(5))
    app, view = LogApp(), LogView()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.screen.mount(view)
        view.open(path)
        # Whoever asks where it lies before it is laid out takes its `Show` away, as a scroll and a focus do together.
        compositor = app.screen._compositor
        compositor._full_map_invalidated = True
        assert view in compositor.full_map
        await until(pilot, lambda: view.row_count() == 5)
        append(path, "more\n")
        await until(pilot, lambda: view.row_count() == 6)
