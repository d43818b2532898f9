"""Memory banks in `refs/lmawep/memory/ticket-101`: their history can be read, and they survive the pod."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.model.ids import TicketId, ticket_name
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, objects_of, update_ref
from lmawep_tui.vcs.run import Git

PREFIX = "refs/lmawep/memory/"


def memory_ref(ticket: TicketId) -> str:
    return f"{PREFIX}{ticket_name(ticket)}"


def save_memory(git: Git, ticket: TicketId, files: Mapping[str, bytes], why: str) -> bool:
    """Commits the files of a memory bank; False when they are what was saved last."""
    ref = memory_ref(ticket)
    parent, saved = objects_of(git, f"{ref}^{{commit}}", f"{ref}^{{tree}}")
    if saved is not None and saved == _tree_id(files, len(saved)):
        return False
    tree = git("mktree", "-z", stdin=_entries(git, files)).text
    parents = ("-p", parent) if parent else ()
    env = {**OWN_IDENTITY, "GIT_AUTHOR_DATE": f"{int(time.time())} +0000"}
    commit = git("commit-tree", tree, *parents, "-F", "-", stdin=why.encode(), env=env).text
    update_ref(git, ref, commit, parent or ZERO, why)
    return True


def _entries(git: Git, files: Mapping[str, bytes]) -> bytes:
    """Stores the contents, and returns the lines that make a tree of them."""
    with tempfile.TemporaryDirectory(prefix="lmawep-memory-") as folder:
        paths = [Path(folder, str(number)) for number in range(len(files))]
        for path, data in zip(paths, files.values(), strict=True):
            path.write_bytes(data)
        listed = "".join(f"{path}\n" for path in paths).encode()
        blobs = git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).text.splitlines()
    lines = (f"100644 blob {blob}\t{name}\0" for name, blob in zip(files, blobs, strict=True))
    return "".join(lines).encode("utf-8", "surrogateescape")


def _tree_id(files: Mapping[str, bytes], length: int) -> str:
    """The id git gives to a tree of these files, without asking it."""
    new = hashlib.sha1 if length == 40 else hashlib.sha256
    body = b""
    for name, data in sorted((name.encode("utf-8", "surrogateescape"), data) for name, data in files.items()):
        body += b"100644 " + name + b"\0" + new(b"blob %d\0" % len(data) + data).digest()
    return new(b"tree %d\0" % len(body) + body).hexdigest()


def load_memory(git: Git, ticket: TicketId) -> dict[str, bytes]:
    """The files saved last for a ticket; empty when it never had a pod."""
    ref = memory_ref(ticket)
    if objects_of(git, ref) == [None]:
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
