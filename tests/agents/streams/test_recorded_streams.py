"""Every recording comes out as its label says."""

from __future__ import annotations

import pytest

from lmawep_tui.agents.streams.digest import Digest
from tests.agents.recordings import recordings
from tests.agents.streams.expect import FORMATS, KEYS, events, told


@pytest.mark.parametrize("cli", ["claude", "qwen"])
def test_every_recording_of_a_program_comes_out_as_labelled(cli: str) -> None:
    wrong = {}
    for recording in recordings(cli):
        got = told(Digest().take_all(events(FORMATS[cli], recording.data)).close())
        differs = {key: (got[key], recording.expected[key]) for key in KEYS if got[key] != recording.expected[key]}
        if differs:
            wrong[recording.id] = differs
    assert not wrong
