"""`lmawep agents`: every profile, where its program is, and its version. A broken profile hides no other."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents import probe
from lmawep_tui.agents.profile import Profile, find_command, own_words, profile_of
from lmawep_tui.agents.profile_file import PREFERRED, profile_names
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.read import read_text
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError

_TIMEOUT_S = 20.0
_AT_ONCE = 4
_READ = 64 * 1024
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[-+]\w+(?:\.\w+)*)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    name: str
    profile: Profile | None
    path: str | None = None
    """Where its program is; None when it is not installed."""
    version: str = ""
    trouble: str = ""
    """What is wrong, in a sentence."""


def listed(ws: Workspace) -> list[Listed]:
    """Every profile by name. Programs not seen before are asked for their version; the answers are kept."""
    found = [_look(ws, name) for name in profile_names(ws.config)]
    known = _load(ws)
    keys = {key for item in found if (key := _key(item)) and key not in known}
    if keys:
        by_key = {_key(item): item for item in found}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = dict(zip(keys, pool.map(lambda key: _version(by_key[key]), keys), strict=True))
        known |= {key: answer for key, answer in answers.items() if answer}
        _store(ws, {key: version for key, version in known.items() if key in by_key})
    return [replace(item, version=known.get(_key(item), "")) for item in found]


def installed(config: Config | None = None) -> list[str]:
    """The well-known agents that are installed, the preferred one first."""
    config = config or Config()
    return [name for name in PREFERRED if find_command(profile_of(name, config).command[0]) is not None]


def _look(ws: Workspace, name: str) -> Listed:
    try:
        profile = profile_of(name, ws.config)
        path = find_command(profile.command[0])
        if path is not None and name in ws.config.agents:
            require_accepted(ws.layout, ws.git, f"command of agent {name}", own_words(profile))
    except LmawepError as error:
        with contextlib.suppress(LmawepError):
            return Listed(name, profile_of(name, ws.config), None, "", str(error))
        return Listed(name, None, None, "", str(error))
    return Listed(name, profile, path)


def _key(item: Listed) -> str:
    """What is asked, and of which file: another file at the same place is another program. Empty: nothing to ask."""
    if item.profile is None or item.path is None or not item.profile.version:
        return ""
    try:
        info = os.stat(item.path)  # noqa: PTH116 (through links: they stay when the program changes)
    except OSError:
        return ""
    real = os.path.realpath(item.path)
    return json.dumps([real, info.st_mtime_ns, info.st_size, list(item.profile.version)])


def _version(item: Listed) -> str:
    """What the program says its version is; empty when it says nothing of the kind in time."""
    profile = item.profile
    if profile is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="lmawep-version-", ignore_cleanup_errors=True) as name:
        return version_of(profile, Path(name))


def version_of(profile: Profile, folder: Path) -> str:
    """What a program says its version is when it is asked in an empty folder; empty when it says nothing in time."""
    (folder / "work").mkdir()
    run = probe.order(profile, profile.version, folder)
    with contextlib.suppress(OSError, LmawepError):
        answer = probe.ask(run, folder, env_pass=profile.env_pass, timeout_s=_TIMEOUT_S)
        if answer.exit_status == 0:
            with (folder / OUTPUT).open("rb") as log:
                return version_in(log.read(_READ).decode("utf-8", "replace"))
    return ""


def version_in(text: str) -> str:
    """The first version number in what a program printed."""
    match = _VERSION.search(clean_line(text))
    return match[0][:40] if match else ""


def _file(ws: Workspace) -> Path:
    return ws.layout.cache / "agent-versions.json"


def _load(ws: Workspace) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError, LmawepError):
        data = json.loads(read_text(_file(ws)))
        if isinstance(data, dict):
            return {str(key): clean_line(str(value))[:40] for key, value in data.items()}
    return {}


def _store(ws: Workspace, known: dict[str, str]) -> None:
    """Kept for the next time; where it cannot be, they are asked again."""
    with contextlib.suppress(OSError, LmawepError):
        make_folder(ws.layout.cache)
        write_text(_file(ws), json.dumps(known, indent=1) + "\n")


def used(config: Config) -> Sequence[str]:
    """The agents that this project's settings name, the default first."""
    roles = (config.roles.task, config.roles.review, config.roles.test, config.roles.resolve, config.roles.docs)
    return tuple(dict.fromkeys([config.agent, *(role.agent for role in roles if role.agent)]))
