"""The presenters of lines, and the view that shows them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from lmawep_tui.ui.present.activity import activity
from lmawep_tui.ui.present.log_line import log_line
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.present.styled import StyledLine, plain_text
from lmawep_tui.ui.widgets.line_view import LineView
from lmawep_tui.ui.widgets.plain import Plain, title, toast
from lmawep_tui.ui.widgets.style_names import NAMES
from lmawep_tui.ui.widgets.wrap import wrap_line

HOSTILE = ["[/]", "[/foo]", "[link='x", "list[int]", "[@click=app.quit]x[/]", "\x1b[31mred", "\x9b31m", "a\u202eb"]


def styled(line: StyledLine) -> dict[str, str]:
    """The stretches of a line by their style, ordinary text left out."""
    return {name: text for text, name in line if name}


def test_presenters_import_neither_textual_nor_rich() -> None:
    code = (
        "import sys, lmawep_tui.ui.present.log_line, lmawep_tui.ui.present.diff_lines,"
        " lmawep_tui.ui.present.markdown_lines\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('textual', 'rich')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


# -- log lines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("14:02:11 read x", {"muted": "14:02:11"}),
        ("2026-11-21T14:02:11.123Z ok", {"muted": "2026-11-21T14:02:11.123Z"}),
        ("[14:02] hi", {"muted": "[14:02]"}),
        ("14:02:31 $ pytest -q", {"muted": "14:02:31", "accent": " $ pytest -q"}),
        ("$ ls", {"accent": "$ ls"}),
        ("STATUS: done", {"strong": "STATUS:"}),
        ("**BLOCKERS:** none", {"strong": "**BLOCKERS:**"}),
        ("BLOCKERS: none", {"strong": "BLOCKERS:"}),
        ("ValueError: bad", {"error": "ValueError"}),
        ("Traceback (most recent call last):", {"error": "Traceback"}),
        ("2 failed, 3 passed", {"error": "failed", "ok": "3 passed"}),
        ("0 failed, no errors", {}),
        ("open src/errors.py and --fail-fast", {}),
        ("warning: deprecated", {"warn": "warning"}),
        ("100:200 is no time", {}),
        ("costs 5 $ today", {}),
    ],
)
def test_log_lines_are_marked_where_it_helps(line: str, expected: dict[str, str]) -> None:
    assert styled(log_line(line)) == expected


@given(st.text(max_size=80))
def test_log_lines_keep_every_character_and_use_known_styles(text: str) -> None:
    line = log_line(text)
    assert plain_text(line) == text
    assert {name for _, name in line} <= NAMES | {""}


# -- Markdown ------------------------------------------------------------------------------------------------------

DOCUMENT = """# Active context

