"""What a supervisor is told through files in the run folder: `launch.json` beforehand, `stop.json` and `paused` later.

Names only, never values of secrets: what is written here stays.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from lmawep_tui.files import journal
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.costs import usage_facts
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.run import Run

LAUNCH_JSON = "launch.json"
STOP_JSON = "stop.json"
PAUSED = "paused"
"""Holds a run still as long as it exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a run is embedded in its project."""

    root: str
    journal: str = ""
    after: tuple[str, ...] = ()
    """Command started, detached, when the run is over."""
    env_pass: tuple[str, ...] = ()
    """Patterns of further variables that the agent may see."""


def root_of(run_dir: Path) -> Path:
    """The project of a run folder, by the layout: ROOT/lmawep-workspace/runs/POD/RUN."""
    return run_dir.parents[3] if len(run_dir.parents) > 3 else run_dir.parent


def write_order(run_dir: Path, order: Order) -> None:
    """Writes the order atomically."""
    write_text(run_dir / LAUNCH_JSON, json.dumps(to_plain(order), indent=1) + "\n")


def read_order(run_dir: Path) -> Order:
    """The order of a run folder; a run without one has no journal line and nothing after it."""
    try:
        return from_plain(Order, json.loads(read_text(run_dir / LAUNCH_JSON)))
    except FileNotFoundError:
        return Order(root=str(root_of(run_dir)))
    except ValueError as error:
        raise BadFile(run_dir / LAUNCH_JSON, f"is not an order: {error}") from error


def request_stop(run_dir: Path, reason: str) -> None:
    """Leaves the request to stop; a supervisor that is still starting finds it too."""
    write_text(run_dir / STOP_JSON, json.dumps({"reason": reason}) + "\n")


def stop_reason(run_dir: Path) -> str:
    """The reason in the request; whatever stands there, a stop is a stop."""
    reason = None
    with contextlib.suppress(OSError, ValueError, AttributeError, LmawepError):
        reason = json.loads(read_text(run_dir / STOP_JSON)).get("reason")
    return reason if isinstance(reason, str) and reason else "stopped by the person"


def write_journal(order: Order, run: Run) -> None:
    """One line of history; the run itself is already on disk, so a journal that cannot be written loses nothing."""
    if not order.journal:
        return
    facts = {"pod": run.pod, "ticket": run.ticket, "run": run.name, "role": run.role.value}
    ending = {"outcome": run.outcome.value if run.outcome else None, "reason": run.reason}
    with contextlib.suppress(LmawepError):
        journal.append(Path(order.journal), "run_ended", **facts, **ending, **usage_facts(run))
