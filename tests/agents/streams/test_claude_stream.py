"""claude-stream: what its recordings do not show, or not closely."""

from __future__ import annotations

import json
from typing import Any

from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.model.event import (
    Answered,
    Ask,
    Asked,
    Denied,
    Ended,
    Event,
    Limited,
    Note,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)
from tests.agents.recordings import recording
from tests.agents.streams.expect import events

_INIT = {"type": "system", "subtype": "init", "session_id": "s", "model": "m", "cwd": "/repo"}
_REPORT = "STATUS: DONE\nPROGRESS: all of it\nBLOCKERS: none\nNEXT: none"


def _read(*records: dict[str, Any]) -> list[Event]:
    return events("claude-stream", b"\n".join(json.dumps(each).encode() for each in records))


def _assistant(*blocks: dict[str, Any], within: str | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "assistant", "message": {"content": list(blocks)}, "parent_tool_use_id": within, **more}


def _says(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _calls(id_: str, name: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id_, "name": name, "input": given}


def _gave(id_: str, content: Any, *, error: bool = False, **more: Any) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": id_, "content": content, "is_error": error}
    return {"type": "user", "message": {"content": [block]}, **more}


def _result(text: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "result", "subtype": "success", "is_error": False, "result": text, **more}


def _delta(kind: str, words: str, **more: Any) -> dict[str, Any]:
    delta = {"type": f"{kind}_delta", kind: words}
    return {"type": "stream_event", "event": {"type": "content_block_delta", "delta": delta}, **more}


def _said(found: list[Event]) -> str:
    return "".join(each.text for each in found if isinstance(each, Text))


def test_a_sub_agent_s_words_are_not_the_agent_s_own() -> None:
    found = _read(
        _INIT,
        _assistant(_calls("t1", "Task", description="Look around", prompt="…")),
        _assistant(_says(_REPORT), {"type": "thinking", "thinking": "hm"}, within="t1"),
        _assistant(_calls("t2", "Bash", command="ls"), within="t1"),
        {**_gave("t2", "a b"), "parent_tool_use_id": "t1"},
        {**_delta("text", "piece"), "parent_tool_use_id": "t1"},
        {"type": "user", "message": {"content": [_says("its prompt")]}, "parent_tool_use_id": "t1"},
        _gave("t1", _REPORT),
        _assistant(_says("It has looked.")),
        _result("It has looked."),
    )
    assert found[1] == ToolStarted("t1", "Task", ToolKind.AGENT, "Look around")
    assert found[2] == Note(f"sub-agent: {_REPORT}")
    assert _said(found) == "It has looked."
    digest = Digest().take_all(found).close()
    assert (digest.report, digest.tool_calls, digest.phase) == (None, 2, Phase.COMPLETED)


def test_words_in_pieces_are_told_once() -> None:
    whole = [
        each for each in events("claude-stream", recording("claude/happy").data) if isinstance(each, Text | Thinking)
    ]
    pieces = events("claude-stream", recording("claude/happy-partial").data)
    joined: list[tuple[type, str]] = []
    for each in pieces:
        if isinstance(each, Text | Thinking):
            if each.partial:
                assert joined[-1][0] is type(each)
                joined[-1] = type(each), joined[-1][1] + each.text
            else:
                joined.append((type(each), each.text))
    assert joined == [(type(each), each.text) for each in whole]


def test_the_end_of_a_block_whose_pieces_were_lost_is_told() -> None:
    found = _read(_delta("text", "Half an "), _delta("text", "answ"), _assistant(_says("Half an answer.")))
    assert found == [Text("Half an "), Text("answ", partial=True), Text("er.", partial=True)]


def test_pieces_of_an_answer_that_broke_off_do_not_hide_the_next() -> None:
    start = {"type": "stream_event", "event": {"type": "message_start"}}
    found = _read(start, _delta("text", "Half an "), start, _delta("text", "Whole"), _assistant(_says("Whole")))
    assert found == [Text("Half an "), Text("Whole")]


def test_a_limit_is_told_with_the_moment_it_ends() -> None:
    def limit(status: str) -> dict[str, Any]:
        info = {"status": status, "resetsAt": 1795231517, "rateLimitType": "five_hour"}
        return {"type": "rate_limit_event", "rate_limit_info": info}

    assert _read(limit("rejected")) == [Limited("five hour limit: rejected", 1795231517.0, True)]
    error = _assistant(_says("You've hit your limit · resets 3pm"), error="rate_limit")
    failed = _result("You've hit your limit · resets 3pm", is_error=True, api_error_status=429)
    for status in ("rejected", "allowed_warning"):
        digest = Digest().take_all(_read(_INIT, limit(status), error, failed)).close()
        assert (digest.phase, digest.wall, digest.resets) == (Phase.FAILED, Wall.RATE_LIMIT, 1795231517.0)
    done = Digest().take_all(_read(_INIT, limit("allowed"), _result("Well."))).close()
    assert (done.wall, done.resets) == (None, 0.0)


def test_a_question_comes_with_its_answers_and_waits_until_one_is_given() -> None:
    asked = {
        "subtype": "can_use_tool",
        "tool_name": "AskUserQuestion",
        "tool_use_id": "t1",
        "input": {
            "questions": [
                {"question": "Which?", "options": [{"label": "Hi", "description": "short"}, {"label": "Hey"}]},
                {"question": "Sure?", "options": []},
            ]
        },
    }
    records = [
        _INIT,
        _assistant(_calls("t1", "AskUserQuestion", **asked["input"])),
        {"type": "control_request", "request_id": "r1", "request": asked},
    ]
    found = _read(*records)
    options = (("Hi", "Hi: short"), ("Hey", "Hey"))
    assert found[-1] == Asked("r1", Ask.QUESTION, "Which?\nSure?", "AskUserQuestion", options)
    digest = Digest().take_all(found)
    assert digest.phase is Phase.WAITING
    assert digest.close().question == "Which?\nSure?"
    answered = _gave("t1", "…", tool_use_result={"answers": {"Which?": "Hi", "Sure?": "yes"}})
    running = {"type": "system", "subtype": "session_state_changed", "state": "running"}
    found = _read(*records, running, answered)
    assert found[-2] == Answered("r1", None, "Hi\nyes")
    assert Digest().take_all(found).phase is Phase.WORKING


def test_a_permission_that_was_refused_or_withdrawn_is_answered() -> None:
    request = {"subtype": "can_use_tool", "tool_name": "Bash", "tool_use_id": "t1", "input": {"command": "rm x"}}
    asks = {"type": "control_request", "request_id": "r1", "request": request}
    refused = _read(_INIT, _assistant(_calls("t1", "Bash", command="rm x")), asks, _gave("t1", "no", error=True))
    assert refused[2] == Asked("r1", Ask.PERMISSION, "Bash: rm x", "Bash", (("allow", "Allow"), ("deny", "Deny")))
    assert refused[3] == Answered("r1", False)
    withdrawn = _read(_INIT, asks, {"type": "control_cancel_request", "request_id": "r1"})
    assert withdrawn[-1] == Answered("r1")
    assert Digest().take_all(withdrawn).phase is Phase.WORKING


def test_a_refusal_is_told_once_whether_on_the_way_or_at_the_end() -> None:
    denied = {"tool_name": "Bash", "tool_use_id": "t1", "message": "no"}
    on_the_way = {"type": "system", "subtype": "permission_denied", **denied}
    listed = [{"tool_name": "Bash", "tool_use_id": f"t{n}", "tool_input": {"command": f"rm {n}"}} for n in (1, 2)]
    called = _assistant(_calls("t1", "Bash", command="rm 1"))
    found = _read(_INIT, called, on_the_way, _result("x", permission_denials=listed))
    told = [each for each in found if isinstance(each, Denied)]
    assert told == [Denied("Bash", "rm 1", "no"), Denied("Bash", "rm 2")]


def test_a_turn_that_ran_out_of_its_bounds_has_failed_even_where_it_is_called_no_error() -> None:
    ended = _read(_INIT, {"type": "result", "subtype": "error_max_turns", "is_error": False, "errors": ["Too many"]})[
        -1
    ]
    assert ended == Ended(TurnEnd.FAILED, "Too many")


def test_a_context_that_is_full_is_told_apart() -> None:
    ended = _read(_INIT, _result("Prompt is too long", is_error=True, terminal_reason="prompt_too_long"))[-1]
    assert isinstance(ended, Ended)
    assert ended.wall is Wall.CONTEXT


def test_the_tokens_of_turns_add_up_and_the_cost_is_the_session_s() -> None:
    digest = Digest().take_all(events("claude-stream", recording("claude/two-turns").data)).close()
    assert (digest.usage.input, digest.usage.cached, digest.usage.output) == (3300, 1000, 75)
    assert (digest.last_usage.input, digest.last_usage.output) == (1800, 29)
    assert digest.usage.cost == digest.last_usage.cost == 0.0149
    assert digest.report is not None, "the first turn reported, and the second said nothing new"


def test_what_was_written_to_a_cache_is_input() -> None:
    usage = {"input_tokens": 3, "cache_creation_input_tokens": 40, "cache_read_input_tokens": 500, "output_tokens": 6}
    assert _read(_result("x", usage=usage))[0] == Used(43, 500, 6)


def test_an_edit_is_counted_by_the_patch_that_was_made() -> None:
    patch = [{"lines": [" a", "-b", "+c", "+d"]}, {"lines": ["-e"]}]
    found = _read(
        _INIT,
        _assistant(_calls("t1", "Edit", file_path="/repo/f", old_string="b", new_string="c\nd", replace_all=True)),
        _gave("t1", "ok", tool_use_result={"structuredPatch": patch}),
        _assistant(_calls("t2", "Write", file_path="/repo/new", content="1\n2\n")),
        _gave("t2", "ok", tool_use_result={"type": "create", "structuredPatch": []}),
        _assistant(_calls("t3", "Edit", file_path="/repo/f", old_string="b", new_string="c")),
        _gave("t3", "<tool_use_error>not found</tool_use_error>", error=True),
    )
    ends = [each for each in found if isinstance(each, ToolEnded)]
    assert [(each.ok, each.target, each.added, each.removed) for each in ends] == [
        (True, "f", 2, 2),
        (True, "new", 2, 0),
        (False, "f", None, None),
    ]
    assert ends[2].output == "not found"


def test_a_command_s_exit_status_is_told_where_the_program_tells_it() -> None:
    def status(content: str, *, error: bool = False, **more: Any) -> int | None:
        return _read(_assistant(_calls("t", "Bash", command="x")), _gave("t", content, error=error, **more))[-1].exit  # type: ignore[union-attr]

    done = {"tool_use_result": {"stdout": "", "interrupted": False}}
    assert status("out", **done) == 0
    assert status("Exit code 137\nbegin", error=True) == 137
    assert status("Command: x\nOutput: y\nExit Code: 3\nSignal: (none)", error=True) == 3
    assert status("[Operation Cancelled]", error=True) is None
    assert status("started", tool_use_result={"backgroundTaskId": "b"}) is None
    assert status("qwen says nothing of it") is None


def test_output_in_parts_is_joined_and_a_picture_is_named() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "image", "source": {}}, {"type": "text", "text": "two"}]
    ended = _read(_assistant(_calls("t", "Read", file_path="a.png")), _gave("t", parts))[-1]
    assert isinstance(ended, ToolEnded)
    assert ended.output == "one\n[image]\ntwo"


