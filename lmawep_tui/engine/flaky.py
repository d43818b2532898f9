"""Tests that failed and passed when they were run again: a small history, so that somebody mends them one day."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import hold
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError

_MOST = 500
_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaky:
    """One such test: how often it was seen to be, and when last."""

    test: str
    times: int
    at: str


def flaky_tests(ws: Workspace) -> list[Flaky]:
    """Tests known to be flaky, the newest first."""
    return sorted(_load(_file(ws)).values(), key=lambda flaky: flaky.at, reverse=True)


def remember(ws: Workspace, tests: Iterable[str]) -> None:
    """Counts these tests once more; a disk that refuses is no error."""
    with contextlib.suppress(LmawepError, OSError), hold(ws.layout.lock("flaky"), what="The flaky list", timeout_s=5):
        path = _file(ws)
        known = _load(path)
        for test in tests:
            old = known.get(test, Flaky(test=test, times=0, at=""))
            known[test] = replace(old, times=old.times + 1, at=now())
        kept = sorted(known.values(), key=lambda flaky: flaky.at, reverse=True)[:_MOST]
        make_folder(path.parent)
        write_text(path, json.dumps({"flaky": to_plain(kept)}, indent=1) + "\n", durable=False)


def _file(ws: Workspace) -> Path:
    return ws.layout.cache / "flaky.json"


def _load(path: Path) -> dict[str, Flaky]:
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError, BadFile):
        entries = json.loads(read_text(path, _MAX_BYTES))["flaky"]
        return {flaky.test: flaky for flaky in (from_plain(Flaky, entry) for entry in entries)}
    return {}
