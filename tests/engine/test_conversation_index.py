"""The rows of a structured log of any size: the same however it came, from wherever it is read, and found again."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from lmawep_tui.engine.conversation import block, index, records
from lmawep_tui.engine.conversation.index import ConversationIndex
from lmawep_tui.engine.conversation.look import Look
from lmawep_tui.engine.conversation.search import ConversationCount, ConversationSearch, text_of
from lmawep_tui.files.log_times import entry
from lmawep_tui.files.needle import Needle
from tests.engine.conversations import format_of, indexed, read_on, recorded, rows, told_whole

MANY = ("claude/happy", "claude/parallel-tools", "claude/hooks", "claude/question-answered", "claude/tool-failure")
CLAUDE = "claude-stream"


def says(text: str) -> bytes:
    """One record of claude's in which it says something."""
    return json.dumps({"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}}).encode() + b"\n"


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few records, so that a small log has many."""
    monkeypatch.setattr(block, "FULL", 4096)
    monkeypatch.setattr(records, "_KEPT", 2)
    monkeypatch.setattr(records, "_CHUNK", 2048)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", [*MANY, "codex/happy", "gemini/happy", "opencode/happy", "pi/happy", "cline/happy"])
@pytest.mark.parametrize("fold", [True, False])
def test_rows_made_again_are_those_of_a_log_read_in_one_go(tmp_path: Path, name: str, fold: bool) -> None:
    path = tmp_path / "output.log"
    data = recorded(name) * 3
    path.write_bytes(data)
    seen = indexed(path, format_of(name), fold=fold)
    assert rows(seen) == told_whole(data, format_of(name), fold=fold)
    seen.relay(Look(40, fold))
    read_on(seen)
    assert rows(seen) == told_whole(data, format_of(name), fold=fold, width=40)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("seed", range(8))
def test_a_log_that_comes_in_pieces_ends_with_the_same_rows(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "output.log"
    name = (*MANY, "gemini/happy", "pi/happy", "claude/happy")[seed]
    data, luck = recorded(name) * 2, random.Random(seed)
    path.write_bytes(b"")
    seen = ConversationIndex(path, format_of(name), root="/repo")
    at = 0
    while at < len(data):
        step = luck.choice((1, 50, 700, 5000))
        with path.open("ab") as file:
            file.write(data[at : at + step])
        at += step
        seen.poll()
        assert all(seen.row(row) is not None for row in range(seen.line_count))
    seen.over = True
    read_on(seen)
    assert rows(seen) == told_whole(data, format_of(name))


@pytest.mark.usefixtures("small_blocks")
def test_the_end_of_a_big_log_is_known_first_and_places_hold_when_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_EAGER_BYTES", 20_000)
    monkeypatch.setattr(index, "_TAIL_BYTES", 8_000)
    path = tmp_path / "output.log"
    path.write_bytes(b"".join(says(f"word {number}") for number in range(2000)))
    seen = ConversationIndex(path, CLAUDE)
    seen.poll(0.0)
    while seen.lag:
        seen.poll(0.0)
    assert not seen.numbered and rows(seen)[-1] == "word 1999"
    before = seen.line_count
    place = seen.place_of(before - 3)
    assert rows(seen)[-3] == "word 1998"
    shifted = 0
    while not seen.complete:
        shifted += seen.poll().shifted
    assert shifted == seen.line_count - before
    assert seen.row_of(place) == seen.line_count - 3
    assert rows(seen) == told_whole(path.read_bytes(), CLAUDE)
    offset = path.read_bytes().index(b"word 777")
    row = seen.row_at(offset)
    assert row is not None and "word 777" in rows(seen)[row]


@pytest.mark.usefixtures("small_blocks")
def test_any_part_of_a_big_log_can_be_looked_at_before_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_EAGER_BYTES", 20_000)
    monkeypatch.setattr(index, "_TAIL_BYTES", 8_000)
    monkeypatch.setattr(index.ConversationIndex, "_fill_gap", lambda self, deadline: 0)
    path = tmp_path / "output.log"
    path.write_bytes(b"".join(says(f"word {number}") for number in range(4000)))
    seen = ConversationIndex(path, CLAUDE)
    while not seen.exists or seen.lag:
        seen.poll()
    generation = seen.generation
    assert seen.look_at(path.read_bytes().index(b"word 2000")) and seen.generation > generation
    while seen.lag:
        seen.poll()
    assert "word 2000" in rows(seen) and rows(seen)[-1] == "word 3999"
    assert seen.look_at(0)
    while seen.lag:
        seen.poll()
    assert seen.numbered and rows(seen)[0] == "word 0"


def test_a_giant_line_costs_its_beginning_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    with path.open("wb") as file:
        file.write(says("before"))
        file.write(b'{"type":"assistant","x":"')
        file.truncate(path.stat().st_size + 100_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b'"}\n' + says("after"))
    seen = indexed(path, CLAUDE)
    expected = rows(seen)
    assert expected[0] == "before" and expected[-1] == "after"
    assert any(row.startswith('… 100.0 MB in one line: {"type":"assistant"') for row in expected)
    seen.records.forget()
    assert rows(seen) == expected


def test_a_hundred_megabytes_without_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    with path.open("wb") as file:
        file.write(says("before") + b"x")
        file.truncate(100_000_000)
    seen = indexed(path, CLAUDE)
    assert rows(seen)[0] == "before" and rows(seen)[-1].startswith("… 100.0 MB in one line: x")
    with path.open("ab") as file:
        file.write(b"\n" + says("after"))
    read_on(seen)
    assert rows(seen)[-1] == "after"


def test_half_a_record_shows_once_nothing_more_comes_and_plain_words_at_once(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(says("one") + b"npm warn")
    seen = indexed(path, CLAUDE, over=False)
    assert rows(seen) == ["one", "npm warn"]
    path.write_bytes(says("one") + b'{"type":"assi')
    read_on(seen)
    assert rows(seen) == ["one"]
    seen.over = True
    read_on(seen)
    assert rows(seen) == ["one", '? {"type":"assi']


def test_a_log_that_is_cut_or_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(says("one") + says("two"))
    seen = indexed(path, CLAUDE)
    os.truncate(path, len(says("one")))
    assert seen.poll().reset
    read_on(seen)
    assert rows(seen) == ["one"]


HOSTILE = (
    b"\xff\xfe", b"\x1b]52;c;QUJD\x07", b"{" * 5000, b"[" * 5000, b"null", b"\x00" * 100, b"\r\r\r",
    b'{"type":1}', b'{"type":"assistant"}', b'{"type":"user","message":[[]]}',
    b'{"type":"assistant","message":{"content":[{"type":"text","text":"\\u001b[2J\\ud800"}]}}',
    b'{"type":"result","usage":"x","total_cost_usd":"much"}',
)  # fmt: skip


@pytest.mark.parametrize("format_", ["claude-stream", "codex-exec", "gemini-stream", "opencode-parts", "pi-events",
                                     "cline-events", "acp", "codex-app-server"])  # fmt: skip
def test_hostile_lines_are_text(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"\n".join(HOSTILE) + b"\n" + b"\n".join(recorded("claude/happy").split(b"\n")[:5]))
    for row in rows(indexed(path, format_)):
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in row), row


@pytest.mark.usefixtures("small_blocks")
def test_searching_what_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    words = [f"word {number}" + (' "needle" in\tit' if number in (3, 150, 290) else "") for number in range(300)]
    path.write_bytes(b"".join(says(word) for word in words))
    seen = indexed(path, CLAUDE)

    def find(text: str, row: int, *, backwards: bool) -> str | None:
        run = ConversationSearch(seen, text_of(Needle.make(text)), seen.place_of(row), backwards=backwards)
        while not run.done:
            run.step()
        if run.found is None:
            return None
        found = seen.row_of(run.found)
        assert found is not None
        return rows(seen)[found]

    assert find('"needle" in    it', 0, backwards=False) == 'word 3 "needle" in    it'
    assert find('"needle"', 0, backwards=True) == 'word 290 "needle" in    it'
    assert find('"needle"', 20, backwards=False) == 'word 150 "needle" in    it'
    assert find('"needle"', 20, backwards=True) == 'word 3 "needle" in    it'
    assert find('"needle"', seen.line_count, backwards=False) == 'word 3 "needle" in    it'
    assert find("message", 0, backwards=False) is None  # it is in every record, and nowhere to be seen
    count = ConversationCount(seen, Needle.make("NEEDLE".lower()))
    while not count.done:
        count.step()
    assert count.words(seen.place_of(seen.line_count)) == "3/3"


def test_a_match_that_is_broken_between_rows_is_found(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(says("a " * 36 + "broken match here"))
    seen = indexed(path, CLAUDE)
    run = ConversationSearch(seen, text_of(Needle.make("broken match")), 0)
    while not run.done:
        run.step()
    assert run.found is not None and rows(seen)[seen.row_of(run.found) or 0].endswith("broken")


def test_times_come_from_when_the_bytes_arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "output.log"
    first, second = says("one"), says("two")
    path.write_bytes(first + second)
    path.with_name("output.times").write_bytes(
        entry(0, 3600.0) + entry(len(first), 3661.0) + b"damaged\n" + entry(len(first + second), 3662.0)
    )
    assert rows(indexed(path, CLAUDE)) == ["01:01:01 one", "", "01:01:02 two"]
