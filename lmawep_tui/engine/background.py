"""Work that nobody waits for: a detached process of ours at the lowest priority, that ends by itself."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import lmawep_tui
from lmawep_tui.agents.environment import without_run

if TYPE_CHECKING:
    import subprocess

_started: list[subprocess.Popen[bytes]] = []
"""Collected when the next one starts, so that none stays a zombie of a long-lived screen."""


def start_later(module: str, *args: str) -> None:
    """Starts `python -m MODULE ARGS…` and forgets it. That it could not start is no failure: there is a next time."""
    import subprocess

    _started[:] = [child for child in _started if child.poll() is None]
    env = without_run(os.environ)
    package = Path(lmawep_tui.__file__).parent.parent
    if package.name not in ("site-packages", "dist-packages"):  # run from a checkout: -P would not find it
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (env.get("PYTHONPATH"), str(package))))
    quiet = subprocess.DEVNULL
    with contextlib.suppress(OSError):
        _started.append(
            subprocess.Popen([sys.executable, "-P", "-m", module, *args], stdin=quiet, stdout=quiet, stderr=quiet,
                             cwd="/", env=env, start_new_session=True)
        )  # fmt: skip