Some *words* with `code`, **bold `x`** and a
second line [link](http://a.b).

- one
  goes on
  - nested
- [ ] open
- [x] done
3. third

> quoted
> more

```python
x  = [1]

# not a heading
```
| a | b |
|---|---|
snake_case_name \\*kept\\*
***
"""


def test_markdown_reads_like_a_page() -> None:
    assert [plain_text(line) for line in markdown_lines(DOCUMENT, 30)] == [
        "Active context",
        "━━━━━━━━━━━━━━",
        "",
        "Some words with code, bold x and a second line link (http://a.b).",
        "",
        "• one goes on",
        "  ◦ nested",
        "☐ open",
        "☑ done",
        "3. third",
        "",
        "│ quoted more",
        "",
        "  python",
        "  x  = [1]",
        "  ",
        "  # not a heading",
        "| a | b |",
        "|---|---|",
        "snake_case_name *kept*",
        "─" * 30,
    ]


def test_markdown_styles() -> None:
    lines = markdown_lines(DOCUMENT)
    assert lines[0] == [("Active context", "heading")]
    assert styled(lines[3]) == {
        "emphasis": "words",
        "code": "x",
        "strong": "bold ",
        "link": "link",
        "muted": " (http://a.b)",
    }
    assert ("x  = [1]", "code") in [(text.strip(), name) for line in lines for text, name in line]


@given(st.text(st.sampled_from("#*_`~[]()>-|= \n1.\\ab!"), max_size=120))
def test_markdown_takes_any_text(text: str) -> None:
    lines = markdown_lines(text)
    assert {name for line in lines for _, name in line} <= NAMES | {""}
    assert all("\n" not in plain_text(line) for line in lines)
    assert [char for line in lines for char in plain_text(line) if char == "a"].count("a") == text.count("a")


@pytest.mark.parametrize(
    "part", ["`", "*", "[", "_a", "``a`", "**a ", "[a](", "~~a", "> ", "- ", "# ", "\\", "http://"]
)
def test_half_a_megabyte_of_unclosed_markup_is_read_once(part: str) -> None:
    assert markdown_lines("a\n" + part * (500_000 // len(part)))


# -- wrapping and views --------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("ab 日•1. │"), max_size=60), st.integers(2, 30))
def test_wrapped_rows_fit_and_keep_the_words(text: str, width: int) -> None:
    rows = wrap_line([(text, "")], width)
    assert all(cell_len(plain_text(row)) <= width for row in rows)
    kept = "".join(plain_text(row) for row in rows).replace(" ", "").replace("│", "")
    assert kept == text.replace(" ", "").replace("│", "")


def test_wrapped_items_stand_under_their_text() -> None:
    rows = wrap_line([("• ", "accent"), ("one two three", "")], 9)
    assert [plain_text(row).rstrip() for row in rows] == ["• one two", "  three"]
    named = wrap_line([("   waits  ", "muted"), ("one two three", "warn")], 20)
    assert [plain_text(row).rstrip() for row in named] == ["   waits  one two", "          three"]
    quote = wrap_line([("│ ", "muted"), ("one two three", "quote")], 9)
    assert [plain_text(row).rstrip() for row in quote] == ["│ one two", "│ three"]


class ViewApp(App[None]):
    """One view on the screen."""

    CSS = "LineView { height: 1fr; } Plain { height: auto; }"

    def __init__(self, view: LineView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield Plain("", id="plain")
        yield self.view


def screen(view: LineView) -> list[str]:
    return [strip.text.rstrip() for strip in view.render_lines(view.size.region)]


async def test_hostile_lines_titles_and_toasts_are_only_text() -> None:
    view = LineView()
    app = ViewApp(view)
    async with app.run_test(size=(60, 20)) as pilot:
        view.show([[(text, "ok")] for text in HOSTILE])
        plain = app.query_one("#plain", Plain)
        for text in HOSTILE:
            for show in (plain.update, plain.show, lambda text: plain.show([(text, "bold")])):
                show(text)
                shown = str(plain.render())
                assert shown == text or not text.isprintable()
                assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
            view.border_title = title(text)
            toast(view, text, heading=text)
            await pilot.pause()
        assert screen(view)[:5] == HOSTILE[:5]
        assert not {"\x1b", "\x9b", "\u202e"} & set("".join(screen(view)))


async def test_the_same_subject_keeps_its_place_and_another_does_not() -> None:
    view = LineView(empty="nothing")
    app = ViewApp(view)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert screen(view)[0].strip() == "nothing"
        view.show([[(f"line {number}", "")] for number in range(100)], subject="a")
        view.focus()
        await pilot.press("j", "j")
        view.show([[(f"LINE {number}", "")] for number in range(100)], subject="a")
        assert screen(view)[0] == "LINE 2"
        view.show([[(f"line {number}", "")] for number in range(100)], subject="b")
        assert screen(view)[0] == "line 0"


async def test_wrapping_keeps_the_line_at_the_top() -> None:
    view = LineView([[("word " * 30 + str(number), "")] for number in range(50)])
    app = ViewApp(view)
    async with app.run_test(size=(40, 10)) as pilot:
        view.focus()
        await pilot.press("j", "j", "j", "w")
        await pilot.pause()
        assert view.wrap and view.line_at_row(view.scroll_offset.y) == 3
        assert all(cell_len(line) <= 40 for line in screen(view))
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert any(len(line) > 45 for line in screen(view))
        await pilot.press("w")
        assert view.scroll_offset.y == view.line_at_row(view.scroll_offset.y)


def test_what_is_under_way_stands_before_what_happened() -> None:
    happened = [{"event": "spawned", "pod": "pod-1", "ticket": 101, "at": "2026-01-15T10:30:00Z"}]
    words = "".join(plain_text(line) for line in activity(happened, ["undoing"]))
    assert words.index("undoing…") < words.index("pod-1 spawned")


def told(*happened: dict[str, object]) -> str:
    return "".join(plain_text(line) for line in activity(happened))


def test_tests_are_told_by_what_came_of_them() -> None:
    ended = {"event": "settled", "pod": "pod-1", "ticket": 101, "outcome": "crashed", "why": "exit status 1"}
    back = {"event": "sent back", "pod": "pod-1", "ticket": 101, "by": "tests red", "why": "combined tests red"}
    words = told({**ended, "run": "0002-merge"}, back)
    assert "crashed" not in words and "pod-1 sent back: combined tests red" in words
    words = told({**ended, "run": "0001-task"}, {**back, "by": "run failed"})
    assert "pod-1 crashed: exit status 1" in words and "sent back" not in words
    stopped = {**ended, "run": "0002-check", "outcome": "timeout", "why": "15 minutes"}
    assert "pod-1 timeout" in told(stopped)
