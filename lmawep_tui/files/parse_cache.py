"""What YAML files said, kept by (mtime, size, inode), so that nothing is parsed twice by anybody.

The cache file is an aid only: it may be deleted at any time, and a read-only disk just means it is not kept.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import Stamp, read_regular, stamp
from lmawep_tui.model.errors import BadFile, LmawepError

T = TypeVar("T")
_FORMAT = 3
_MAX_BYTES = 512 * 1024 * 1024
_RACY_NS = 50_000_000
_KEEP_S = 12e-6
"""What keeping one file's content costs about: the whole cache is written, so a little that is new is not kept."""


def may_change_unseen(found: Stamp) -> bool:
    """Whether the file changed so recently that it may again within the clock's grain: its stamp proves nothing yet."""
    return time.time_ns() - found.mtime_ns <= _RACY_NS


class ParseCache:
    """Parsed files by name. `save()` keeps it for the next process when something was added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, list[Any]] = {}
        self._objects: dict[str, tuple[Stamp, Any]] = {}
        self._unkept_s = 0.0
        with contextlib.suppress(OSError, ValueError, BadFile):
            stored = json.loads(read_regular(path, _MAX_BYTES))
            if isinstance(stored, dict) and stored.get("format") == _FORMAT and isinstance(stored["files"], dict):
                self._entries = {name: entry for name, entry in stored["files"].items() if isinstance(entry, list)}

    def get(self, cls: type[T], path: Path, parse: Callable[[Path], T]) -> T:
        """The parsed content of `path`; `parse` is called when it changed. Raises what `parse` raises."""
        key = str(path)
        found = stamp(key)
        if found is None:
            raise FileNotFoundError(path)
        return self.get_at(cls, key, found, parse)

    def get_at(self, cls: type[T], key: str, found: Stamp, parse: Callable[[Path], T]) -> T:
        """As get, for a caller who has just asked for the file's stamp."""
        held = self._objects.get(key)
        if held is not None and held[0] == found:
            return held[1]  # type: ignore[no-any-return]
        entry = self._entries.get(key)
        if entry is not None and entry[:3] == [found.mtime_ns, found.size, found.inode]:
            with contextlib.suppress(ValueError, TypeError, KeyError, IndexError):
                value = from_plain(cls, entry[3])
                self._objects[key] = (found, value)
                return value
        began = time.perf_counter()
        value = parse(Path(key))
        if stamp(key) == found and not may_change_unseen(found):
            self._objects[key] = (found, value)
            self._entries[key] = [found.mtime_ns, found.size, found.inode, _told(value)]
            self._unkept_s += time.perf_counter() - began
        return value

    def save(self) -> None:
        """Keeps the cache for the next process when that spares more than it costs; a disk may refuse."""
        if self._unkept_s <= len(self._entries) * _KEEP_S:
            return
        entries = dict(self._entries)  # a copy: other threads may add to it meanwhile
        if len(entries) > 2 * len(self._objects) + 500:
            entries = {key: value for key, value in entries.items() if stamp(key) is not None}
        with contextlib.suppress(LmawepError, OSError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            text = json.dumps({"format": _FORMAT, "files": entries}, ensure_ascii=True, separators=(",", ":"))
            write_text(self._path, text, durable=False)
            self._unkept_s = 0.0


def _told(value: Any) -> Any:
    """Plain data without the fields that stand at their default: most do, and reading them back is what takes time."""
    plain = to_plain(value)
    if isinstance(plain, dict) and dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.default is not dataclasses.MISSING and getattr(value, field.name) == field.default:
                del plain[field.name]
    return plain
