"""A stream comes in pieces of any size and may stop at any byte."""

from __future__ import annotations

import random
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.model.event import Event, Raw, Text
from tests.agents.recordings import recordings
from tests.agents.streams.expect import FORMATS, events
from tests.share import some

_OURS = [each for each in recordings(*FORMATS) if len(each.data) < 100_000]
_BIG = [each for each in recordings(*FORMATS) if len(each.data) >= 100_000]


@settings(max_examples=some(300), deadline=None)
@given(st.sampled_from(_OURS), st.randoms(use_true_random=False), st.sampled_from([3, 40, 1000, 20_000]))
def test_the_size_of_the_pieces_does_not_matter(recording, chance: random.Random, most: int) -> None:
    format_ = FORMATS[recording.cli]
    reader, found, start = Reader(parser_for(format_)), [], 0
    while start < len(recording.data):
        size = chance.randint(1, most)
        found += reader.feed(recording.data[start : start + size])
        start += size
    assert found + reader.close() == events(format_, recording.data, len(recording.data))


def test_the_size_of_the_pieces_does_not_matter_for_long_lines() -> None:
    for recording in _BIG:
        whole = events(FORMATS[recording.cli], recording.data, len(recording.data))
        assert events(FORMATS[recording.cli], recording.data, 4099) == whole, recording.id


@settings(max_examples=some(300), deadline=None)
@given(st.sampled_from(_OURS), st.floats(0, 1))
def test_a_stream_that_stops_anywhere_has_told_what_came_before(recording, part: float) -> None:
    format_, end = FORMATS[recording.cli], round(len(recording.data) * part)
    cut, whole = recording.data[:end], recording.data[: recording.data.rfind(b"\n", 0, end) + 1]
    reader = Reader(parser_for(format_))
    before = reader.feed(whole)
    got = events(format_, cut)
    assert got[: len(before)] == before
    Digest().take_all(got).close()


@settings(max_examples=some(200), deadline=None)
@given(st.sampled_from(_OURS), st.binary(max_size=200), st.floats(0, 1), st.integers(0, 200))
def test_a_stream_with_bytes_lost_or_added_is_read_on(recording, added: bytes, part: float, lost: int) -> None:
    place = round(len(recording.data) * part)
    found = events(FORMATS[recording.cli], recording.data[:place] + added + recording.data[place + lost :])
    assert all(isinstance(each, Event) for each in found)
    Digest().take_all(found).close()


def _peak(feed) -> int:
    """Bytes of memory that a piece of work takes at most."""
    tracemalloc.start()
    try:
        feed()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_hundred_megabytes_without_a_line_break_do_not_eat_the_memory() -> None:
    for format_ in set(FORMATS.values()):
        reader, found = Reader(parser_for(format_), max_line=1 << 20), []

        def feed(reader: Reader = reader, found: list[Event] = found) -> None:
            for _ in range(100):
                found.extend(reader.feed(b"x" * (1 << 20)))
            found.extend(reader.feed(b"\nfirst after\n"))

        assert _peak(feed) < 8 << 20
        assert isinstance(found[0], Raw)
        assert found[0].broken
        assert len(found[0].text) < 5000
        assert [each.text.strip() for each in found[1:] if isinstance(each, (Raw, Text))] == ["first after"]


def test_a_line_of_ten_megabytes_is_read_and_only_its_ends_are_kept() -> None:
    line = b'{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"a","content":"%s"}]}}\n'
    found = events("claude-stream", line % (b"y" * 10_000_000))
    assert len(found) == 1
    assert 60_000 < len(found[0].output) < 70_000
    assert "characters left out" in found[0].output


def test_a_line_in_single_bytes_is_put_together() -> None:
    line = b'{"type":"item.completed","item":{"type":"agent_message","text":"%s"}}\n' % (b"z" * 100_000)
    assert events("codex-exec", line, 1) == [Text("z" * 100_000)]


def test_a_line_longer_than_allowed_is_told_so_wherever_it_ends() -> None:
    for size in (1, 7, 64, 1 << 20):
        reader, found = Reader(parser_for("codex-exec"), max_line=1000), []
        data = b'{"type":"turn.started"}\n' + b"a" * 5000 + b"\n" + b'{"type":"turn.started"}\n' + b"b" * 5000
        for start in range(0, len(data), size):
            found += reader.feed(data[start : start + size])
        found += reader.close()
        assert [type(each).__name__ for each in found] == ["Started", "Raw", "Started", "Raw"], size


def test_many_small_pieces_of_text_cost_no_more_than_their_length() -> None:
    digest = Digest()
    for number in range(300_000):
        digest.take(Text("word ", partial=number > 0))
        assert len(digest._parts) < 200_000
    digest.take(Text("\n\nSTATUS: DONE\nPROGRESS: all of it", partial=True))
    assert len(digest.said) <= 2 * 256 * 1024
    assert digest.close().report is not None
