"""Which project a call is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

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


def workspace() -> Workspace:
    """The project of this call."""
    from lmawep_tui.engine.workspace import Workspace

    return Workspace.open(here())
