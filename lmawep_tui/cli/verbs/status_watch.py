"""`status --watch`: what changes, sentence by sentence, for screen readers, logs and scripts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lmawep_tui.cli.output import write, write_json_line
from lmawep_tui.files.journal import now
from lmawep_tui.model.age import o_clock
from lmawep_tui.store.sentences import news, sentences

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace

_EVERY_S = 0.5


def watch_status(ws: Workspace, *, json_: bool) -> None:
    """Says what is true now, then whatever changes, until it is interrupted."""
    before: dict[str, str] = {}
    while True:
        said = sentences(ws.snapshot())
        for about, words in news(before, said):
            _say(about, words, json_=json_, first=not before)
        before = said
        time.sleep(_EVERY_S)


def _say(about: str, words: str, *, json_: bool, first: bool) -> None:
    at = now()
    if json_:
        write_json_line({"at": at, "about": about, "says": words, "new": not first})
    else:
        write(words if first else f"{o_clock(at)}: {words}".replace("\n", " "))
