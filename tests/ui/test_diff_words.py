"""The words that changed, which line became which, and the colours of code."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.ui.present.diff_blocks import blocks, paired
from lmawep_tui.ui.present.diff_decor import Decor
from lmawep_tui.ui.present.diff_lines import diff_lines
from lmawep_tui.ui.present.diff_syntax import Colours, lexer_for, opening
from lmawep_tui.ui.present.diff_words import changed_words, pairs
from lmawep_tui.ui.widgets.style_names import NAMES

FOREVER = float("inf")
CODE = st.text(st.sampled_from("ab_ .(),=\"'\t日"), max_size=40)


def words(line: str, spans: list[tuple[int, int]]) -> list[str]:
    return [line[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("old", "new", "gone", "came"),
    [
        ("x = f(a, b)", "x = f(a, c)", ["b"], ["c"]),
        ("return value", "return value, other", [], [", other"]),
        ("def pod_diff(ws):", "def pod_diff(ws, options):", [], [", options"]),
        ("same", "same", [], []),
        ("    x = 1", "        x = 1", ["    "], ["        "]),
        ("entirely different words", "nothing(in=common)", [], []),
        ("a.b.c.d", "a.x.c.y", ["b", "d"], ["x", "y"]),
        ("one two three four", "one 2 3 four", ["two three"], ["2 3"]),
    ],
)
def test_the_words_that_changed(old: str, new: str, gone: list[str], came: list[str]) -> None:
    before, after = changed_words(old, new)
    assert (words(old, before), words(new, after)) == (gone, came)


@given(CODE, CODE)
def test_what_is_left_without_the_changed_words_is_the_same(old: str, new: str) -> None:
    before, after = changed_words(old, new)
    for line, spans in ((old, before), (new, after)):
        assert all(0 <= start < end <= len(line) for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    if before or after:
        assert _without(old, before).replace(" ", "").replace("\t", "") == _without(new, after).replace(
            " ", ""
        ).replace("\t", "")


def _without(line: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        line = line[:start] + line[end:]
    return line


def test_lines_made_to_take_long_do_not() -> None:
    began = time.process_time()
    changed_words("a b " * 500 + "x", "b a " * 500 + "x")
    changed_words("(" * 2000, ")" * 2000)
    pairs(["a b c d"] * 2000, ["a b c e"] * 1999)
    assert time.process_time() - began < 2  # some milliseconds; minutes, were there no limits


@pytest.mark.parametrize(
    ("old", "new", "beside"),
    [
        (["x = 1"], ["x = 2"], [(0, 0)]),
        (["from decide import a", "from decision import b, c"], ["from decision import b, c, d"], [(0, None), (1, 0)]),
        (["a b c d"], ["new(line)", "a b c e"], [(None, 0), (0, 1)]),
        (["p q"], ["zz", "yy", "xx"], [(0, None), (None, 0), (None, 1), (None, 2)]),
    ],
)
def test_which_line_became_which(old: list[str], new: list[str], beside: list[tuple[int | None, int | None]]) -> None:
    assert pairs(old, new) == beside


@given(st.lists(CODE, max_size=8), st.lists(CODE, max_size=8))
def test_every_line_stands_once_and_in_order(old: list[str], new: list[str]) -> None:
    found = pairs(old, new)
    assert [a for a, _ in found if a is not None] == list(range(len(old)))
    assert [b for _, b in found if b is not None] == list(range(len(new)))


def test_blocks_hold_what_was_replaced() -> None:
    diff = diff_lines("@@ -1,4 +1,4 @@\n k\n-a\n-b\n\\ No newline at end of file\n+a\n+c\n+d\n")
    (block,) = blocks(diff)
    assert block == (3, 5, 6, 9, 9)
    assert paired(diff, block)[-1] == (5, None)


# -- colours -------------------------------------------------------------------------------------------------------


def coloured(path: str, *lines: str) -> list[dict[str, str]]:
    """The stretches of each line by style name."""
    colours = Colours(lexer_for(path), lines)
    found = []
    for at, line in enumerate(lines):
        assert colours.read_to(at, FOREVER)
        found.append({name: line[start:end] for start, end, name in colours.line(at) or ()})
    return found


def test_code_is_coloured_by_the_language_of_its_file() -> None:
    assert coloured("a.py", "def f(x): # why")[0] == {"keyword": "def", "function": "f", "comment": "# why"}
    assert coloured("a.ts", "const x = 'y'")[0]["string"] == "'y'"
    assert coloured("Makefile", "all: # x")[0]["comment"] == "# x"
    assert lexer_for("a.unheard-of") is None and lexer_for("notes.txt") is None


def test_strings_and_comments_of_several_lines_are_known_as_such() -> None:
    lines = coloured("a.py", 'x = """one', "def two():", 'three"""', "y = 1")
    assert lines[1] == {"string": "def two():"} and "number" in lines[3]
    lines = coloured("a.js", "/* one", "if two", "*/ var x")
    assert lines[1] == {"comment": "if two"} and lines[2]["keyword"] == "var"


@pytest.mark.parametrize(
    ("path", "lines", "begins"),
    [
        ("a.py", ["the end of it.", '"""', "x = 1"], '"""'),
        ("a.py", ['the end of it."""', "x = 1"], '"""'),
        ("a.py", ["def f():", '    """', "    Say it.", '    """'], ""),
        ("a.py", ['x = """', "text", '"""'], ""),
        ("a.py", ['    """One line."""', "x"], ""),
        ("a.py", ["x = 1", "y = 2"], ""),
        ("a.c", [" * the end", " */", "int x;"], "/*"),
        ("a.c", ["/* all", " */", "int x;"], ""),
        ("a.yaml", ["glob: '**/*/'"], ""),
    ],
)
def test_a_hunk_that_begins_inside_a_string_or_comment(path: str, lines: list[str], begins: str) -> None:
    assert opening(lines, lexer_for(path).name) == begins
    if begins:
        assert set(coloured(path, *lines)[0]) <= {"string", "comment"}


@given(st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=30), min_size=1, max_size=6),
       st.sampled_from(["a.py", "a.md", "a.html", "a.rs", "a.json", "a.sh"]))  # fmt: skip
def test_any_text_can_be_coloured(lines: list[str], path: str) -> None:
    colours = Colours(lexer_for(path), lines)
    for at, line in enumerate(lines):
        assert colours.read_to(at, FOREVER)
        at_ = 0
        for start, end, name in colours.line(at) or ():
            assert at_ <= start < end <= len(line) and name in NAMES
            at_ = end


def test_colours_wait_for_a_time_that_there_is() -> None:
    lexer_for("a.py")
    body = "".join(f"+x{n} = {n}\n" for n in range(3000))
    decor = Decor(diff_lines(f"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,3000 @@\n{body}"))
    assert decor.colours(1900, 0.0) is None
    assert decor.colours(2, FOREVER) and decor.colours(2, 0.0)
    assert decor.colours(2500, FOREVER)  # of another piece, read from its own beginning


def test_both_sides_of_a_change_have_their_own_colours_and_words() -> None:
    lexer_for("a.py")
    diff = diff_lines('diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-x = """\n+x = 1\n y = 2\n')
    decor = Decor(diff)
    assert [name for *_, name in decor.colours(2, FOREVER) or ()] == ["string"]
    assert [name for *_, name in decor.colours(4, FOREVER) or ()] == ["number"]  # the new side: no string is open
    assert decor.words(3, FOREVER) == [(4, 5)] and decor.words(2, FOREVER) == [(4, 7)]
    assert decor.words(4, FOREVER) == []
    assert decor.words(3, 0.0) == [(4, 5)]


def test_what_is_known_of_a_line_needs_no_time() -> None:
    lexer_for("a.py")
    diff = diff_lines("diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,3 @@\n y = 2\n+x = 1\n+\n")
    decor = Decor(diff)
    for line in (2, 3, 4):
        assert decor.words(line, FOREVER) == decor.words(line, 0.0) == []
        assert decor.colours(line, FOREVER) is not None
        assert decor.colours(line, 0.0) == decor.colours(line, FOREVER)
