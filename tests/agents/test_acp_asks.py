"""What an ACP agent asks, in words for a person, of whatever shape it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.agents.acp_asks import ToolCalls
from lmawep_tui.model.event import ToolKind

POD = Path("/pods/pod-1")
CHANGE = {"type": "diff", "path": "/pods/pod-1/src/a.py", "oldText": "a\nold\n", "newText": "a\nnew\n"}

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "execute", "title": "Terminal", "rawInput": {"command": "npm i"}}, "run npm i", "npm i"),
    ({"kind": "execute", "rawInput": {"command": ["npm", "i"]}, "title": "x"}, "run npm i", "npm i"),
    ({"kind": "execute", "title": "npm i"}, "run npm i", ""),
    ({"kind": "edit", "title": "Edit", "content": [CHANGE]}, "edit src/a.py", "@@ -1,2 +1,2 @@\n a\n-old\n+new"),
    ({"kind": "edit", "locations": [{"path": "/etc/motd"}], "title": "E"}, "edit /etc/motd", ""),
    ({"kind": "read", "locations": [{"path": "/pods/pod-1/b"}], "title": "R"}, "read b", ""),
    ({"kind": "fetch", "title": "Fetch https://x", "rawInput": {"url": "https://x"}}, "Fetch https://x",
     '{\n "url": "https://x"\n}'),
    ({"kind": "of tomorrow", "title": "Do"}, "Do", ""),
    ({}, "use a tool that it does not name", ""),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words", "detail"), CASES)
def test_the_words_of_a_request(call: dict[str, Any], words: str, detail: str) -> None:
    wanted = ToolCalls(POD).wanted({"toolCallId": "1", **call})
    assert (wanted.words(POD), wanted.detail) == (words, detail)


def test_a_request_by_id_alone_is_completed_by_what_was_told() -> None:
    calls = ToolCalls(POD)
    told = {"sessionUpdate": "tool_call", "toolCallId": "1", "kind": "execute", "title": "Terminal"}
    calls.note(told)
    calls.note({"sessionUpdate": "tool_call_update", "toolCallId": "1", "rawInput": {"command": "make"}, "kind": None})
    assert calls.wanted({"toolCallId": "1"}).words(POD) == "run make"
    calls.note({"sessionUpdate": "tool_call_update", "toolCallId": "1", "status": "completed"})
    assert calls.wanted({"toolCallId": "1"}).kind is ToolKind.OTHER


def test_only_so_much_is_remembered() -> None:
    calls = ToolCalls(POD)
    for number in range(1000):
        calls.note({"sessionUpdate": "tool_call", "toolCallId": str(number), "kind": "read", "title": "x"})
    assert calls.wanted({"toolCallId": "999"}).kind is ToolKind.READ
    assert calls.wanted({"toolCallId": "0"}).kind is ToolKind.OTHER


@pytest.mark.parametrize("path", ["/pods/pod-12/x", "/pods/pod-1/../x", "/pods", "../x"])
def test_what_lies_outside_is_known_by_its_name(path: str) -> None:
    wanted = ToolCalls(POD).wanted({"kind": "edit", "locations": [{"path": "/pods/pod-1/in"}, {"path": path}]})
    assert wanted.outside(POD) == path


def test_several_changes_are_named() -> None:
    other = {**CHANGE, "path": "/elsewhere/b.py"}
    detail = ToolCalls(POD).wanted({"kind": "edit", "content": [CHANGE, other]}).detail
    assert detail.startswith("src/a.py\n@@") and "\n/elsewhere/b.py\n@@" in detail


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = ("toolCallId", "kind", "title", "rawInput", "locations", "content", "status", "sessionUpdate")


@given(st.dictionaries(st.sampled_from(_KEYS), _JSON), st.dictionaries(st.sampled_from(_KEYS), _JSON))
def test_no_shape_of_it_is_too_strange(update: dict[str, Any], call: dict[str, Any]) -> None:
    calls = ToolCalls(POD)
    calls.note({"sessionUpdate": "tool_call", **update})
    wanted = calls.wanted(call)
    assert wanted.words(POD) and wanted.question(POD, (), until=1.0).title.endswith("?")
