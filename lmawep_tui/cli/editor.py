"""The person's editor, on a copy of something."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from lmawep_tui.model.errors import LmawepError


def edited(copy: Path) -> str:
    """Opens a file in $VISUAL or $EDITOR, and returns what it says then; raises LmawepError when that fails."""
    command = [*shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"), str(copy)]
    try:
        done = subprocess.run(command, check=False)
    except OSError as error:
        raise LmawepError(f"The editor {command[0]!r} cannot be started.", "Set $EDITOR.") from error
    if done.returncode != 0:
        raise LmawepError(f"The editor ended with status {done.returncode}.", "Nothing was changed.")
    try:
        return copy.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LmawepError(f"{copy} cannot be read back: {error}.", "Nothing was changed.") from error