def test_the_program_s_own_notices_are_notes_or_nothing() -> None:
    def system(subtype: str, **more: Any) -> list[Event]:
        return _read({"type": "system", "subtype": subtype, **more})

    assert system("thinking_tokens", estimated_tokens=5) == []
    assert system("status", status="compacting") == []
    assert system("informational", content="Mind this") == [Note("Mind this")]
    assert system("task_notification", status="completed", summary="the server") == [Note("task completed: the server")]
    assert system("compact_boundary") == [Note("The conversation was shortened to fit the model's context.")]
    assert [type(each) for each in system("quite_new", n=1)] == [Raw]
    assert _read({"type": "keep_alive"}) == []


def test_a_retry_is_told_with_its_wall_and_its_wait() -> None:
    retry = {"type": "system", "subtype": "api_retry", "attempt": 2, "retry_delay_ms": 1500, "error_status": 529}
    assert _read(retry) == [Retrying(2, "", Wall.OVERLOADED, 1.5)]
    digest = Digest().take_all(_read(_INIT, retry))
    assert (digest.phase, digest.wall) == (Phase.RETRYING, Wall.OVERLOADED)
    assert digest.close().phase is Phase.LOST


def test_an_api_error_is_a_problem_and_not_the_agent_s_word() -> None:
    found = _read(_INIT, _assistant(_says(_REPORT)), _assistant(_says("API Error: 500"), error="server_error"))
    assert found[1:] == [Text(_REPORT), Problem("API Error: 500", Wall.OVERLOADED)]


