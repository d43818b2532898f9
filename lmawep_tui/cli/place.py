"""Which project a call is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.model.errors import Refused

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace


def here() -> Path:
    """The folder to work in: `-C`, the pod's project for an agent, else the current one."""
    import click

    given = click.get_current_context().find_object(Path)
    return given or current_folder()


def current_folder() -> Path:
    """The project an agent was started for, else the current folder."""
    root = os.environ.get("LMAWEP_ROOT")
    return Path(root) if root else Path.cwd()


def refuse_agents(what: str) -> None:
    """Raises Refused inside a run: a verdict is the person's, or a reviewer's by its report (safety C4)."""
    if os.environ.get("LMAWEP_RUN"):
        raise Refused(f"An agent cannot {what}.", "End the run with a report instead; the person decides.")


def workspace() -> Workspace:
    """The project of this call."""
    from lmawep_tui.cli.output import warn_later
    from lmawep_tui.engine.workspace import Workspace

    found = Workspace.open(here())
    found.warn = warn_later
    return found
