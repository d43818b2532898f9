"""What the train is doing now, where readers find it without a lock and without waking the state file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import is_held
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId


class Step(StrEnum):
    """Where a car is on its way to main."""

    WAITING = "waiting"
    BUILDING = "building"
    TESTING = "testing"
    LANDING = "landing"


@dataclass(frozen=True, slots=True)
class Steps:
    """The cars under way now, all in one step together."""

    step: Step
    since: str
    cars: tuple[PodId, ...]


class StepsWriter:
    """Tells readers what the lander does. It holds the merge lock meanwhile; that is what makes its word good."""

    def __init__(self, ws: Workspace) -> None:
        self._path = ws.layout.train_steps

    def say(self, step: Step, cars: Iterable[PodId]) -> None:
        """A disk that refuses is no reason not to land."""
        with contextlib.suppress(LmawepError):
            write_text(self._path, json.dumps(to_plain(Steps(step, now(), tuple(cars)))), durable=False)

    def silent(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()


@contextlib.contextmanager
def told_steps(ws: Workspace) -> Iterator[StepsWriter]:
    """A writer, and nothing left behind after it."""
    writer = StepsWriter(ws)
    try:
        yield writer
    finally:
        writer.silent()


def read_steps(ws: Workspace) -> Steps | None:
    """What the train does now; None when nobody drives it, whatever a killed lander left written."""
    try:
        steps = from_plain(Steps, json.loads(read_text(ws.layout.train_steps)))
    except (FileNotFoundError, ValueError, BadFile):
        return None
    return steps if is_held(ws.layout.lock("merge")) else None