def test_a_report_glued_to_an_answer_that_broke_off_is_found() -> None:
    for before in ("This answer just s", "This answer just ", "It was.", "one\ntwo th"):
        digest = Digest().take_all(_read(_INIT, _assistant(_says(before + _REPORT)), _result(before + _REPORT))).close()
        assert digest.report is not None, before
        assert (digest.report.status, digest.report.next) == ("DONE", "none")


def test_a_run_without_a_closing_word_has_not_reported() -> None:
    digest = Digest().take_all(_read(_INIT, _assistant(_says(_REPORT)))).close()
    assert (digest.phase, digest.report) == (Phase.LOST, None)
    assert digest.said == _REPORT


def test_a_sub_agent_that_comes_home_late_begins_a_turn_of_its_own() -> None:
    found = _read(_INIT, _result(_REPORT), _INIT, _assistant(_says("The server is up.")), _result("The server is up."))
    digest = Digest().take_all(found[:2])
    assert digest.phase is Phase.COMPLETED
    digest.take_all(found[2:-1])
    assert digest.phase is Phase.WORKING
    digest.take_all(found[-1:]).close()
    assert (digest.phase, digest.turns_ended, digest.report is not None) == (Phase.COMPLETED, 2, True)
    assert isinstance(found[0], Started)
