"""The report in what an agent said, also where its program glued two attempts at an answer together."""

from __future__ import annotations

from collections.abc import Callable

from lmawep_tui.model.report import Report, parse_report


def find_report(said: str) -> Report | None:
    """The last report in an agent's words, also where a retry has glued its first line to an answer that broke off."""
    places = [place for word in _WORDS if (place := said.find(word)) >= 0]
    if not places:
        return None
    said = said[said.rfind("\n", 0, min(places)) + 1 :]
    return parse_report(_apart(said, _glued)) or parse_report(_apart(said, _spaced))


_WORDS = ("STATUS", "Status", "status")
"""Found far faster one by one than in any case at once: a text may be long, and mostly holds no report."""
_KEY = "STATUS: "
_DECORATION = " \t\n\r>#*-+•`_([\"'|:/\\"
"""What stands before the STATUS of a report that begins where it should, or that is only written about."""


def _apart(said: str, breaks: Callable[[str], bool]) -> str:
    """The text with a line break before each STATUS where what stands before it calls for one."""
    *befores, last = said.split(_KEY)
    return _KEY.join([*(before + "\n" if breaks(before) else before for before in befores), last])


def _glued(before: str) -> bool:
    """`just s` before the STATUS of the next attempt."""
    return before[-1:] not in _DECORATION


def _spaced(before: str) -> bool:
    """`just ` before the STATUS of the next attempt."""
    return before[-1:] == " " and bool(before[-2:-1].strip())
