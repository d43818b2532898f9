"""The line index against the plain truth: reading the file and splitting it."""

from __future__ import annotations

import os
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.files import line_index, line_starts
from lmawep_tui.files.line_index import MAX_LINE, Change, LineIndex
from lmawep_tui.files.line_search import LineSearch, MatchCount
from lmawep_tui.files.needle import BadPattern, Needle, _needed


def truth(data: bytes) -> list[str]:
    """What a file's lines are, without any index."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix(b"\r").decode("utf-8", "replace") for line in lines]


def drain(index: LineIndex) -> Change:
    """Poll until everything is indexed; return the last change that said anything."""
    last = Change()
    for _ in range(10_000):
        last = index.poll() or last
        if index.complete:
            return last
    raise AssertionError("the index never got to the end")


def rows_by_byte(data: bytes) -> list[int]:
    """The row of every byte, counted by hand."""
    return [data.count(b"\n", 0, offset) for offset in range(len(data))]


def starts_from(data: bytes, offset: int) -> list[int]:
    """Where lines start, at `offset` or after it."""
    return [at for at in range(offset, len(data)) if not at or data[at - 1 : at] == b"\n"]


def everything(index: LineIndex) -> list[str]:
    return index.read_lines(0, index.line_count)


CHUNKS = st.lists(
    st.binary(max_size=40)
    | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r", "é€😀".encode()[:5], "😀\n".encode()[2:], b"a\n" * 30]),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(chunks=CHUNKS, tail_bytes=st.sampled_from([8, 64, 256 * 1024]), chunk=st.sampled_from([7, 64, 1 << 20]),
       span=st.sampled_from([1, 9, 30, line_starts.SPAN]))  # fmt: skip
def test_it_agrees_with_splitting_the_file_at_every_step(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes], tail_bytes: int, chunk: int, span: int
) -> None:
    path = tmp_path_factory.mktemp("index") / "log"
    written = b""
    with pytest.MonkeyPatch.context() as patch:
        # Small sizes make a file of a few bytes take every path that a gigabyte takes.
        patch.setattr(line_index, "TAIL_BYTES", tail_bytes)
        patch.setattr(line_index, "_EAGER_BYTES", tail_bytes)
        patch.setattr(line_index, "_SMALLEST_CHUNK", chunk)
        patch.setattr(line_index, "_LARGEST_CHUNK", chunk)
        patch.setattr(line_starts, "SPAN", span)
        index = LineIndex(path)
        for data in chunks:
            with path.open("ab") as file:
                file.write(data)
            written += data
            drain(index)
            assert everything(index) == truth(written)
            assert [index.row_at(offset) for offset in range(len(written))] == rows_by_byte(written)
            assert index.rows_since(len(written) // 2) == len(starts_from(written, len(written) // 2))
            assert index.generation == 0
        index.close()


@settings(deadline=None, max_examples=80)
@given(lines=st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), min_size=3, max_size=60))
def test_the_end_is_there_at_once_and_rows_move_by_what_is_said(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("index") / "log"
    data = b"\n".join(lines) + b"\n"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_index, "TAIL_BYTES", 16)
        patch.setattr(line_index, "_EAGER_BYTES", 0)
        patch.setattr(line_index, "_SMALLEST_CHUNK", 5)
        patch.setattr(line_index, "_LARGEST_CHUNK", 5)
        patch.setattr(line_starts, "SPAN", 7)
        index = LineIndex(path)
        index.poll(0)
        expected = truth(data)
        while not index.complete:
            known = everything(index)
            assert known == expected[: len(known)] or index.numbered is False
            before = everything(index)
            change = index.poll(0)
            after = everything(index)
            assert after[change.shifted : change.shifted + len(before)] == before
        assert everything(index) == expected
        index.close()


def test_the_tail_of_a_big_file_shows_before_the_rest_is_known(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(400_000)))
    index = LineIndex(path)
    index.poll(0)
    assert not index.numbered and not index.complete and 0 < index.progress < 1
    assert index.tail(2) == ["line 399998", "line 399999"]
    known = index.line_count
    assert drain(index).shifted == 400_000 - known
    assert index.read_lines(123_456, 123_458) == ["line 123456", "line 123457"]
    assert index.row_at(index.start_of(123_456) + 3) == 123_456
    index.close()


@settings(deadline=None, max_examples=100)
@given(
    lines=st.lists(st.integers(0, 12).map(lambda length: "x" * length), min_size=1, max_size=60),
    places=st.lists(st.integers(0, 700), max_size=5),
)
def test_any_place_can_be_looked_at_first_and_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], places: list[int]
) -> None:
    path = tmp_path_factory.mktemp("index") / "log"
    lines = [f"{number}{line}" for number, line in enumerate(lines)]
    path.write_text("\n".join(lines) + "\n")
    size = path.stat().st_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_index, "TAIL_BYTES", 16)
        patch.setattr(line_index, "_EAGER_BYTES", 0)
        patch.setattr(line_index, "_SMALLEST_CHUNK", 5)
        patch.setattr(line_index, "_LARGEST_CHUNK", 5)
        patch.setattr(line_starts, "SPAN", 7)
        index = LineIndex(path)
        index.poll(0)
        for place in places:
            offset = place % size
            generation = index.generation
            assert index.look_at(offset) is (index.generation > generation)
            for _ in range(12):  # a few chunks, never the whole file
                if (row := index.row_at(offset)) is not None:
                    break
                index.poll(0)
            assert row is not None
            truth_row = path.read_bytes()[: offset + 1].removesuffix(b"\n").count(b"\n")
            # The rest of the line may still be to come.
            assert lines[truth_row].startswith(index.read_lines(row, row + 1)[0])
        drain(index)
        assert everything(index) == lines
        index.close()


def test_growth_while_the_front_is_being_indexed_comes_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 50 + b"\n" + b"y\n" * 2_000_000)
    index = LineIndex(path)
    index.poll(0)
    with path.open("ab") as file:
        file.write(b"new\n")
    index.poll(0)
    while index.tail(1) != ["new"]:
        index.poll(0)
    assert not index.numbered
    drain(index)
    assert index.line_count == 2_000_002 and index.tail(2) == ["y", "new"]
    index.close()


def test_a_file_that_is_not_there_yet_is_empty_until_it_is(tmp_path: Path) -> None:
    path = tmp_path / "later" / "log"
    index = LineIndex(path)
    assert not index.poll() and not index.exists and index.line_count == 0 and index.tail(5) == []
    path.parent.mkdir()
    path.write_bytes(b"here")
    assert index.poll().grew and everything(index) == ["here"]
    index.close()


def test_a_partial_last_line_is_a_line_and_grows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntw")
    index = LineIndex(path)
    index.poll()
    assert everything(index) == ["one", "tw"]
    with path.open("ab") as file:
        file.write(b"o\n")
    change = index.poll()
    assert change.grew and not change.reset and everything(index) == ["one", "two"]
    assert not index.poll()
    index.close()


def test_a_truncated_file_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old\n" * 10)
    index = LineIndex(path)
    drain(index)
    os.truncate(path, 0)
    assert index.poll().reset and index.line_count == 0 and index.generation == 1
    with path.open("ab") as file:
        file.write(b"new\n")
    index.poll()
    assert everything(index) == ["new"]
    index.close()


def test_a_file_truncated_and_regrown_past_its_size_between_two_looks_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old\n" * 10)
    index = LineIndex(path)
    drain(index)
    path.write_bytes(b"other\n" * 100)  # the same inode, longer than before
    assert index.poll().reset
    drain(index)
    assert everything(index) == ["other"] * 100
    index.close()


def test_a_rotated_file_is_followed_to_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old\n" * 10)
    index = LineIndex(path)
    drain(index)
    path.rename(tmp_path / "log.1")
    assert not index.poll() and index.line_count == 10  # what was read stays readable
    path.write_bytes(b"old\n" * 11)
    change = index.poll()
    assert change.reset and index.generation == 1 and index.line_count == 11
    index.close()


def test_a_deleted_file_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"kept\n")
    index = LineIndex(path)
    index.poll()
    path.unlink()
    assert not index.poll() and everything(index) == ["kept"]
    index.close()


def test_what_no_log_is_is_refused_with_words(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(secret)
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path):
        index = LineIndex(path)
        index.poll()
        assert index.line_count == 0 and index.problem == "not a regular file"
        index.close()


def test_a_huge_line_is_cut_at_a_whole_character(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes("é".encode() * 5_000_000 + b"\nnext\n")
    index = LineIndex(path)
    drain(index)
    first, second = index.read_lines(0, 2)
    assert second == "next"
    assert first.startswith("éé") and first.endswith("bytes)") and "\ufffd" not in first
    assert len(first.encode()) <= MAX_LINE + 40
    index.close()


def test_of_a_huge_progress_bar_the_last_state_counts(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"%5d of 9999\r" % number for number in range(9_000)))
    index = LineIndex(path)
    drain(index)
    assert everything(index) == [" 8999 of 9999"]
    index.close()


def test_a_closed_index_gives_its_descriptor_back(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x\n")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    index = LineIndex(path)
    index.poll()
    index.close()
    index.close()
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    assert (after, index.line_count, index.read_lines(0, 5)) == (before, 0, [])


# -- searching ----------------------------------------------------------------------------------------------------


def matches(index: LineIndex, needle: Needle, *, backwards: bool) -> list[int]:
    """Every row a person sees by pressing `n` (or `N`) until the search comes round."""
    rows: list[int] = []
    origin = index.size if backwards else 0
    while True:
        run = LineSearch(index, needle, origin, backwards=backwards)
        while not run.done:
            run.step(0)
        row = None if run.found is None else index.row_at(run.found)
        if row is None or run.wrapped:
            return rows
        rows.append(row)
        origin = index.start_of(row if backwards else row + 1)


@settings(deadline=None, max_examples=120)
@given(
    lines=st.lists(st.text("abB ", max_size=14), min_size=1, max_size=40),
    text=st.sampled_from(["a", "ab", "B", "b b", "aab", "bab"]),
    regex=st.booleans(),
    chunk=st.sampled_from([6, 17, 4096]),
)
def test_searching_finds_the_lines_that_hold_the_text_both_ways(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], text: str, regex: bool, chunk: int
) -> None:
    path = tmp_path_factory.mktemp("search") / "log"
    path.write_text("\n".join(lines) + "\n")
    index = LineIndex(path)
    drain(index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lmawep_tui.files.line_search._CHUNK", chunk)
        patch.setattr("lmawep_tui.files.needle._REGEX_OVERLAP", 4)
        needle = Needle.make(text, regex=regex)
        fold = text == text.lower()
        expected = [row for row, line in enumerate(lines) if text in (line.lower() if fold else line)]
        assert matches(index, needle, backwards=False) == expected
        assert matches(index, needle, backwards=True) == expected[::-1]
    index.close()


def test_a_search_comes_round_to_what_lies_before_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("needle\nb\nc\n")
    index = LineIndex(path)
    drain(index)
    run = LineSearch(index, Needle.make("needle"), index.start_of(1))
    while not run.done:
        run.step()
    assert (run.found, run.wrapped) == (0, True)
    index.close()


def test_a_search_ends_when_the_file_becomes_another(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("needle\n")
    index = LineIndex(path)
    drain(index)
    run = LineSearch(index, Needle.make("needle"), 0)
    os.truncate(path, 0)
    index.poll()
    run.step()
    assert run.done and run.found is None
    index.close()


def test_a_bad_expression_is_said_to_be_one() -> None:
    with pytest.raises(BadPattern):
        Needle.make("(", regex=True)
    assert Needle.make("(").first(b"f(x)") == 1


PATTERNS = [r"ab", r"a+b", r"aba?b", r"(ab)?ba", r"[ab]bab", r"bab{2}a", r"a|bab", r"ab\sba", r"^bab", r"ab$",
            r"ba.*aba", r"bab*", r"\x61bab", r"[^]]bab", r"A?bab", r"bab(B|a)"]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    lines=st.lists(st.text("abB ", max_size=14), min_size=1, max_size=30),
    pattern=st.sampled_from(PATTERNS),
    chunk=st.sampled_from([6, 17, 4096]),
)
def test_a_regular_expression_finds_what_it_matches_line_by_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], pattern: str, chunk: int
) -> None:
    path = tmp_path_factory.mktemp("search") / "log"
    path.write_text("\n".join(lines) + "\n")
    index = LineIndex(path)
    drain(index)
    compiled = re.compile(pattern, re.IGNORECASE if pattern == pattern.lower() else 0)
    expected = [row for row, line in enumerate(lines) if compiled.search(line)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lmawep_tui.files.line_search._CHUNK", max(chunk, 20))
        patch.setattr("lmawep_tui.files.needle._REGEX_OVERLAP", 16)
        needle = Needle.make(pattern, regex=True)
        count = MatchCount(index, needle)
        while not count.done:
            count.step(0)
        assert [index.row_at(start) for start in count.starts] == expected
        assert matches(index, needle, backwards=False) == expected
        assert matches(index, needle, backwards=True) == expected[::-1]
    index.close()


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("hello", "hello"), ("hel?lo", ""), ("hellos?", "hello"), ("hello+", "hello"), ("a|hello", ""),
        (r"\bhello\b", "hello"), (r"\.hello world", ".hello world"), (r"worker\[9\d", "worker[9"),
        (r"hel\.?", "hel"), ("(?i)hello", ""), ("(hello)?", ""), ("x{2}hello", "hello"),
        ("[hello]", ""), ("took .*ms$", "took "), ("ünï", ""),
    ],
)  # fmt: skip
def test_what_every_match_must_hold(pattern: str, needed: str) -> None:
    assert _needed(pattern) == needed


def test_slashes_make_a_regular_expression() -> None:
    assert Needle.typed("/a.c/").regex and Needle.typed("/a.c/").as_typed == "/a.c/"
    assert not Needle.typed("/usr/bin").regex and not Needle.typed("//").regex


def test_a_gigabyte_of_lines_takes_little_memory(tmp_path: Path) -> None:
    """A file of a million lines: its index is far below the eight bytes a line that one array would take."""
    path = tmp_path / "log"
    path.write_bytes(b"a line of some words\n" * 1_000_000)
    index = LineIndex(path)
    tracemalloc.start()
    drain(index)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert index.line_count == 1_000_000 and kept < 400_000
    index.close()


def test_bytes_that_change_under_the_index_never_break_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one line\n" * 5000)
    index = LineIndex(path)
    drain(index)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\n" * 500 + b"x" * 900)
    assert len(index.read_lines(0, 5000)) == 5000
    assert all(index.row_at(offset) is not None for offset in range(0, 45_000, 97))
    index.close()
