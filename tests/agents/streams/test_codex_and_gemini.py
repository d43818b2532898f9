"""codex-exec and gemini-stream: what their recordings do not show, or not closely."""

from __future__ import annotations

import json
from typing import Any

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.model.event import (
    Denied,
    Ended,
    Event,
    Note,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)
from tests.agents.recordings import recording
from tests.agents.streams.expect import events


def _codex(*records: dict[str, Any] | str) -> list[Event]:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return events("codex-exec", "\n".join(lines).encode())


def _gemini(*records: dict[str, Any]) -> list[Event]:
    return events("gemini-stream", b"\n".join(json.dumps(each).encode() for each in records))


def _item(state: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": f"item.{state}", "item": {"id": "i", "type": kind, **more}}


def test_paths_and_commands_are_told_from_where_the_program_works() -> None:
    reader = Reader(parser_for("codex-exec", "/repo"))
    found = reader.feed(recording("codex/happy").data)
    targets = [each.target for each in found if isinstance(each, ToolStarted)]
    commit = "git add -A && git commit -q -m 'Say Hi' && git log --oneline -1"
    assert targets == ["cat hello.py", "hello.py", "python3 hello.py", commit]
    gemini = Reader(parser_for("gemini-stream", "/repo")).feed(recording("gemini/happy").data)
    edits = [each for each in gemini if isinstance(each, ToolEnded) and each.kind is ToolKind.EDIT]
    assert [(each.target, each.added, each.removed) for each in edits] == [("hello.py", 1, 1)]


def test_a_call_that_was_never_started_is_told_and_counted_once() -> None:
    found = _codex(_item("completed", "command_execution", command="ls", exit_code=0, status="completed"))
    assert [type(each) for each in found] == [ToolStarted, ToolEnded]
    assert Digest().take_all(found).tool_calls == 1


def test_a_call_to_a_server_of_tools_is_told_with_its_name_and_output() -> None:
    given = {"server": "github", "tool": "create_issue", "arguments": {"title": "An issue"}}
    result = {"content": [{"type": "text", "text": "made"}, {"type": "image"}]}
    found = _codex(
        _item("started", "mcp_tool_call", **given, status="in_progress"),
        _item("completed", "mcp_tool_call", **given, status="completed", result=result),
        _item("completed", "mcp_tool_call", **given, status="failed", error={"message": "no"}),
    )
    ends = [each for each in found if isinstance(each, ToolEnded)]
    assert [(each.name, each.ok, each.target, each.output) for each in ends] == [
        ("github.create_issue", True, "An issue", "made\n[image]"),
        ("github.create_issue", False, "An issue", "no"),
    ]


def test_a_command_that_was_declined_is_denied() -> None:
    found = _codex(_item("completed", "command_execution", command="rm x", status="declined"))
    assert Denied("command_execution", "rm x", "declined") in found
    assert Digest().take_all(found).tool_errors == 1


def test_a_plan_is_told_when_it_moves_on() -> None:
    def plan(state: str, *done: bool) -> dict[str, Any]:
        return _item(
            state, "todo_list", items=[{"text": f"step {n}", "completed": each} for n, each in enumerate(done)]
        )

    found = _codex(plan("started", False, False), plan("updated", True, False), plan("completed", True, False))
    assert found == [Note("plan 0/2"), Note("plan 1/2")]


def test_a_search_and_an_unknown_item_are_told() -> None:
    assert _codex(_item("started", "web_search", query="what"))[0] == ToolStarted(
        "i", "web_search", ToolKind.FETCH, "what", live=True
    )
    odd = _codex(_item("completed", "hologram", n=1))[0]
    assert isinstance(odd, Raw)
    assert odd.kind == "item/hologram"


def test_what_codex_says_only_on_stderr_is_not_lost() -> None:
    for id_, expected in (
        ("codex/permission-readonly", Denied),
        ("codex/tool-failure", Problem),
        ("codex/question", Problem),
    ):
        found = _codex(*recording(id_).stderr.decode().splitlines())
        assert expected in {type(each) for each in found}, id_


def test_a_notice_of_codex_is_no_end() -> None:
    found = _codex(
        {"type": "turn.started"},
        {"type": "error", "message": "Reconnecting... 3/5 (unexpected status 429 Too Many Requests)"},
        {"type": "error", "message": "something odd"},
        {"type": "item.completed", "item": {"type": "error", "message": "a warning"}},
    )
    assert found[1:] == [
        Retrying(3, "unexpected status 429 Too Many Requests", Wall.RATE_LIMIT),
        Problem("something odd"),
        Problem("a warning"),
    ]
    assert Digest().take_all(found).close().phase is Phase.LOST


def test_gemini_s_pieces_are_joined_between_tools_only() -> None:
    def piece(words: str) -> dict[str, Any]:
        return {"type": "message", "role": "assistant", "content": words, "delta": True}

    found = _gemini(
        {"type": "init", "session_id": "s", "model": "m"},
        {"type": "message", "role": "user", "content": "STATUS: DONE\nPROGRESS: prompt"},
        piece("one "),
        piece("two"),
        {"type": "tool_use", "tool_name": "glob", "tool_id": "t", "parameters": {"pattern": "*"}},
        {"type": "tool_result", "tool_id": "t", "status": "success", "output": "a"},
        piece("three"),
    )
    texts = [each for each in found if isinstance(each, Text)]
    assert texts == [Text("one "), Text("two", partial=True), Text("three")]
    assert Digest().take_all(found).said == "one two\n\nthree"


def test_gemini_s_glued_report_is_found() -> None:
    records = [
        {"type": "init", "session_id": "s"},
        {"type": "message", "role": "assistant", "delta": True, "content": "This answer just s"},
        {"type": "message", "role": "assistant", "delta": True, "content": "STATUS: DONE\nPROGRESS: all"},
        {"type": "result", "status": "success", "stats": {"input_tokens": 9, "cached": 4, "output_tokens": 2}},
    ]
    digest = Digest().take_all(_gemini(*records)).close()
    assert digest.report is not None
    assert (digest.usage.input, digest.usage.cached, digest.usage.output) == (5, 4, 2)


def test_gemini_s_warnings_are_notes_and_its_errors_problems() -> None:
    assert _gemini({"type": "error", "severity": "warning", "message": "Loop detected"}) == [Note("Loop detected")]
    assert _gemini({"type": "error", "severity": "error", "message": "status: 429"}) == [
        Problem("status: 429", Wall.RATE_LIMIT)
    ]


def test_gemini_s_attempts_are_told_on_stderr() -> None:
    found = events(
        "gemini-stream", b"Attempt 2 failed with status 503. Retrying with backoff... _ApiError: x\n    at y"
    )
    assert isinstance(found[0], Retrying)
    assert (found[0].attempt, found[0].wall) == (2, Wall.OVERLOADED)
    assert isinstance(found[1], Raw)


def test_a_failed_turn_tells_its_wall() -> None:
    error = {"type": "FatalAuthenticationError", "message": "no"}
    found = _gemini({"type": "result", "status": "error", "error": error, "stats": {}})
    assert found == [Used(), Ended(TurnEnd.FAILED, "no", Wall.AUTH)]
    failed = _codex({"type": "turn.failed", "error": {"message": "status 401"}})
    assert failed == [Ended(TurnEnd.FAILED, "status 401", Wall.AUTH)]
    assert _codex({"type": "thread.started", "thread_id": "x"}) == [Started("x")]
