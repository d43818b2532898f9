"""Searching, filtering and folding a conversation: always the answer of a scan over all of its rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.engine.conversation import block, index, kinds, records, search
from lmawep_tui.engine.conversation.clock import began, offset_at
from lmawep_tui.engine.conversation.index import ConversationIndex
from lmawep_tui.engine.conversation.look import Look, Times
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.engine.conversation.search import ConversationSearch, event_of, text_of
from lmawep_tui.files.needle import Needle
from tests.agents.recordings import recordings
from tests.engine.conversations import format_of, indexed, read_on, recorded, rows

CLAUDE = "claude-stream"
NAMES = (
    "claude/happy",
    "claude/tool-failure",
    "claude/parallel-tools",
    "codex/happy",
    "gemini/happy",
    "claude/question-answered",
)


def says(text: str, at: str = "") -> bytes:
    record = {"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}}
    return json.dumps(record | ({"timestamp": at} if at else {})).encode() + b"\n"


@pytest.fixture(scope="module", autouse=True)
def small_blocks() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block, "FULL", 2048)
        patch.setattr(records, "_KEPT", 2)
        patch.setattr(records, "_CHUNK", 1024)
        patch.setattr(search, "_WINDOW", 3000)
        patch.setattr(index, "_TAIL_BYTES", 3_000)
        yield


def finish(run: ConversationSearch, seen: ConversationIndex, *, reading: bool = False) -> int | None:
    """Search to the end, the index reading on in between or not; return the byte of the record that was found."""
    while not run.done:
        run.step(0)
        if reading:
            seen.poll(0)
    if run.record is not None:
        return run.record
    row = seen.row_of(run.found) if run.found is not None else None
    found = seen.line_at(row) if row is not None else None
    return found[0].origin if found else None


@settings(deadline=None, max_examples=60)
@given(
    hits=st.sets(st.integers(0, 149), max_size=6),
    start=st.integers(0, 149),
    backwards=st.booleans(),
    reading=st.booleans(),
    known=st.booleans(),
)
def test_the_nearest_match_is_found_whatever_is_known(
    tmp_path_factory: pytest.TempPathFactory, hits: set[int], start: int, backwards: bool, reading: bool, known: bool
) -> None:
    path = tmp_path_factory.mktemp("search") / "log"
    parts = [says(f"word {n:03} {'x' * 60}{' needle' if n in hits else ''}") for n in range(150)]
    path.write_bytes(b"".join(parts))
    starts = [sum(map(len, parts[:n])) for n in range(150)]
    seen = ConversationIndex(path, CLAUDE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "_EAGER_BYTES", 6_000)  # so that at first only the end is known
        seen.poll(0)
    while seen.lag:
        seen.poll(0)
    if known:
        read_on(seen)
    if not known and (row := seen.row_at(starts[start])) is None:
        start = 149
    row = seen.row_at(starts[start])
    assert row is not None
    run = ConversationSearch(seen, text_of(Needle.make("needle")), seen.place_of(row), backwards=backwards)
    found = finish(run, seen, reading=reading)
    order = (
        [*range(start - 1, -1, -1), *range(149, start - 1, -1)] if backwards else [*range(start, 150), *range(start)]
    )
    expected = next((starts[n] for n in order if n in hits), None)
    assert found == expected
    seen.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shown", [kinds.TEXT, kinds.ERROR | kinds.EDIT, kinds.TOOL, kinds.OUTPUT, kinds.EVERYTHING])
def test_a_filter_leaves_exactly_the_lines_of_its_kinds(tmp_path: Path, name: str, shown: int) -> None:
    path = tmp_path / "log"
    data = recorded(name) * 3
    path.write_bytes(data)
    seen = indexed(path, format_of(name))
    presenter, reader = Presenter(root="/repo"), Reader(parser_for(format_of(name), "/repo"))
    for event in [*reader.feed(data), *reader.close()]:
        presenter.take(event)
    presenter.flush()
    heads = [line for line in presenter.lines if line.head]
    assert sum(seen.events().values()) == len(heads)
    for bit in (kind.bit for kind in kinds.KINDS):
        counted = sum(n for bits, n in seen.events().items() if kinds.is_of(bits, bit))
        assert counted == sum(kinds.is_of(line.kinds, bit) for line in heads)
    seen.relay(Look(10_000, shown=shown, times=Times.OFF))
    read_on(seen)
    wanted = [line for line in presenter.lines if line.kinds & shown or shown == kinds.EVERYTHING]
    assert [row.strip() for row in rows(seen)] == [line.text.strip() for line in wanted]


def test_every_line_of_every_recording_is_of_some_kind() -> None:
    for recording in recordings():
        if recording.cli in ("aider", "mini"):
            continue
        presenter, reader = Presenter(), Reader(parser_for(format_of(recording.id)))
        for event in [*reader.feed(recording.data), *reader.close()]:
            presenter.take(event)
        presenter.flush()
        assert all(line.kinds for line in presenter.lines if line.segments), recording.id
        assert not any(line.head for line in presenter.lines if not line.kinds)


@pytest.mark.parametrize("name", ["claude/happy", "claude/tool-failure", "claude/parallel-tools"])
def test_going_through_the_events_of_a_kind_meets_each_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(recorded(name) * 4)
    seen = indexed(path, format_of(name))
    for kind in kinds.KINDS:
        wanted = []
        for row in range(seen.line_count):
            found = seen.line_at(row)
            assert found is not None
            line, start, *_ = found
            if line.head and kinds.is_of(line.kinds, kind.bit) and start == 0:
                wanted.append(row)
        for backwards in (False, True):
            met: list[int] = []
            at = seen.line_count if backwards else 0
            while True:
                place = seen.place_of(at)
                run = ConversationSearch(seen, event_of(kind.bit), place, backwards=backwards, round_=False)
                finish(run, seen)
                row_found = seen.row_of(run.found) if run.found is not None else None
                if row_found is None:
                    break
                met.append(row_found)
                at = row_found if backwards else row_found + 1
            assert met == (wanted[::-1] if backwards else wanted), (kind.name, backwards)


@pytest.mark.parametrize("name", ["claude/parallel-tools", "codex/happy", "cline/long-output", "claude/happy"])
def test_folding_one_output_changes_its_rows_and_no_others(tmp_path: Path, name: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(recorded(name) * 3)
    seen = indexed(path, format_of(name))
    seen.relay(seen.look)  # with room for the times that the first records did not tell
    read_on(seen)
    folded = rows(seen)
    turned = 0
    for row in range(len(folded) - 1, -1, -1):
        found = seen.line_at(row)
        if found is None or found[0].folds < 0 or found[0].folds in seen.records.turned:
            continue
        assert seen.turn(row)
        turned += 1
    assert turned
    whole = rows(seen)
    assert seen.line_count == len(whole)
    fresh = indexed(path, format_of(name))
    fresh.records.turned.update(seen.records.turned)
    fresh.records.clocked = seen.records.clocked
    fresh.relay(fresh.look)
    read_on(fresh)
    assert whole == rows(fresh)
    for origin in sorted(seen.records.turned):
        at = next(n for n in range(seen.line_count) if (line := seen.line_at(n)) and line[0].folds == origin)
        assert seen.turn(at)
    assert rows(seen) == folded


def test_a_clock_that_comes_late_makes_room_on_every_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(says(f"word {n}") for n in range(100)))
    seen = indexed(path, CLAUDE, over=False)
    assert rows(seen)[0] == "word 0"
    with path.open("ab") as file:
        file.write(recorded("claude/happy"))
    changes = [seen.poll()]
    while not seen.complete:
        changes.append(seen.poll())
    if seen.records.clocked:
        assert any(change.relaid for change in changes)
        seen.relay(seen.look)
        read_on(seen)
        assert all(row.startswith(" " * 9) or not row for row in rows(seen)[:100])


def test_times_are_found_in_the_records_where_nobody_noted_them(tmp_path: Path) -> None:
    path = tmp_path / "log"
    texts = [says(f"word {n}", f"2026-01-15T{10 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z") for n in range(4000)]
    path.write_bytes(b"".join(texts))
    seen = indexed(path, CLAUDE)
    assert began(seen) == 1_768_471_200.0
    assert offset_at(seen, began(seen) - 5) == 0
    near = offset_at(seen, began(seen) + 2000)
    goal = sum(map(len, texts[:2000]))
    assert near is not None and goal - 80_000 < near <= goal


def test_a_log_without_times_has_no_place_for_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(says("one"))
    seen = indexed(path, CLAUDE)
    assert began(seen) == 0.0 and offset_at(seen, 5.0) is None


def test_what_a_filter_leaves_in_words() -> None:
    assert kinds.shown_words(kinds.EVERYTHING) == ""
    assert kinds.shown_words(kinds.ERROR | kinds.EDIT) == "only edits, errors"
    assert kinds.shown_words(kinds.EVERYTHING & ~kinds.OUTPUT) == "without output"
    assert kinds.shown_words(15) == "4 of 8 kinds"
