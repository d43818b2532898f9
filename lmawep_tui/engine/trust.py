"""What this person accepted on this machine: commands from files that git tracks, and commands in the git config.

A tracked `.lmawep/` may come from somebody else, and an agent shares `.git/config` with us: neither may choose a
command that we run (safety T6, T8). Acceptances lie outside the repository, in the user's state folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path

from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.lock import hold
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.vcs.run import Git

_HINT = "Read it; `lmawep config --accept` accepts it on this machine."
# Keys by which git runs a program while we add, check out, merge or look; those we override on every call are left out.
_RUNS = re.compile(
    r"(filter\..*\.(clean|smudge|process)|merge\..*\.driver|diff\..*\.(command|textconv)|include\.path|includeif\..*|"
    r"extensions\.worktreeconfig|core\.(worktree|sshcommand|gitproxy|attributesfile|alternaterefscommand)|"
    r"gpg\..*program|url\..*\.insteadof|trailer\..*\.(cmd|command)|uploadpack\..*)"
)


@dataclass(frozen=True, slots=True)
class _Trust:
    """One project's acceptances."""

    commands: tuple[str, ...] = ()
    git_config: dict[str, str] = field(default_factory=dict)
    git_config_file: str = ""
    """Digest of the whole file when it was last looked through: the same file needs no second look."""


def require_accepted(layout: Layout, git: Git, what: str, command: tuple[str, ...]) -> None:
    """Raises Refused when `command` comes from files that git tracks and was not accepted here."""
    if not is_tracked(git):
        return
    if not accepted_commands(layout, [command]):
        raise Refused(f"The {what} `{' '.join(command)}` comes from a file that git tracks.", _HINT)


def accepted_commands(layout: Layout, commands: Sequence[tuple[str, ...]]) -> bool:
    """Whether all of these were accepted on this machine."""
    known = _load(layout).commands
    return all(_digest(json.dumps(list(command))) in known for command in commands)


def is_tracked(git: Git) -> bool:
    """Whether git tracks anything in `.lmawep/`."""
    return bool(git("ls-files", "-z", "--", ".lmawep").stdout)


def check_git_config(layout: Layout, git: Git) -> None:
    """Raises Refused when the git config names a program that it did not when lmawep first saw it."""
    if _load(layout).git_config_file == _config_digest(layout):
        return
    with _changing(layout):
        _look_through(layout, git)


def _look_through(layout: Layout, git: Git) -> None:
    trust = _load(layout)
    now = _config_digest(layout)
    keys = _running_keys(layout, git)
    if not trust.git_config_file:
        _store(layout, replace(trust, git_config=keys, git_config_file=now))
        return
    new = [key for key, value in keys.items() if trust.git_config.get(key) != value]
    if new:
        raise Refused(f"The git config of this repository was changed to run a program: {', '.join(new[:3])}.", _HINT)
    _store(layout, replace(trust, git_config_file=now))


def accept(layout: Layout, git: Git, commands: list[tuple[str, ...]]) -> list[str]:
    """Accepts these commands and the git config as it stands; returns the keys of the config that run programs."""
    keys = _running_keys(layout, git)
    digests = {_digest(json.dumps(list(command))) for command in commands}
    with _changing(layout):
        trust = _load(layout)
        _store(layout, _Trust(tuple(sorted({*trust.commands, *digests})), keys, _config_digest(layout)))
    return sorted(keys)


def _running_keys(layout: Layout, git: Git) -> dict[str, str]:
    """Command-bearing keys of the repository's own config, with a digest of their values."""
    found: dict[str, str] = {}
    for path in _config_files(layout):
        if path.is_file():
            for entry in git("config", "--file", str(path), "--null", "--list").fields:
                key, _, value = entry.partition("\n")
                if _RUNS.fullmatch(key.lower()):
                    found[key] = _digest(found.get(key, "") + value)
    return found


def _config_files(layout: Layout) -> list[Path]:
    """The shared config, and those of single worktrees."""
    own = sorted((layout.git_dir / "worktrees").glob("*/config.worktree"))
    return [layout.git_dir / "config", layout.git_dir / "config.worktree", *own]


def _config_digest(layout: Layout) -> str:
    text = ""
    for path in _config_files(layout):
        with contextlib.suppress(OSError):
            text += f"{path.name}\n{path.read_text('utf-8', 'surrogateescape')}\n"
    return _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _file(layout: Layout) -> Path:
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "lmawep" / f"{_digest(str(layout.git_dir))[:24]}.json"


@contextlib.contextmanager
def _changing(layout: Layout) -> Iterator[None]:
    """Held from reading to writing, so that of two acceptances at once neither is lost."""
    path = _file(layout)
    make_folder(path.parent)
    with hold(path.with_suffix(".lock"), what="What you accepted", doing="config --accept"):
        yield


def _load(layout: Layout) -> _Trust:
    try:
        return from_plain(_Trust, json.loads(read_text(_file(layout))))
    except FileNotFoundError:
        return _Trust()
    except ValueError as error:
        raise BadFile(_file(layout), "is damaged", hint="Remove it; you will be asked again.") from error


def _store(layout: Layout, trust: _Trust) -> None:
    path = _file(layout)
    make_folder(path.parent)
    write_text(path, json.dumps(to_plain(trust), indent=1) + "\n")
