"""Every recording comes out as its label says."""

from __future__ import annotations

from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.model.event import Wall
from tests.agents.recordings import recordings
from tests.agents.streams.expect import FORMATS, KEYS, events, told

_LABELLED = recordings("claude", "qwen", "codex", "gemini")


def test_every_recording_comes_out_as_labelled() -> None:
    """One test and no list: none of them may be left out of a run."""
    wrong = {}
    for recording in _LABELLED:
        got = told(Digest().take_all(events(FORMATS[recording.cli], recording.data)).close())
        differs = {key: (got[key], recording.expected[key]) for key in KEYS if got[key] != recording.expected[key]}
        if differs:
            wrong[recording.id] = differs
    assert len(_LABELLED) == 106
    assert not wrong


_TEXT = {
    "aider/auth-error": ("failed", None, 0, 0, 0, 0),
    "aider/breaking-change": ("completed", "BLOCKED", 3000, 92, 0, 0),
    "aider/happy": ("completed", "DONE", 3000, 134, 1, 0),
    "aider/hostile-text": ("completed", "DONE", 3000, 131, 0, 0),
    "aider/killed-sigint": ("lost", None, 0, 0, 0, 0),
    "aider/killed-sigterm": ("lost", None, 0, 0, 0, 0),
    "aider/max-tokens": ("failed", "DONE", 0, 0, 0, 0),
    "aider/no-answer-killed": ("lost", None, 0, 0, 0, 0),
    "aider/rate-limit": ("completed", "DONE", 4000, 56, 0, 0),
    "aider/tool-failure": ("completed", "PARTIAL", 7600, 125, 1, 1),
    "mini/auth-error": ("lost", None, 0, 0, 0, 0),
    "mini/breaking-change": ("completed", "BLOCKED", 0, 0, 1, 0),
    "mini/happy": ("completed", "DONE", 0, 0, 4, 0),
    "mini/hostile-text": ("completed", "DONE", 0, 0, 1, 0),
    "mini/killed-sigint": ("lost", None, 0, 0, 1, 1),
    "mini/killed-sigterm": ("lost", None, 0, 0, 1, 0),
    "mini/max-tokens": ("failed", None, 0, 0, 0, 0),
    "mini/no-answer-killed": ("lost", None, 0, 0, 0, 0),
    "mini/rate-limit": ("completed", "DONE", 0, 0, 0, 0),
    "mini/tool-failure": ("completed", "PARTIAL", 0, 0, 3, 2),
}
"""Outcome, status of the report, tokens in and out, tool calls and errors: aider and mini have no labels."""


def test_every_recording_of_a_program_without_a_format_tells_what_it_can() -> None:
    found = {}
    for recording in recordings("aider", "mini"):
        got = told(Digest().take_all(events("text", recording.data)).close())
        status = got["report"] and got["report"]["STATUS"]
        numbers = got["tokens_in"], got["tokens_out"], got["tool_calls"], got["tool_errors"]
        found[recording.id] = (got["outcome"], status, *numbers)
    assert found == _TEXT


def test_what_a_program_says_on_stderr_tells_why_it_waits() -> None:
    """The log of a run has both: stdout as lines of records, stderr between them."""
    walls = {}
    for id_ in ("gemini/rate-limit-gives-up", "qwen/rate-limit-gives-up", "mini/auth-error"):
        recording = next(each for each in recordings(id_.split("/")[0]) if each.id == id_)
        first, _, rest = recording.data.partition(b"\n")
        data = first + b"\n" + recording.stderr + b"\n" + (b"" if recording.cli == "gemini" else rest)
        digest = Digest().take_all(events(FORMATS[recording.cli], data)).close()
        walls[id_] = (digest.retries > 0, digest.wall)
    assert walls == {
        "gemini/rate-limit-gives-up": (True, Wall.RATE_LIMIT),
        "qwen/rate-limit-gives-up": (True, Wall.RATE_LIMIT),
        "mini/auth-error": (True, Wall.AUTH),
    }
