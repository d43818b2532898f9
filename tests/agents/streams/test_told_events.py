"""What the events of single formats tell: texts once, targets a person knows, questions with their answers, walls."""

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
    Wall,
)
from tests.agents.recordings import recording, recordings
from tests.agents.streams.expect import events
from tests.agents.streams.test_all_verdicts import format_of


def of(id_: str) -> list[Event]:
    each = recording(id_)
    return events(format_of(each), each.data)


def words(found: list[Event]) -> str:
    return "".join(event.text for event in found if isinstance(event, Text))


def lines(id_: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in recording(id_).data.splitlines()]


def dumped(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_a_text_that_comes_in_pieces_and_whole_is_told_once() -> None:
    for each in recordings("pi", "pi-0.87", "cline", "codex-app-server"):
        whole = ""
        for line in each.data.splitlines():
            record = json.loads(line)
            message, event = record.get("message") or {}, record.get("event") or {}
            if record.get("type") == "message_end" and message["role"] == "assistant":
                whole += "".join(block.get("text", "") for block in message["content"])
            if event.get("type") == "content_end" and event["contentType"] == "text":
                whole += event["text"]
            if isinstance(record.get("msg"), dict) and record["msg"].get("method") == "item/completed":
                item = record["msg"]["params"]["item"]
                whole += item["text"] if item["type"] == "agentMessage" else ""
        assert words(events(format_of(each), each.data)) == whole, each.id


def test_an_answer_that_broke_off_is_no_beginning_of_the_next() -> None:
    """Not recorded: cline tries again in the middle of a text."""

    def piece(text: str, so_far: str) -> dict[str, object]:
        event = {"type": "content_start", "contentType": "text", "text": text, "accumulated": so_far}
        return {"type": "agent_event", "event": event}

    found = events("cline-events", dumped(piece("Half", "Half"), piece("Who", "Who"), piece("le.", "Whole.")))
    assert found == [Text("Half"), Text("Who"), Text("le.", True)]


def test_a_piece_that_breaks_off_is_a_broken_line() -> None:
    updates = [line for line in recording("pi/report-only").data.splitlines() if b'"type":"text_delta"' in line]
    for line in updates:
        cut = line[: len(line) // 2].rstrip(b"}")
        assert events("pi-events", cut)[0] == Raw(cut.decode()[:4096], broken=True)


def test_a_lost_piece_is_made_up_for() -> None:
    kept = [r for r in lines("pi/report-only") if r.get("assistantMessageEvent", {}).get("type") != "text_delta"]
    assert words(events("pi-events", dumped(*kept))) == words(of("pi/report-only"))


TOOLS = {
    "opencode/happy": ("edit", "bash"),
    "pi/happy": ("edit", "bash"),
    "acp-claude-agent-acp/happy": ("Edit", "Bash"),
    "acp-codex-acp/happy": ("edit", "execute"),
    "acp-qwen/happy": ("edit", "run_shell_command"),
    "acp-opencode/happy": ("edit", "execute"),
    "codex-app-server/permission-allowed": ("edit", "command"),
}


def test_tools_are_told_as_a_person_would() -> None:
    for id_, (edit, command) in TOOLS.items():
        found = of(id_)
        started = {event.id: event for event in found if isinstance(event, ToolStarted)}
        ended = [event for event in found if isinstance(event, ToolEnded)]
        assert {(tool.name, tool.kind, tool.target) for tool in started.values()} >= {
            *((edit, ToolKind.EDIT, "hello.py"), (command, ToolKind.COMMAND, "python3 hello.py")),
        }, id_
        for end in ended:
            start = started[end.id]
            assert (end.name, end.kind, end.target) == (start.name, start.kind, start.target)
        assert [(end.added, end.removed) for end in ended if end.kind is ToolKind.EDIT] == [(1, 1)], id_
        assert "Hi world" in next(end.output for end in ended if end.target == "python3 hello.py"), id_


WALLS = {
    **{f"{cli}/rate-limit-gives-up": Wall.RATE_LIMIT for cli in ("opencode", "pi", "cline", "codex-app-server")},
    **{f"acp-{cli}/rate-limit-gives-up": Wall.RATE_LIMIT for cli in ("claude-agent-acp", "codex-acp", "opencode")},
    **{f"{cli}/auth-error": Wall.AUTH for cli in ("opencode", "pi", "pi-0.87", "cline")},
    **{"pi/server-error-gives-up": Wall.OVERLOADED, "opencode/max-tokens": None, "pi/refusal": None},
}


def test_why_a_turn_failed() -> None:
    for id_, wall in WALLS.items():
        found = of(id_)
        end = [event for event in found if isinstance(event, Ended)][-1]
        assert (end.how, end.wall) == (TurnEnd.FAILED, wall), id_
        assert all(event.wall is wall for event in found if isinstance(event, Retrying)), id_


def test_opencode_says_twice_that_it_was_refused_and_it_counts_once() -> None:
    warning = recording("opencode/permission-auto-rejected").stderr
    assert b"auto-rejecting" in warning
    stream = recording("opencode/permission-auto-rejected").data
    for log in (warning + stream, stream + warning):
        found = events("opencode-parts", log)
        denied = [event for event in found if isinstance(event, Denied)]
        assert [(event.tool, event.target) for event in denied] == [("bash", "touch made-by-agent.txt")]
        digest = Digest().take_all(found).close()
        assert (digest.phase, digest.error) == (Phase.FAILED, "stopped after a rejected permission")


def test_what_a_program_cannot_do_is_told_on_stderr() -> None:
    """Not recorded: opencode with an unknown session, pi without a key."""
    told = events("opencode-parts", b"\x1b[91m\x1b[1mError: \x1b[0mSession not found\n")
    assert told[0] == Problem("Error: Session not found")
    told = events("pi-events", b"Error: 401 invalid api key\nWarning: slow\n")
    assert told[:2] == [Problem("Error: 401 invalid api key", Wall.AUTH), Raw("Warning: slow")]


def test_opencode_that_is_gone_after_a_tool_is_lost() -> None:
    records = lines("opencode/tool-failure")
    cut = next(i for i, record in enumerate(records) if record["type"] == "step_finish") + 1
    assert Digest().take_all(events("opencode-parts", dumped(*records[:cut]))).close().phase is Phase.LOST


def test_a_permission_with_the_agents_own_options() -> None:
    found = of("acp-opencode/permission-denied")
    (asked,) = (event for event in found if isinstance(event, Asked))
    assert (asked.ask, asked.title) == (Ask.PERMISSION, "touch made-by-agent.txt")
    assert asked.options == (("once", "Allow once"), ("always", "Always allow"), ("reject", "Reject"))
    assert Answered(asked.id, False, "Reject") in found
    unanswered = found[: found.index(asked) + 1]
    assert Digest().take_all(unanswered).close().phase is Phase.WAITING


def test_codex_asks_for_approval() -> None:
    found = of("codex-app-server/permission-declined")
    (asked,) = (event for event in found if isinstance(event, Asked))
    assert (asked.title, asked.tool, dict(asked.options)["decline"]) == ("hello.py", "edit", "No")
    assert Answered(asked.id, False, "No") in found


def test_two_tools_ask_at_once() -> None:
    """The second one's start is no answer to the first, and its answer is not the first one's."""
    first, second = (Asked(id_, Ask.PERMISSION, f"rm {id_}") for id_ in "ab")
    digest = Digest().take_all([Started("s"), first, ToolStarted("t2", "bash", ToolKind.COMMAND, "rm b"), second])
    digest.take(Answered("b", True))
    assert (digest.phase, digest.asked) == (Phase.WAITING, first)
    digest.take(Answered("a", True))
    assert (digest.phase, digest.asked) == (Phase.WORKING, None)


def _rpc(way: str, **message: object) -> dict[str, object]:
    return {"t": 0.1, "dir": way, "msg": {"jsonrpc": "2.0", **message}}


def _said(text: str) -> dict[str, object]:
    update = {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}}
    return _rpc("in", method="session/update", params={"sessionId": "s", "update": update})


def test_the_past_of_a_loaded_session_is_not_said_again() -> None:
    """Its report would be taken for that of a turn that said nothing."""
    found = events(
        "acp",
        dumped(
            _rpc("out", id=1, method="session/load", params={"sessionId": "s", "cwd": "/w"}),
            _said("STATUS: DONE\nPROGRESS: long ago\n"),
            _rpc("in", id=1, result={}),
            _rpc("out", id=2, method="session/prompt", params={"sessionId": "s"}),
            _said("No."),
            _rpc("in", id=2, result={"stopReason": "end_turn"}),
        ),
    )
    digest = Digest().take_all(found).close()
    assert (digest.session, digest.phase, digest.report) == ("s", Phase.COMPLETED, None)
    assert words(found) == "No."


def test_a_reply_answers_once() -> None:
    reply = _rpc("in", id=1, result={"stopReason": "end_turn"})
    asked = _rpc("out", id=1, method="session/prompt", params={"sessionId": "s"})
    assert events("acp", dumped(asked, reply, reply)) == [Ended(TurnEnd.COMPLETED)]


def test_a_login_that_is_wanted_before_there_is_a_session() -> None:
    found = events(
        "acp",
        dumped(
            _rpc("out", id=1, method="session/new", params={"cwd": "/w"}),
            _rpc("in", id=1, error={"code": -32000, "message": "Authentication required"}),
        ),
    )
    assert found == [Ended(TurnEnd.FAILED, "Authentication required", Wall.AUTH)]


def test_what_nobody_knows_is_kept_and_extensions_are_not() -> None:
    found = events("acp", dumped(_rpc("in", method="new/thing", params={}), _rpc("in", method="_own/thing")))
    assert [(event.kind, event.broken) for event in found if isinstance(event, Raw)] == [("new/thing", False)]
    assert len(found) == 1


def test_a_clients_clock_counts_when_it_is_one() -> None:
    at = 1_795_232_186.5
    told = {**_said("Hi"), "t": at}
    assert events("acp", dumped(told)) == [Text("Hi", at=at)]
    assert events("acp", dumped(_said("Hi"))) == [Text("Hi")]


def test_a_name_that_comes_after_the_end_begins_nothing() -> None:
    """pi names its session in rpc mode only when it is asked, and that may be late."""
    found = of("pi/rpc-happy")
    assert isinstance(found[-1], Started)
    digest = Digest().take_all(found).close()
    assert (digest.phase, bool(digest.session)) == (Phase.COMPLETED, True)


def test_a_new_process_of_the_agent_is_noted() -> None:
    assert Note("agent process ended; a new one is started") in of("acp-pi-acp/restart-and-load")
