"""Every labelled recording of every program, told by `verdict` in the very words of its label."""

from __future__ import annotations

from typing import Any

from lmawep_tui.agents.streams.digest import Digest
from lmawep_tui.agents.streams.verdict import verdict
from tests.agents.recordings import Recording, recordings
from tests.agents.streams.expect import events

FORMATS = {
    **{"claude": "claude-stream", "qwen": "claude-stream", "codex": "codex-exec", "gemini": "gemini-stream"},
    **{"opencode": "opencode-parts", "pi": "pi-events", "pi-0.87": "pi-events", "cline": "cline-events"},
    "codex-app-server": "codex-app-server",
}


def format_of(recording: Recording) -> str:
    return FORMATS.get(recording.cli) or ("acp" if recording.cli.startswith("acp-") else "text")


def labelled(*formats: str) -> list[Recording]:
    """The recordings of these formats that have a label."""
    return [each for each in recordings() if each.expected and (not formats or format_of(each) in formats)]


def told(recording: Recording) -> dict[str, Any]:
    format_, label = format_of(recording), recording.expected
    digest = Digest().take_all(events(format_, recording.data)).close()
    return verdict(digest, format_, exit_status=label["exit"], stopped_by=label["stopped_by"])


def test_every_label() -> None:
    wrong = {}
    for recording in labelled():
        got, label = told(recording), {key: value for key, value in recording.expected.items() if key != "committed"}
        assert got.keys() == label.keys()
        differs = {key: (got[key], label[key]) for key in label if got[key] != label[key]}
        if differs:
            wrong[recording.id] = differs
    assert len(labelled()) == 209
    assert not wrong
