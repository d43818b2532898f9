"""Whether the person sits in a pod: a kernel lock that dies with who holds it, and a file that says since when."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.lock import hold, is_held
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.sitting import Sitting


@contextlib.contextmanager
def sit(lock: Path, sitting: Sitting) -> Iterator[None]:
    """Holds the pod for the person; raises Busy when somebody sits there already."""
    with hold(lock, what=f"{sitting.pod}", timeout_s=0, doing="attach"):
        write_text(_facts(lock), json.dumps({"since": sitting.since, "what": sitting.what, "mark": sitting.mark}))
        yield


def who_sits(lock: Path, pod: str) -> Sitting | None:
    """Who sits in the pod now; None when nobody does. Facts left by a killed process count for nothing."""
    if not is_held(lock):
        return None
    with contextlib.suppress(OSError, ValueError, AttributeError, LmawepError):
        facts = json.loads(read_text(_facts(lock)))
        return Sitting(pod, str(facts.get("since", "")), str(facts.get("what", "")), str(facts.get("mark", "")))
    return Sitting(pod)


def _facts(lock: Path) -> Path:
    return lock.with_suffix(".json")
