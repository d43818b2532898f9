"""The pure parts of the review: its tree, comments below their lines, the words of its head, editors at a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.engine.editor import editor_at, editor_words, file_in
from lmawep_tui.engine.review_view import Placed, ReviewView
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Pod, PodRecord, TestResult
from lmawep_tui.model.review_notes import Comment, Look, Mark, ReviewNotes, Side, Spot
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.ui.present.comment_lines import comment_row, notes_below, sending_words
from lmawep_tui.ui.present.diff_lines import Place
from lmawep_tui.ui.present.review_lines import Head, asked_lines, review_left, review_right
from lmawep_tui.ui.present.review_tree import ReviewFile, row_cells, tree_rows
from lmawep_tui.ui.present.styled import plain_text
from lmawep_tui.vcs.review import FileChange

NOW = 0.0


def test_folders_fold_into_one_row_where_they_have_one_child() -> None:
    paths = ["a/b/c/one.py", "a/b/c/two.py", "README.md", "src/deep/er/x.py", "src/deep/y.py", "src/z.py"]
    rows = [(row.key, "  " * row.depth + row.name, row.places) for row in tree_rows(paths)]
    assert rows == [
        ("d:a/b/c", "a/b/c/", (0, 1)), ("f:0", "  one.py", (0,)), ("f:1", "  two.py", (1,)), ("f:2", "README.md", (2,)),
        ("d:src", "src/", (3, 4, 5)), ("d:src/deep", "  deep/", (3, 4)), ("d:src/deep/er", "    er/", (3,)),
        ("f:3", "      x.py", (3,)), ("f:4", "    y.py", (4,)), ("f:5", "  z.py", (5,)),
    ]  # fmt: skip
    assert [row.key for row in tree_rows(paths, {"src/deep", "a/b/c"})] == [
        "d:a/b/c", "f:2", "d:src", "d:src/deep", "f:5",
    ]  # fmt: skip


_NAMES = st.sampled_from(["a", "b", "a.b", "ä", "..", ""])


@given(st.lists(st.lists(_NAMES, min_size=1, max_size=5).map("/".join), max_size=12))
def test_every_file_is_in_the_tree_once_and_in_the_order_of_the_diff(paths: list[str]) -> None:
    rows = tree_rows(paths)
    assert [row.places[0] for row in rows if row.folder is None] == list(range(len(paths)))
    for row in rows:
        for place in row.places:
            assert row.folder is None or paths[place].startswith(f"{row.folder}/")


def test_a_folder_has_a_check_only_when_all_in_it_was_read() -> None:
    files = [ReviewFile("a/x", mark=Mark.REVIEWED, added=2), ReviewFile("a/y", added=1, comments=2)]
    assert row_cells(tree_rows(["a/x", "a/y"])[0], files, ())[0] == ("", "")
    shut = row_cells(tree_rows(["a/x", "a/y"], {"a"})[0], files, {"a"})
    assert shut[2:] == [("✎2", "accent"), ("+3", "added"), ("", "removed")]
    files[1] = replace(files[1], mark=Mark.REVIEWED)
    assert row_cells(tree_rows(["a/x", "a/y"])[0], files, ())[0] == ("✓", "ok")
    files[1] = replace(files[1], mark=Mark.CHANGED)
    assert row_cells(tree_rows(["a/x", "a/y"])[0], files, ())[0] == ("≠", "warn")


def said(number: int, line: int, text: str = "Why?", *, count: int = 1, side: Side = Side.NEW, sent: str = "",
         shown: int | None = -1) -> Placed:  # fmt: skip
    comment = Comment(number=number, path="a.py", line=line, count=count, side=side, text=text, commit=Sha("c" * 40),
                      source=Sha("c" * 40), sent=sent)  # fmt: skip
    spot = None if shown is None else Spot("a.py", line if shown == -1 else shown, count, side)
    return Placed(comment, spot, spot is None)


VISIBLE: dict[str, list[Place]] = {
    "a.py": [("a.py", "new", 4), ("a.py", "old", 5), ("a.py", "new", 5), ("a.py", "new", 6)]
}


@pytest.mark.parametrize(
    ("placed", "where", "words"),
    [
        (said(1, 5), ("a.py", "new", 5), ["✎ Why?"]),
        (said(1, 5, side=Side.OLD), ("a.py", "old", 5), ["✎ Why?"]),
        (said(1, 4, count=2), ("a.py", "new", 5), ["✎ Why?"]),
        (said(1, 3, shown=6), ("a.py", "new", 6), ["✎ (was 3) Why?"]),
        (said(1, 9), ("a.py", "new", 6), ["✎ (line 9, not in this diff) Why?"]),
        (said(1, 5, shown=None), ("a.py", "new", 5), ["✎ (was line 5, changed since ccccccc) Why?"]),
        (said(1, 5, "one\n\n  two"), ("a.py", "new", 5), ["✎ one", "", "  two"]),
    ],
)  # fmt: skip
def test_comments_stand_below_their_line_or_the_nearest(placed: Placed, where: Place, words: list[str]) -> None:
    below, _ = notes_below([placed], VISIBLE, NOW)
    assert below == {where: words}


def test_what_was_sent_is_quieter_and_what_became_of_it_is_said() -> None:
    below, margin = notes_below(
        [said(1, 4), said(2, 5, sent="then"), said(3, 6, sent="then", shown=None)], VISIBLE, NOW
    )
    assert below == {("a.py", "new", 4): ["✎ Why?"], ("a.py", "new", 5): ["✎ (sent) Why?"]}
    assert margin == {("a.py", "new", 4): "warn", ("a.py", "new", 5): "muted"}
    row = comment_row(said(3, 6, sent="then", shown=None), NOW)
    assert row == [("a.py:6", "warn"), "Why?", ("sent, changed since ccccccc", "muted")]
    assert sending_words([said(1, 4), said(2, 5, sent="then")]) == "1 comment of yours goes with it: a.py:4."
    assert sending_words([said(n, n) for n in range(1, 6)]).endswith("a.py:1, a.py:2, a.py:3 and 2 more.")
    assert sending_words([]) == ""


@pytest.mark.parametrize(
    ("editor", "end"),
    [
        ("vi", ["+7", "/w/a b.py"]), ("/usr/bin/nvim -p", ["+7", "/w/a b.py"]), ("nano", ["+7", "/w/a b.py"]),
        ("emacsclient -t", ["+7", "/w/a b.py"]), ("code -w", ["-g", "/w/a b.py:7"]), ("codium", ["-g", "/w/a b.py:7"]),
        ("hx", ["/w/a b.py:7"]), ("zed", ["/w/a b.py:7"]), ("subl -w", ["/w/a b.py:7"]),
        ("kate", ["--line", "7", "/w/a b.py"]), ("notepad", ["/w/a b.py"]),
        ("'/opt/my editor/vim'", ["+7", "/w/a b.py"]),
    ],
)  # fmt: skip
def test_editors_are_told_the_line_in_their_own_way(editor: str, end: list[str]) -> None:
    command = editor_words({"EDITOR": editor})
    assert list(editor_at(command, Path("/w/a b.py"), 7)) == [*command, *end]
    assert list(editor_at(command, Path("/w/a b.py"), None)) == [*command, "/w/a b.py"]


def test_which_editor() -> None:
    assert editor_words({"VISUAL": "code", "EDITOR": "vi"}) == ("code",)
    assert editor_words({}) == editor_words({"EDITOR": " "}) == ("vi",)
    with pytest.raises(LmawepError):
        editor_words({"EDITOR": "vi '"})


def test_no_file_outside_the_pod_is_opened(tmp_path: Path) -> None:
    (tmp_path / "pod").mkdir()
    (tmp_path / "secret").write_text("s")
    (tmp_path / "pod" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "pod" / "file").write_text("f")
    assert file_in(tmp_path / "pod", "file") == tmp_path / "pod" / "file"
    for path in ("link", "../secret", "none", ".", str(tmp_path / "secret")):
        with pytest.raises(LmawepError):
            file_in(tmp_path / "pod", path)


def _words(head: Head) -> tuple[str, str]:
    return plain_text(review_left(head)), plain_text(review_right(head))


def test_the_head_says_what_is_shown_and_what_the_tests_said() -> None:
    tip, base = Sha("c" * 40), Sha("b" * 40)
    notes = ReviewNotes(
        pod=PodId("pod-1"), ticket=TicketId(101), comments=(said(1, 4).comment,), reviewed={"a.py": "1"}
    )
    files = (FileChange("a.py", "a.py", "1"), FileChange("b.py", "b.py", "2"))
    view = ReviewView(pod=PodId("pod-1"), commit=tip, base=base, start=base, patch="", files=files,
                      contents={"a.py": "1", "b.py": "2"}, notes=notes)  # fmt: skip
    record = PodRecord(id=PodId("pod-1"), ticket=TicketId(101), branch="b", base=base, path="/p")
    red = ("t.py::test_a", "t.py::test_b")
    looked = replace(view, since=Look(commit=Sha("d" * 40), base=base), exact=False)

    def head(tests: TestResult | None = None, *, view: ReviewView = view, width: int = 140, doing: str = "") -> Head:
        pod = Pod(record=replace(record, tests=tests), status=Status.REVIEW, title="Steep")
        return Head("pod-1", pod, view, None, doing, width)

    left, right = _words(head())
    assert left.split() == ["review", "pod-1", "ccccccc", "1/2", "reviewed", "✎", "1", "#101", "Steep"]
    assert "tests not run yet" in right and right.endswith("review ")
    assert "only since ddddddd, main's changes mixed in" in _words(head(view=looked))[0]
    result = TestResult(commit=tip, green=False, failing=red)
    assert "✗ tests red: test_a and 1 more" in _words(head(result))[1]
    assert "✗ tests red" in _words(head(result, width=80))[1] and "test_a" not in _words(head(result, width=80))[1]
    assert "✓ tests green" in _words(head(replace(result, green=True)))[1]
    assert "≠ tests of bbbbbbb green" in _words(head(replace(result, green=True, commit=base)))[1]
    assert "⋯ tests run" in _words(head(result, doing="testing"))[1]
    assert _words(replace(head(), moved="e" * 40))[1] == "⚑ new commit eeeeeee, not shown yet "
    assert "is gone" in _words(replace(head(), pod=None))[1]
    page = "\n".join(plain_text(line) for line in asked_lines(Snapshot(), _TICKET, ["Work"], NOW, result))
    assert "Tests red at ccccccc" in page and "✗ t.py::test_b" in page and "• Work" in page


_TICKET = Ticket(id=TicketId(101), title="Steep")
