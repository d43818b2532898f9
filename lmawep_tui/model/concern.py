"""Whom a breaking-change alert concerns: read from its words, the tickets' words, and the paths that pods changed."""

from __future__ import annotations

import re
from collections.abc import Collection

from lmawep_tui.model.alert import SentAlert
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.globs import matches
from lmawep_tui.model.report import nothing
from lmawep_tui.model.ticket import Ticket


def concerns(alert: SentAlert, ticket: Ticket, paths: Collection[str]) -> bool:
    """Whether the alert is for this ticket: its pod changed the file, or it speaks of the file or an affected name.

    `paths` are what the ticket's pod has changed so far. Never for the sender.
    """
    if ticket.id == alert.ticket or ticket.status.closed:
        return False
    names = subjects(alert)
    if names.everybody or ticket.id in names.tickets or (ticket.assigned_to and ticket.assigned_to in names.pods):
        return True
    if any(_same_file(file, path) for file in names.files for path in paths):
        return True
    if any(_touched(pattern, file) for pattern in ticket.touches for file in names.files):
        return True
    text = f"{ticket.title}\n{ticket.description}\n" + "\n".join(ticket.touches)
    return any(_mentions(text, word) for word in (*names.files, *names.words))


@dataclass(frozen=True, slots=True)
class Subjects:
    """What an alert speaks of."""

    files: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    everybody: bool = False


_TOKEN = re.compile(r"[\w./#@+\-]+(?:\(\))?|`[^`\n]{1,200}`")
_POD = re.compile(r"pod-[1-9][0-9]{0,8}", re.ASCII)
_TICKET = re.compile(r"(?:#|ticket-)([1-9][0-9]{0,8})", re.ASCII)
_NUMBERS = re.compile(r"(?:tickets?\s+)?#?[1-9][0-9]{0,8}(?:\s+(?:and\s+)?#?[1-9][0-9]{0,8})*", re.ASCII | re.I)
"""Numbers by themselves are tickets; in a sentence they count something."""
_FILE = re.compile(r"[\w@+\-./]*\w\.[A-Za-z]\w{0,9}|[\w@+\-.]+(?:/[\w@+\-.]+)+/?|[\w@+\-.]+/")
_CODE = re.compile(r"\w*(?:_\w+|[a-z0-9][A-Z]\w*)|[A-Z]{2,}\w*|\w+(?:[.:]+\w+)+")
"""What looks like a name in code rather than a word of a sentence: snake_case, camelCase, CONSTANT, dotted.name."""
_PLAIN = (
    " all any none nobody nothing everyone everybody everything others callers users clients consumers tests docs "
    "agents pods tickets code unknown and the "
)
_EVERYBODY = re.compile(r"(all|every|any)\s*(pods?|bod(y|ies)|one|thing|tickets?|agents?|callers?)\b|all\.?$", re.I)


def subjects(alert: SentAlert) -> Subjects:
    """Files, names, pods and tickets in FILE and AFFECTS; plain words of a sentence are none."""
    files: dict[str, None] = {}
    words: dict[str, None] = {}
    pods: dict[str, None] = {}
    tickets: dict[int, None] = {}
    for item in re.split(r"[,;\n]", alert.affects):
        if _NUMBERS.fullmatch(item.strip(" .")):
            tickets.update(dict.fromkeys(map(int, re.findall(r"[0-9]+", item))))
    for source in (alert.file, alert.affects):
        for found in _TOKEN.findall(source):
            quoted = found.startswith("`")
            token = found.strip("`").removesuffix("()").strip(".,;:")
            number = _TICKET.fullmatch(token)
            if number:
                tickets[int(number[1])] = None
            elif _POD.fullmatch(token):
                pods[token] = None
            elif _FILE.fullmatch(token) and not token.replace(".", "").isdigit():
                files[token.removeprefix("./").rstrip("/")] = None
            elif (quoted or found.endswith("()") or _CODE.fullmatch(token)) and len(token) > 2:
                words[token] = None
    for item in re.split(r"[,;\n]", alert.affects):  # a word alone between commas is a name, whatever it looks like
        word = item.strip(" .-*•`()")
        if re.fullmatch(r"[A-Za-z_]\w{2,60}", word) and f" {word.casefold()} " not in _PLAIN:
            words[word] = None
    everybody = not nothing(alert.affects) and _EVERYBODY.match(alert.affects.strip()) is not None
    return Subjects(tuple(files), tuple(words), tuple(pods), tuple(tickets), everybody)


def _same_file(name: str, path: str) -> bool:
    """`limits.py` and `src/limits.py` mean `src/limits.py`; a folder means what is in it."""
    return path == name or path.endswith(f"/{name}") or path.startswith(f"{name}/")


def _touched(pattern: str, file: str) -> bool:
    return matches(pattern, file) or _same_file(file, pattern)


def _mentions(text: str, word: str) -> bool:
    """The word by itself: `user` is not in `username`, `limits.py` is in `src/limits.py`."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
