"""Reading a diff: every line with its numbers, every file with what happened to it, whatever git prints."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.ui.present.diff_file import paths_of, unquoted
from lmawep_tui.ui.present.diff_lines import FILE, HUNK, NOTE, DiffLines, diff_lines
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.ui.widgets.diff_layout import NOTHING, Columns, Layout
from lmawep_tui.ui.widgets.style_names import NAMES

DIFF = """diff --git a/src/a.py b/src/a.py
index 111..222 100644
--- a/src/a.py
+++ b/src/a.py
@@ -9,3 +9,4 @@ def f():
 keep
--- a/looks like a header
+++ b/looks like one too
+added
 end
@@ -40 +41 @@
-x
+y
\\ No newline at end of file
diff --git a/old name b/new name
similarity index 90%
rename from old name
rename to new name
diff --git a/pic.png b/pic.png
new file mode 100644
Binary files /dev/null and b/pic.png differ
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-bye
"""


def test_a_diff_is_read_by_its_counts() -> None:
    diff = diff_lines(DIFF)
    assert [plain_text(diff.styled(line)) for line in range(len(diff))] == [
        "■ src/a.py  +3  −2",
        "@@ -9,3 +9,4 @@ def f():",
        "    9     9  keep",
        "   10       --- a/looks like a header",
        "         10 +++ b/looks like one too",
        "         11 +added",
        "   11    12  end",
        "@@ -40 +41 @@",
        "   40       -x",
        "         41 +y",
        "            \\ No newline at end of file",
        "",
        "■ old name → new name  renamed",
        "",
        "■ pic.png  new file, binary",
        "",
        "■ gone  −1  deleted",
        "@@ -1 +0,0 @@",
        "    1       -bye",
    ]
    assert [(file.path, file.row) for file in diff.files] == [
        ("src/a.py", 0),
        ("new name", 12),
        ("pic.png", 14),
        ("gone", 16),
    ]
    assert diff.hunks == [1, 7, 17]
    assert (diff.added, diff.removed) == (3, 3)
    assert {name for line in range(len(diff)) for _, name in diff.styled(line)} <= NAMES | {""}
    assert diff.place(2) == ("src/a.py", "new", 9) and diff.place(3) == ("src/a.py", "old", 10)
    assert diff.place(18) == ("gone", "old", 1) and diff.place(1) is None and diff.place(10) is None
    assert diff.hunk_at(5) == (2, 7) and diff.hunk_at(9) == (8, 12) and diff.hunk_at(0) is None


def test_a_plain_unified_diff_has_files_too() -> None:
    diff = diff_lines(
        "--- a.txt\t2026-01-01\n+++ b.txt\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n--- c\n+++ c\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert [file.path for file in diff.files] == ["b.txt", "c"]


@given(st.text(st.sampled_from("@-+ 1,\n\\ab/dif\r"), max_size=120))
def test_a_broken_diff_is_still_shown(text: str) -> None:
    diff = diff_lines("@@ -1,3 +1,3 @@\n" + text)
    assert len(diff.kinds) == len(diff.texts) == len(diff.old) == len(diff.new)
    shown = "".join(plain_text(diff.styled(line)) for line in range(len(diff)))
    assert isinstance(shown, str)
    Layout(diff, columns=Columns(diff), wrap_to=3, notes={})


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("diff --git a/x b/x", ("x", "x")),
        ("diff --git a/a b/b b/a b/b", ("a b/b", "a b/b")),
        ("diff --git a/old b/new", ("old", "new")),
        ('diff --git "a/t\\tb" "b/t\\tb"', ("t\tb", "t\tb")),
        ('diff --git a/plain "b/new\\nline"', ("plain", "new\nline")),
        ("diff --git nonsense", None),
        ("index 1..2", None),
    ],
)
def test_paths_of_a_heading(line: str, paths: tuple[str, str] | None) -> None:
    assert paths_of(line) == paths


@pytest.mark.parametrize(
    ("quoted", "path"),
    [
        ('"a\\303\\251"', "aé"),
        ('"\\"\\\\"', '"\\'),
        ("plain", "plain"),
        ('"', '"'),
        ('"\\033[2J"', "\x1b[2J"),
        ('"é\\t"', "é\t"),
    ],
)
def test_quoted_paths(quoted: str, path: str) -> None:
    assert unquoted(quoted) == path


def _file(*more: str, mode: str = "100644") -> str:
    return "\n".join(["diff --git a/f b/f", *more, ""])


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["old mode 100644", "new mode 100755"], "made executable"),
        (["old mode 100755", "new mode 100644"], "no longer executable"),
        (["new file mode 100755", "index 0..1", "--- /dev/null", "+++ b/f", "@@ -0,0 +1 @@", "+x"],
         "new file, executable"),
        (["new file mode 100644", "index 0..e69de29"], "new file, empty"),
        (["new file mode 120000", "index 0..1", "--- /dev/null", "+++ b/f", "@@ -0,0 +1 @@", "+goal",
          "\\ No newline at end of file"], "new file, symlink"),
        (["index 1234567..89abcde 160000", "--- a/f", "+++ b/f", "@@ -1 +1 @@", "-Subproject commit 1234567890",
          "+Subproject commit 89abcdef01"], "submodule 1234567 → 89abcde"),
        (["index 1..2 100644", "Binary files a/f and b/f differ"], "binary"),
        (["--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " k\r", "-a\r", "+b\r"], "CRLF"),
        (["--- a/f", "+++ b/f", "@@ -1 +1 @@", "-a\r", "+a"], "line ends CRLF → LF"),
        (["--- a/f", "+++ b/f", "@@ -1 +1 @@", "-a", "+a\r"], "line ends LF → CRLF"),
        (["--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " k\r", "-a", "+b"], "mixed line ends"),
    ],
)  # fmt: skip
def test_what_happened_to_a_file_is_said_in_words(lines: list[str], note: str) -> None:
    assert diff_lines(_file(*lines)).files[0].note == note


def test_a_carriage_return_is_shown_only_where_it_is_a_difference() -> None:
    same = diff_lines(_file("--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " k\r", "-a\r", "+b\r"))
    assert same.texts[2:] == ["k", "a", "b"]
    other = diff_lines(_file("--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " k\r", "-a\r", "+a"))
    assert other.texts[2:] == ["k", "a\r", "a"]


def test_a_line_that_nobody_could_read_is_cut() -> None:
    diff = diff_lines(_file("--- a/f", "+++ b/f", "@@ -1 +1 @@", "-" + "x" * 1_000_000, "+y"))
    assert diff.texts[2].endswith("… (+998,000 characters)") and len(diff.texts[2]) < 2_100


# -- against git itself --------------------------------------------------------------------------------------------

_LINES = st.lists(st.sampled_from(["a", "b", "", "  c", "-- a/x", "++ b/x", "@@ -1 +1 @@", "é\t", "d\r", "\\ x"]),
                  max_size=14)  # fmt: skip
_ENV = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def _git_diff(folder: Path, old: list[str], new: list[str], ends: tuple[str, str], context: int) -> str:
    for name, lines, end in (("old", old, ends[0]), ("new", new, ends[1])):
        (folder / name).write_bytes(("\n".join(lines) + (end if lines else "")).encode())
    done = subprocess.run(
        ["git", "diff", "--no-index", "--no-color", f"-U{context}", "old", "new"],
        cwd=folder, capture_output=True, check=False, env=_ENV,
    )  # fmt: skip
    return done.stdout.decode()


def _old_and_new(diff: DiffLines) -> tuple[dict[int, str], dict[int, str]]:
    """Line number → text of what is shown of both files."""
    old = {diff.old[at]: diff.texts[at] for at in range(len(diff)) if diff.kinds[at] in " -"}
    new = {diff.new[at]: diff.texts[at] for at in range(len(diff)) if diff.kinds[at] in " +"}
    return old, new


@settings(max_examples=40, deadline=None)
@given(_LINES, _LINES, st.tuples(st.sampled_from(["", "\n"]), st.sampled_from(["", "\n"])), st.integers(0, 4))
def test_every_line_has_the_number_it_has_in_its_file(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], ends: tuple[str, str], context: int
) -> None:
    diff = diff_lines(_git_diff(tmp_path_factory.getbasetemp(), old, new, ends, context))
    shown_old, shown_new = _old_and_new(diff)
    for shown, lines in ((shown_old, old), (shown_new, new)):
        for number, text in shown.items():
            assert text.rstrip("\r") == lines[number - 1].rstrip("\r")
    for at in range(len(diff)):
        place = diff.place(at)
        assert (place is None) == (diff.kinds[at] not in " +-")
        assert place is None or diff.line_of(place) == at
    layout = Layout(diff, columns=Columns(diff), wrap_to=0, notes={})
    _sides_are_whole(diff, layout)


def _sides_are_whole(diff: DiffLines, layout: Layout) -> None:
    """Each side holds every line of its file once and in order; nothing stands beside what is not its own."""
    left, right = zip(*[layout.lines(entry) for entry in range(len(layout))], strict=True) if len(layout) else ((), ())
    heads = (FILE, HUNK, NOTE, "\\")
    for column, signs in ((left, " -"), (right, " +")):
        lines = [line for line in column if line != NOTHING and diff.kinds[line] in signs]
        assert lines == [line for line in range(len(diff)) if diff.kinds[line] in signs]
    for entry in range(len(layout)):
        old, new = layout.lines(entry)
        if old == new:
            assert layout.entry_of(old) == entry
        else:
            assert old == NOTHING or (diff.kinds[old] in ("-", "\\") and layout.entry_of(old) == entry)
            assert new == NOTHING or (diff.kinds[new] in ("+", "\\") and layout.entry_of(new) == entry)
    assert all(diff.kinds[line] in heads for line in set(range(len(diff))) - set(left) - set(right))


@given(
    st.lists(st.sampled_from(["short", "x" * 25, "日本" * 9, "a\tb" * 5, ""]), min_size=1, max_size=12),
    st.integers(2, 30),
    st.booleans(),
    st.dictionaries(st.integers(2, 8), st.lists(st.just("n"), max_size=3)),
)
def test_every_row_belongs_to_one_entry(lines: list[str], width: int, two: bool, notes: dict[int, list[str]]) -> None:
    text = "".join(f"{'-+'[at % 2]}{line}\n" for at, line in enumerate(lines))
    olds, news = (len(lines) + 1) // 2, len(lines) // 2
    diff = diff_lines(f"@@ -1,{olds} +1,{news} @@\n{text}")
    layout = Layout(diff, columns=Columns(diff) if two else None, wrap_to=width, notes=notes)
    rows = [layout.entry_at(row) for row in range(layout.rows)]
    expected = [(entry, below) for entry in range(len(layout)) for below in range(layout.height(entry))]
    assert rows == expected
    assert all(layout.entry_at(layout.row_of(entry)) == (entry, 0) for entry in range(len(layout)))
    assert sum(len(layout.notes_of(entry)) for entry in range(len(layout))) == sum(
        len(texts) for line, texts in notes.items() if line < len(diff)
    )
