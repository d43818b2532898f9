"""Every recording comes out as its label says."""

from __future__ import annotations

from lmawep_tui.agents.streams.digest import Digest
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
