"""The folder into which agents and scripts drop signals: whatever else lies there is set aside and harms nothing."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.files.atomic import TEMP_PREFIX, make_folder, write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId, pod_number
from lmawep_tui.model.signal import BuiltIn, Signal, name_of_file

_MAX_BYTES = 64 * 1024
_AT_ONCE = 200
"""Files taken at one look; the others wait for the next."""
_MAX_DATA = 20


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file in the folder: its signal, or why it is none."""

    path: Path
    id: str
    """Tells this file from every other that ever had its name."""
    signal: Signal | None
    why: str = ""


def drop(folder: Path, signal: Signal) -> Path:
    """Puts a signal into the folder, whole or not at all; returns its file."""
    make_folder(folder)
    path = folder / f"{signal.name}-{time.time_ns():x}-{secrets.token_hex(4)}.json"
    write_text(path, json.dumps(to_plain(signal)) + "\n")
    return path


def look(folder: Path) -> list[Dropped]:
    """What lies in the folder, oldest first; hidden files are still being written and left alone."""
    found: list[tuple[int, Dropped]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith((TEMP_PREFIX, ".")):
                with contextlib.suppress(OSError):
                    info = entry.stat(follow_symlinks=False)
                    found.append((info.st_mtime_ns, _read(folder / entry.name, info)))
            if len(found) >= _AT_ONCE:
                break
    return [dropped for _, dropped in sorted(found, key=lambda item: (item[0], item[1].path.name))]


def _read(path: Path, info: os.stat_result) -> Dropped:
    number = f"{path.name[:120]}:{info.st_ino}:{info.st_mtime_ns}:{info.st_size}"
    if not stat.S_ISREG(info.st_mode):
        return Dropped(path, number, None, "it is not a regular file")
    name = name_of_file(path.name)
    if name is None:
        return Dropped(path, number, None, "its name is not a signal's")
    try:
        text = read_text(path, _MAX_BYTES)
    except (BadFile, OSError) as error:
        return Dropped(path, number, None, error.reason if isinstance(error, BadFile) else "it cannot be read")
    signal = _signal(name, text)
    if signal.name in list(BuiltIn):
        return Dropped(path, number, None, f"{signal.name} is a signal that only lmawep itself gives")
    return Dropped(path, number, signal)


def _signal(name: str, text: str) -> Signal:
    """A file of ours, or one of a script that holds data as JSON, anything else, or nothing."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Signal(name=name)
    if not isinstance(data, dict):
        return Signal(name=name)
    with contextlib.suppress(ValueError, TypeError):
        found = from_plain(Signal, data)
        if found.name == name and (found.pod is None or pod_number(found.pod)):
            return Signal(name=name, ticket=found.ticket, pod=found.pod, at=found.at, data=_few(found.data))
    pod, ticket = data.get("pod"), data.get("ticket")
    return Signal(
        name=name,
        pod=PodId(pod) if isinstance(pod, str) and pod_number(pod) else None,
        ticket=TicketId(ticket) if type(ticket) is int and 0 < ticket < 10**9 else None,
        data=_few({str(key): str(value) for key, value in data.items()}),
    )


def _few(data: Mapping[str, str]) -> dict[str, str]:
    return {key[:100]: value[:1000] for key, value in list(data.items())[:_MAX_DATA]}


def take_away(dropped: Dropped) -> None:
    """Removes a signal that was acted on, if it still is the same file."""
    with contextlib.suppress(OSError):
        info = dropped.path.lstat()
        if dropped.id == f"{dropped.path.name[:120]}:{info.st_ino}:{info.st_mtime_ns}:{info.st_size}":
            dropped.path.unlink()


def set_aside(dropped: Dropped, aside: Path) -> bool:
    """Moves what is no signal out of the way, unread and undeleted; False when the disk does not let us."""
    try:
        make_folder(aside)
        dropped.path.rename(aside / f"{time.time_ns():x}-{secrets.token_hex(3)}")
    except (OSError, LmawepError):
        return False
    return True
