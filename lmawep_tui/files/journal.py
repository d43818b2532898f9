"""The journal: append-only history, one JSON object a line, whole lines only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lmawep_tui.model.errors import LmawepError


def now() -> str:
    """The current time as the files have it: UTC, seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append(path: Path, event: str, /, **facts: Any) -> None:
    """Adds one line. One write call with O_APPEND, so writers never mix; a torn last line is closed off first."""
    line = json.dumps({"at": now(), "event": event, **facts}, ensure_ascii=False) + "\n"
    data = line.encode("utf-8", "backslashreplace")
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LmawepError(f"Cannot write the journal {path}: {error.strerror}.") from error
    try:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            data = b"\n" + data
        if os.write(fd, data) < len(data):
            raise LmawepError(f"Cannot write the journal {path}: the disk is full.")
    except OSError as error:
        raise LmawepError(f"Cannot write the journal {path}: {error.strerror}.") from error
    finally:
        os.close(fd)


def read(path: Path, last: int | None = None) -> Iterator[dict[str, Any]]:
    """The entries, oldest first; `last` limits them to about the newest so many. Torn lines are passed over."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if last is None:
                yield from _entries(file)
                return
            file.seek(max(0, os.fstat(file.fileno()).st_size - last * 512))
            yield from list(_entries(file))[-last:]
    except OSError:
        return


def _entries(file: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    return (entry for line in file if (entry := _parse(line)) is not None)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "event" in entry else None
