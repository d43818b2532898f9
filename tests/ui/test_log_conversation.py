"""The log pane on a log of records: it follows, stays, searches what is shown, and the bytes are one key away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from lmawep_tui.engine.conversation import index
from lmawep_tui.ui.widgets.log_view import LogView
from tests.agents.recordings import files
from tests.ui.test_log_view import append, screen, until

CLAUDE = "claude-stream"


def says(text: str) -> bytes:
    return json.dumps({"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}}).encode() + b"\n"


def runs(command: str, output: str = "", id_: str = "t1") -> bytes:
    use = {"type": "tool_use", "id": id_, "name": "Bash", "input": {"command": command}}
    call = {"type": "assistant", "message": {"content": [use]}}
    result = {"tool_use_id": id_, "type": "tool_result", "content": output}
    back = {"type": "user", "message": {"content": [result]}}
    return json.dumps(call).encode() + b"\n" + (json.dumps(back).encode() + b"\n" if output else b"")


class TalkApp(App[None]):
    """One log view on the screen, on a log of claude's."""

    CSS = "LogView { height: 1fr; }"

    def __init__(self, path: Path, *, over: bool = False) -> None:
        super().__init__()
        self.log_view = LogView()
        self._path, self._over = path, over

    def compose(self) -> ComposeResult:
        yield self.log_view

    def on_mount(self) -> None:
        self.log_view.focus()
        self.log_view.open(self._path, format_=CLAUDE, root="/repo", over=self._over)


def shown(view: LogView) -> list[str]:
    """The rows on the screen that say something."""
    return [line.strip() for line in screen(view) if line.strip()]


async def test_it_opens_at_the_end_and_follows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"word {number}") for number in range(200)))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 199")
        assert view.status_text == "following"
        append(path, runs("pytest -q"))
        await until(pilot, lambda: screen(view)[-1] == "$ pytest -q")
        append(path, runs("pytest -q", "3 passed").split(b"\n")[1] + b"\n")
        await until(pilot, lambda: screen(view)[-2:] == ["$ pytest -q", "  3 passed"])


async def test_reading_further_up_it_does_not_jump_while_the_log_grows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"word {number}") for number in range(200)))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 199")
        await pilot.press("b", "b")
        before = screen(view)
        assert not view.follow
        append(path, b"".join(says(f"more {number}") for number in range(600)))
        await until(pilot, lambda: view.row_count() == 1599)
        assert screen(view) == before
        assert view.status_text == "paused · 1,200 new lines"
        await pilot.press("G")
        assert view.follow and screen(view)[-1] == "more 599"


async def test_the_bytes_are_one_key_away_and_the_place_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"word {number}") for number in range(200)))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 199")
        await pilot.press("v")
        await until(pilot, lambda: screen(view)[-1].startswith('{"type": "assistant"'))
        assert view.follow and view.structured
        await pilot.press("g", *["j"] * 50)
        await pilot.press("v")
        await until(pilot, lambda: screen(view)[0] == "word 50")
        await pilot.press("v")
        await until(pilot, lambda: "word 50" in path.read_text().splitlines()[view.scroll_offset.y])
        assert view.scroll_offset.y == 50


async def test_long_output_is_folded_until_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(runs("seq 100", "\n".join(str(number) for number in range(1, 101))))
    app = TalkApp(path)
    async with app.run_test(size=(60, 12)) as pilot:
        view = app.log_view
        await until(pilot, lambda: "… 93 more lines" in shown(view))
        assert view.row_count() == 9
        await pilot.press("z")
        await until(pilot, lambda: view.row_count() == 101)
        await pilot.press("z")
        await until(pilot, lambda: view.row_count() == 9)


async def test_another_width_lays_it_out_anew_where_the_reader_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"paragraph {number} " + "of many words " * 12) for number in range(100)))
    app = TalkApp(path)
    async with app.run_test(size=(120, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: view.row_count() == 299)
        await pilot.press("g", *["j"] * 30)
        assert screen(view)[0].startswith("paragraph 10 ")
        await pilot.resize_terminal(50, 10)
        await until(pilot, lambda: view.row_count() > 299 and screen(view)[0].startswith("paragraph 10 "))
        assert all(len(line) <= 50 for line in screen(view)) and not view.follow


async def test_searching_what_is_shown_and_going_round(tmp_path: Path) -> None:
    path = tmp_path / "log"
    words = [f"word {number}" + (' the "Needle"' if number in (10, 100, 180) else "") for number in range(200)]
    path.write_bytes(b"".join(says(word) for word in words))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 199")

        async def found(number: int) -> None:
            await until(pilot, lambda: not view.searching)
            await until(pilot, lambda: f'word {number} the "Needle"' in screen(view))
            assert not view.follow

        assert view.search('the "needle"')
        await found(180)
        await pilot.press("N")
        await found(100)
        await pilot.press("n")
        await found(180)
        await pilot.press("n")
        await found(10)
        await until(pilot, lambda: view.status_text.startswith('“the "needle"” 1/3'))
        at = next(y for y, line in enumerate(screen(view)) if "Needle" in line)
        marked = [text for text, style, _ in view.render_line(at) if style and style.underline and style.bold]
        assert marked == ['the "Needle"']
        assert view.search("message")
        await until(pilot, lambda: "no match" in view.status_text)


async def test_the_end_of_a_big_log_shows_at_once_and_its_place_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_EAGER_BYTES", 64 * 1024)
    path = tmp_path / "log"
    with path.open("wb") as file:
        for number in range(40_000):
            file.write(says(f"word {number}"))
    app = TalkApp(path)
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.log_view
        await until(pilot, lambda: screen(view)[-1] == "word 39999")
        await pilot.press("k")
        top = screen(view)[0]
        await until(pilot, lambda: view.index is not None and view.index.complete)
        assert screen(view)[0] == top
        await pilot.press("g")
        assert screen(view)[0] == "word 0" and view.status_text == "line 1/79,999"


async def test_a_giant_line_and_hostile_text_are_text(tmp_path: Path) -> None:
    path = tmp_path / "log"
    giant = b'{"x":"' + b"y" * 5_000_000 + b'"}\n'
    path.write_bytes(files()["claude/hostile-text.jsonl"] + giant + b"\x1b]0;x\x07\xff end\n")
    app = TalkApp(path, over=True)
    async with app.run_test(size=(80, 30)) as pilot:
        view = app.log_view
        await until(pilot, lambda: shown(view)[-1] == "\ufffd end")
        await until(pilot, lambda: view.index is not None and view.index.complete)
        painted = "".join(screen(view))
        assert "5.0 MB in one line" in painted and "[bold]b[/bold]" in painted
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in painted)
