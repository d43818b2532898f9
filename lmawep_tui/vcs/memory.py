"""Memory banks in `refs/lmawep/memory/ticket-101`: their history can be read, and they survive the pod."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lmawep_tui.model.ids import TicketId, ticket_name
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, commit_of, update_ref
from lmawep_tui.vcs.run import Git

PREFIX = "refs/lmawep/memory/"


def memory_ref(ticket: TicketId) -> str:
    return f"{PREFIX}{ticket_name(ticket)}"


def save_memory(git: Git, ticket: TicketId, files: Mapping[str, bytes], why: str) -> bool:
    """Commits the files of a memory bank; False when they are what was saved last."""
    ref = memory_ref(ticket)
    parent = commit_of(git, ref)
    names = sorted(files)
    blobs = _write_blobs(git, [files[name] for name in names])
    entries = [f"100644 blob {blob}\t{name}".encode("utf-8", "surrogateescape")
               for name, blob in zip(names, blobs, strict=True)]  # fmt: skip
    tree = git("mktree", "-z", stdin=b"".join(entry + b"\0" for entry in entries)).text
    if parent is not None and git("rev-parse", f"{parent}^{{tree}}").text == tree:
        return False
    parents = ("-p", parent) if parent else ()
    env = {**OWN_IDENTITY, "GIT_AUTHOR_DATE": f"{int(time.time())} +0000"}
    commit = git("commit-tree", tree, *parents, "-F", "-", stdin=why.encode(), env=env).text
    update_ref(git, ref, commit, parent or ZERO, why)
    return True


def _write_blobs(git: Git, contents: Sequence[bytes]) -> list[str]:
    """The contents as objects, all by one process; from files of our own, so that no link of an agent's is followed."""
    with tempfile.TemporaryDirectory(prefix="lmawep-bank-") as folder:
        paths = [Path(folder, str(number)) for number in range(len(contents))]
        for path, data in zip(paths, contents, strict=True):
            path.write_bytes(data)
        listed = "".join(f"{path}\n" for path in paths).encode()
        return git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).text.splitlines()


def load_memory(git: Git, ticket: TicketId) -> dict[str, bytes]:
    """The files saved last for a ticket; empty when it never had a pod."""
    ref = memory_ref(ticket)
    if commit_of(git, ref) is None:
        return {}
    files: dict[str, bytes] = {}
    for entry in git("ls-tree", "-z", ref).fields:
        facts, _, name = entry.partition("\t")
        if facts.split()[1] == "blob":
            files[name] = git("cat-file", "blob", facts.split()[2]).stdout
    return files


def remembered_tickets(git: Git) -> set[int]:
    """Ids of all tickets that ever had a pod, so that no id is ever given out twice."""
    names = git("for-each-ref", "--format=%(refname)", PREFIX).text.splitlines()
    numbers = (name.removeprefix(f"{PREFIX}ticket-") for name in names)
    return {int(number) for number in numbers if number.isascii() and number.isdigit()}
