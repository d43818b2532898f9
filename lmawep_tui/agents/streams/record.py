"""Lines of JSON: what all the structured formats have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import msgspec

from lmawep_tui.model.event import Event, Raw

Record = dict[str, Any]
Handler = Callable[[Record], list[Event]]

_decode = msgspec.json.Decoder().decode
MAX_OUTPUT = 64 * 1024
"""How much of a tool's output an event carries, in characters; the log has it all."""
_MAX_RAW = 4096
_NOT_RECORDS = (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError)
"""What a handler may stumble over in a record of another shape."""
_NO_RECORD = (msgspec.DecodeError, ValueError, RecursionError, KeyError, TypeError)
"""What a line may be refused for; bytes that are not UTF-8 are a ValueError."""


def decode(line: bytes) -> Any:
    """The value of a line of JSON, also one with bytes that are not UTF-8, bare control characters or lone surrogates
    (which become U+FFFD); raises ValueError."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    import json  # few logs have such a line

    try:
        return json.loads(_mended(line), strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _mended(line: bytes) -> str:
    """The text of a line with no surrogate left that stands alone: nothing could write it down again."""
    told = line.decode("utf-8", "replace")
    return _escapes().sub(lambda match: match[0] if match[1] else "\\ufffd", told) if "\\u" in told else told


@cache
def _escapes() -> re.Pattern[str]:
    pair = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    return re.compile(rf"(\\\\|{pair})|\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}")


class RecordParser:
    """A parser that hands each record to the handler of its `type`."""

    kind = "type"
    """The key that says what a record is."""

    def __init__(self) -> None:
        self.handlers: Mapping[str, Handler] = {}
        self.cwd = ""
        """Where the program works, as far as known: paths below are told relative to it."""

    def line(self, line: bytes) -> list[Event]:
        """The events of one line; never raises."""
        try:
            record = _decode(line)
            handler = self.handlers[record[self.kind]]
        except _NO_RECORD:
            return self._odd(line)
        try:
            return handler(record)
        except _NOT_RECORDS:
            return [raw(line, record[self.kind])]

    def close(self) -> list[Event]:
        return []

    def other(self, line: str) -> list[Event]:
        """The events of a line that is no record: what the program, or one it called, says on stderr."""
        return [Raw(line)]

    def _odd(self, line: bytes) -> list[Event]:
        """A line that is not at once a record of a known kind."""
        line = line.strip()
        if not line:
            return []
        if line[0] != 0x7B:  # {
            return self._mixed(line)
        try:
            record = decode(line)
        except ValueError:
            return self._broken(line)
        return self._record(record, line)

    def _record(self, record: Any, line: bytes) -> list[Event]:
        kind = text(record.get(self.kind))
        handler = self.handlers.get(kind)
        if handler is None:
            return [raw(line, kind or "?")]
        try:
            return handler(record)
        except _NOT_RECORDS:
            return [raw(line, kind)]

    def _mixed(self, line: bytes) -> list[Event]:
        """A line that begins as something else; a record may hang on to words that had no line break."""
        start = line.find(b'{"') if line[-1] == 0x7D else -1  # }
        if start > 0:
            try:
                record = decode(line[start:])
            except ValueError:
                record = None
            if isinstance(record, dict) and text(record.get(self.kind)) in self.handlers:
                return [*self.other(_shown(line[:start])), *self._record(record, line[start:])]
        return self.other(_shown(line))

    def _broken(self, line: bytes) -> list[Event]:
        """A record that is cut off, or one with words hanging on to it."""
        import json

        try:
            told = _mended(line)
            record, end = json.JSONDecoder(strict=False).raw_decode(told)
        except (ValueError, RecursionError):
            return [Raw(_shown(line), broken=True)]
        return [*self._record(record, line), *self.other(told[end:].strip()[:_MAX_RAW])]


def raw(line: bytes, kind: str) -> Raw:
    """A well-formed record that is told as it is."""
    return Raw(_shown(line), kind=kind)


def _shown(line: bytes) -> str:
    return line[:_MAX_RAW].decode("utf-8", "replace")


def text(value: object) -> str:
    """The value when it is text, else nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Record:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def number(value: object) -> int:
    """The value when it is a finite number, else 0."""
    if isinstance(value, int):
        return 0 if isinstance(value, bool) else value
    return int(value) if isinstance(value, float) and value - value == 0 else 0


def money(value: object) -> float | None:
    """The value when it is a finite number, else None; without the noise of a program's own sums."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value - value != 0:
        return None
    return round(float(value), 10)


def moment(value: object) -> float:
    """Seconds since the epoch of an ISO 8601 time, or of a number of seconds or milliseconds; 0 when it is neither."""
    if isinstance(value, str):
        try:
            if value.endswith("Z"):
                return _minute(value[:17]) + float(value[17:-1])
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return 0.0
    seconds = money(value) or 0.0
    return seconds / 1000 if seconds > 1e11 else seconds


@lru_cache(16)
def _minute(beginning: str) -> float:
    """The time at which a minute begins, `2026-11-21T03:25:`: most of a stream's lines have it in common."""
    return datetime.fromisoformat(f"{beginning}00+00:00").timestamp()


def clip(output: str, most: int = MAX_OUTPUT) -> str:
    """At most about this many characters: the beginning and the end."""
    if len(output) <= most:
        return output
    half = most // 2
    return f"{output[:half]}\n… ({len(output) - 2 * half} characters left out)\n{output[-half:]}"
