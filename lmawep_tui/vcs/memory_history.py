"""What was kept of memory banks: all of them at once, and the history of each.

The refs lie where agents can write too: a name or a commit that is not of our form is passed over.
"""

from __future__ import annotations

from dataclasses import field

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import TicketId, is_sha
from lmawep_tui.vcs.memory import PREFIX, memory_ref
from lmawep_tui.vcs.run import Git

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames")
_MARK = "\x01"
"""Begins the line of a commit in a log with patches: every line of a patch begins with a sign of its own."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The bank of one ticket as it was kept last."""

    ticket: TicketId
    commit: str
    at: int
    """When, in seconds since the epoch."""
    why: str
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One commit of a bank, and what it changed."""

    commit: str
    at: int
    """When, in seconds since the epoch."""
    why: str
    patch: str = ""
    """A unified diff, of the one file that was asked for or of all."""


def remembered(git: Git) -> list[Remembered]:
    """Every bank that is kept, by ticket, with its files: three git processes, however many there are."""
    form = "%(refname)%00%(objectname)%00%(committerdate:unix)%00%(contents:subject)"
    found: list[Remembered] = []
    for line in git("for-each-ref", f"--format={form}", PREFIX).text.splitlines():
        name, commit, at, why = (*line.split("\0"), "", "", "")[:4]
        number = name.removeprefix(f"{PREFIX}ticket-")
        if number.isascii() and number.isdigit() and is_sha(commit) and at.isdigit():
            found.append(Remembered(TicketId(int(number)), commit, int(at), why))
    found.sort(key=lambda kept: kept.ticket)
    _read_files(git, found)
    return found


def _read_files(git: Git, banks: list[Remembered]) -> None:
    trees = [tree_entries(data) for data in _batch(git, [f"{bank.commit}^{{tree}}" for bank in banks], b"tree")]
    wanted = list(dict.fromkeys(sha for tree in trees for sha in tree.values()))
    blobs = dict(zip(wanted, _batch(git, wanted, b"blob"), strict=True))
    for bank, tree in zip(banks, trees, strict=True):
        bank.files.update({name: blobs[sha] for name, sha in tree.items()})


def _batch(git: Git, names: list[str], kind: bytes) -> list[bytes]:
    """The objects of these names, empty for what is missing or of another kind."""
    if not names:
        return []
    data = git("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode(), timeout_s=60).stdout
    found: list[bytes] = []
    at = 0
    for _ in names:
        end = data.index(b"\n", at)
        words = data[at:end].split(b" ")
        at = end + 1
        if len(words) != 3 or not words[2].isdigit():  # `NAME missing`
            found.append(b"")
            continue
        size = int(words[2])
        found.append(data[at : at + size] if words[1] == kind else b"")
        at += size + 1
    return found


def tree_entries(data: bytes) -> dict[str, str]:
    """The plain files of a raw tree object, each with the id of its content."""
    for length in (20, 32):
        entries: dict[str, str] = {}
        at = 0
        while at < len(data):
            head, nul, _ = data[at:].partition(b"\0")
            mode, _, name = head.partition(b" ")
            if not nul or not mode.isdigit() or len(data) < at + len(head) + 1 + length:
                break
            sha = data[at + len(head) + 1 : at + len(head) + 1 + length].hex()
            if mode.startswith(b"100"):
                entries[name.decode("utf-8", "surrogateescape")] = sha
            at += len(head) + 1 + length
        else:
            return entries
    return {}


def versions(git: Git, ticket: TicketId, name: str = "", *, limit: int = 100) -> list[Version]:
    """What was kept of a ticket's bank, newest first; of one file, only what changed that file. Empty without a ref."""
    ref = memory_ref(ticket)
    if not git.succeeds("rev-parse", "--quiet", "--verify", f"{ref}^{{commit}}"):
        return []
    only = ("--", f":(literal){name}") if name else ()
    form = f"--format={_MARK}%H %ct %s"
    text = git("log", f"-{limit}", form, "-p", *_PLAIN, ref, *only, timeout_s=60).stdout.decode("utf-8", "replace")
    found: list[Version] = []
    for part in f"\n{text}".split(f"\n{_MARK}")[1:]:
        head, _, patch = part.partition("\n")
        commit, at, why = (*head.split(" ", 2), "", "")[:3]
        if is_sha(commit) and at.isdigit():
            found.append(Version(commit, int(at), why, patch.strip("\n")))
    return found


def file_at(git: Git, commit: str, name: str) -> bytes | None:
    """A file as it was in a kept bank; None when it was not there."""
    found = git("cat-file", "blob", f"{commit}:{name}", ok=(0, 128))
    return found.stdout if found.status == 0 else None
