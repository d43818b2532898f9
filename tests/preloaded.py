"""What the server of tests/prefork.py imports before the first command."""

from __future__ import annotations

import importlib
import pkgutil

import lmawep_tui

for _part in ("agents", "cli", "engine", "files", "model", "store", "vcs"):
    for _module in pkgutil.walk_packages([f"{lmawep_tui.__path__[0]}/{_part}"], f"lmawep_tui.{_part}."):
        importlib.import_module(_module.name)
