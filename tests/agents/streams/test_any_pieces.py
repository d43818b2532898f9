"""Streams come in pieces of any size, break off anywhere, and are not always what they should be."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.agents.streams.shape import shape
from lmawep_tui.model.event import Event, Raw
from tests.agents.recordings import recording
from tests.agents.streams.expect import events
from tests.agents.streams.test_all_verdicts import format_of
from tests.share import some

FULL = {
    "opencode-parts": ("happy", "permission-auto-rejected", "hostile-text", "refusal"),
    "pi-events": ("happy", "rate-limit-gives-up", "hostile-text", "malformed-once"),
    "cline-events": ("happy", "tool-failure", "max-tokens", "killed-sigterm"),
    "codex-app-server": ("permission-allowed", "permission-declined", "rate-limit-gives-up"),
    "acp": ("happy", "permission-denied", "cancel-during-tool", "restart-and-load"),
}
CLIS = {
    "opencode-parts": ("opencode",),
    "pi-events": ("pi", "pi-0.87"),
    "cline-events": ("cline",),
    "codex-app-server": ("codex-app-server",),
    "acp": ("acp-claude-agent-acp", "acp-codex-acp", "acp-gemini", "acp-opencode"),
}


@cache
def streams(format_: str) -> tuple[bytes, ...]:
    """Some recordings of a format, none of them large."""
    found = []
    for cli in CLIS[format_]:
        for name in FULL[format_]:
            try:
                each = recording(f"{cli}/{name}")
            except KeyError:
                continue
            assert format_of(each) == format_
            found.append(each.data)
    return tuple(found)


def drawn(data: st.DataObject) -> tuple[str, bytes]:
    """A format and one of its streams, by number: what fails is told in one line."""
    format_ = data.draw(st.sampled_from(sorted(FULL)))
    return format_, streams(format_)[data.draw(st.integers(0, len(streams(format_)) - 1))]


@settings(max_examples=some(100, 30), deadline=None)
@given(data=st.data())
def test_pieces_of_any_size(data: st.DataObject) -> None:
    format_, stream = drawn(data)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    reader = Reader(parser_for(format_))
    found: list[Event] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
    assert found + reader.close() == events(format_, stream)


@settings(max_examples=some(150, 40), deadline=None)
@given(data=st.data())
def test_a_stream_that_breaks_off_anywhere(data: st.DataObject) -> None:
    """What was whole is told as before, at most one line is broken, and no turn ends that did not end."""
    format_, stream = drawn(data)
    cut = data.draw(st.integers(0, len(stream)))
    reader = Reader(parser_for(format_))
    whole = Reader(parser_for(format_)).feed(stream)
    found = reader.feed(stream[:cut])
    assert found == whole[: len(found)]
    rest = reader.close()
    assert sum(isinstance(event, Raw) and event.broken for event in rest) <= 1
    digest = Digest().take_all(found).take_all(rest).close()
    assert digest.turns_ended <= Digest().take_all(events(format_, stream)).close().turns_ended
    json.dumps([shape(event) for event in [*found, *rest]]).encode("ascii")


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=8) | st.just([[]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something can be put into a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, each in inner for place in places(each, (*here, key)))]


def put(record: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    at = record
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return record


@settings(max_examples=some(400, 60), deadline=None)
@given(data=st.data())
def test_records_of_another_shape(data: st.DataObject) -> None:
    """Something else anywhere in a record: never an exception, and the events can still be printed and summed up."""
    format_, stream = drawn(data)
    lines = stream.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        record = json.loads(lines[number])
        if isinstance(record, dict):
            place = data.draw(st.sampled_from(places(record)))
            lines[number] = json.dumps(put(record, place, data.draw(anything))).encode()
    found = events(format_, b"\n".join(lines))
    digest = Digest().take_all(found).close()
    json.dumps([shape(event) for event in found]).encode("ascii")
    assert digest.tool_errors >= 0
    assert all(isinstance(event.at, float) for event in found)


@settings(max_examples=some(150, 40), deadline=None)
@given(line=st.binary(max_size=80), data=st.data())
def test_any_bytes_between_the_lines(line: bytes, data: st.DataObject) -> None:
    format_, stream = drawn(data)
    lines = stream.splitlines()
    at = data.draw(st.integers(0, len(lines)))
    found = events(format_, b"\n".join([*lines[:at], line, *lines[at:]]))
    expected = events(format_, b"\n".join(lines))
    assert len([event for event in found if not isinstance(event, Raw)]) >= len(expected) - 1
