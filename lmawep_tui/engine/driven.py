"""Whether somebody drives this project; asked by commands that must not pay for a conductor."""

from __future__ import annotations

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import is_held


def is_driven(ws: Workspace) -> bool:
    """Whether a conductor drives the repository now, in whatever process."""
    return is_held(ws.layout.lock("conductor"))
