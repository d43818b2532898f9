"""Records of another shape, bytes that are no text, words between the records: read on, and never raise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.agents.streams.record import RecordParser, clip, decode, moment, money, number
from lmawep_tui.model.event import Event, Raw, Started, Text, ToolEnded
from tests.agents.streams.expect import events
from tests.share import some

_FORMATS = ("claude-stream", "codex-exec", "gemini-stream")
_KEYS_TEXT = (
    "type subtype message content item items usage text id name input error result event delta "
    "content_block role tool_name tool_use_id parameters stats status changes questions options todos "
    "edits command file_path path old_string new_string timestamp tool_use_result structuredPatch lines "
    "request request_id response data permission_denials errors is_error rate_limit_info resetsAt "
    "total_cost_usd input_tokens exit_code output "
)
_KEYS = st.sampled_from(_KEYS_TEXT.split())
_WORDS_TEXT = (
    "text thinking tool_use tool_result can_use_tool AskUserQuestion init result text_delta "
    "content_block_delta assistant command_execution file_change todo_list mcp_tool_call agent_message "
    "success error Bash Edit Read "
)
_WORDS = st.sampled_from(_WORDS_TEXT.split())
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.parametrize("format_", _FORMATS)
@settings(max_examples=some(300, 60), deadline=None)
@given(data=st.data())
def test_records_of_another_shape_are_told_and_do_not_stop_the_reading(format_: str, data: st.DataObject) -> None:
    parser = parser_for(format_)
    assert isinstance(parser, RecordParser)
    record = data.draw(st.dictionaries(_KEYS, _VALUES, max_size=8))
    kind = data.draw(st.sampled_from(sorted(parser.handlers)))
    if data.draw(st.booleans()):
        record["subtype"] = data.draw(
            st.sampled_from(["init", "api_retry", "permission_denied", "task_started", "odd"])
        )
    line = json.dumps({**record, "type": kind}).encode()
    found = events(format_, line + b"\n" + line)
    assert all(isinstance(each, Event) for each in found)
    Digest().take_all(found).close()


@settings(max_examples=some(300, 60), deadline=None)
@given(st.sampled_from([*_FORMATS, "text"]), st.binary(max_size=2000))
def test_any_bytes_are_read(format_: str, data: bytes) -> None:
    Digest().take_all(events(format_, data)).close()


@pytest.mark.parametrize("format_", _FORMATS)
@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"[]",
        b"17",
        b'"text"',
        b"{}",
        b'{"type":null}',
        b'{"type":["assistant"]}',
        b'{"type":{"a":1}}',
        b'{"type":"\\ud800"}',
        b"\x00",
        b"\xff\xfe{",
        b"{" * 200_000,
        b'{"type":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"type":"x","n":1e999}',
        b'{"type":"x","n":' + b"9" * 10_000 + b"}",
        b"\x1b]52;c;aGk=\x07{",
    ],
    ids=lambda line: repr(line[:24]),
)
def test_a_line_that_is_no_record_of_the_format_is_told_as_it_is(format_: str, line: bytes) -> None:
    found = events(format_, line + b"\n")
    assert [type(each) for each in found] == [Raw]
    assert len(found[0].text) <= 4096


def test_escape_sequences_markup_and_nul_reach_the_events_as_they_are() -> None:
    words = "\x1b[31mred\x1b]0;t\x07 [bold]b[/] \x00 \u202e"
    line = json.dumps({"type": "message", "role": "assistant", "content": words}).encode()
    assert events("gemini-stream", line) == [Text(words)]


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        (rb'"a\ud800b"', "a\ufffdb"),
        (rb'"\udc00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\\ud800 \ud800"', "\\ud800 \ufffd"),
        (b'"a\xffb"', "a\ufffdb"),
        (b'"a\x00\x1bb"', "a\x00\x1bb"),
        ('"héé"'.encode("latin-1"), "h\ufffd\ufffd"),
    ],
)
def test_text_that_is_not_quite_json_is_mended_and_can_be_written_down(given_: bytes, text: str) -> None:
    told = decode(given_)
    assert told == text
    told.encode()


def test_words_of_stderr_before_after_and_between_records_do_not_hide_them() -> None:
    started = b'{"type":"init","session_id":"s","model":"m"}'
    data = b"Warning: " + started + b"\n" + b"plain words\n" + started + b" and more\n" + b"{not a record}\n"
    found = events("gemini-stream", data)
    known = Started("s", "m")
    assert found == [
        Raw("Warning: "),
        known,
        Raw("plain words"),
        known,
        Raw("and more"),
        Raw("{not a record}", broken=True),
    ]


def test_a_report_in_what_a_tool_gave_is_no_report() -> None:
    report = "STATUS: DONE\nPROGRESS: everything\nNEXT: none"
    claude = {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "t", "content": report}]}}
    codex = {
        "type": "item.completed",
        "item": {"type": "command_execution", "command": "x", "aggregated_output": report},
    }
    gemini = {"type": "tool_result", "tool_id": "t", "status": "success", "output": report}
    closing = {
        "claude-stream": [claude, {"type": "result", "is_error": False, "result": "Well."}],
        "codex-exec": [codex, {"type": "turn.completed", "usage": {}}],
        "gemini-stream": [gemini, {"type": "result", "status": "success", "stats": {}}],
    }
    for format_, records in closing.items():
        found = events(format_, b"\n".join(json.dumps(each).encode() for each in records))
        assert any(isinstance(each, ToolEnded) and each.output == report for each in found)
        assert Digest().take_all(found).close().report is None


def test_the_prompt_and_the_commands_of_mini_are_not_its_words() -> None:
    report = "STATUS: DONE\nPROGRESS: everything\nNEXT: none\n"
    before = f"Building agent config from specs: \n\nUser:\n{report}\n{'─' * 80}\n\n"
    step = "mini-swe-agent (step 1, $0.00):\nI look.\n\n```\ncat it\n```\n\n"
    tool = f"Tool:\n<returncode>\n0\n<output>\n{report}Exit:\n{report}\n{'─' * 80}\n\n"
    digest = Digest().take_all(events("text", (before + step + tool).encode())).close()
    assert (digest.report, digest.tool_calls, digest.tool_errors) == (None, 1, 0)


def test_numbers_that_are_none_count_nothing() -> None:
    odd = (None, True, "5", [], float("nan"), float("inf"), -float("inf"))
    assert [number(each) for each in odd] == [0] * len(odd)
    assert [money(each) for each in odd] == [None] * len(odd)
    assert [moment(each) for each in (*odd, "soon", "2026-99-99T00:00:00Z", "9" * 40)] == [0.0] * (len(odd) + 3)


def test_times_are_read_in_the_forms_that_programs_use() -> None:
    assert moment("2026-11-21T03:25:17.659Z") == moment("2026-11-21T04:25:17.659+01:00") == moment(1795231517659)
    assert moment(1795231517) == 1795231517.0


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    assert clip("a" * 10, 10) == "a" * 10
    assert clip("a" * 50 + "b" * 50, 10) == "aaaaa\n… (90 characters left out)\nbbbbb"
