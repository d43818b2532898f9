"""The branch `lmawep-coordination`: files that all pods share. Never checked out, written as commits in memory."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.ids import Sha
from lmawep_tui.vcs.repo import OWN_IDENTITY, ZERO, branch_ref, commit_of, update_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.worktree import checkout_of

BRANCH = "lmawep-coordination"
FOLDER = ".lmawep-shared"
_REF = branch_ref(BRANCH)
_FIRST = "lmawep: the coordination branch"
_POD = re.compile(r"pod-[1-9][0-9]{0,8}(?=: )", re.ASCII)


def shared_tip(git: Git) -> Sha | None:
    """The branch's commit, None when there is none yet.

    Raises GitFailed when a branch of that name is not ours, or is checked out: it is left alone then.
    """
    tip = commit_of(git, _REF)
    if tip is None:
        return None
    first = git("log", "--max-parents=0", "--format=%ae %s", "-2", tip).text
    if first != f"{OWN_IDENTITY['GIT_AUTHOR_EMAIL']} {_FIRST}":
        raise GitFailed(f"The branch {BRANCH} is not lmawep's.", "Rename it, and pods share their files again.")
    there = checkout_of(git, BRANCH)
    if there is not None:
        raise GitFailed(f"The branch {BRANCH} is checked out in {there}.", "Check out another one there.")
    return tip


def load_shared(git: Git, commit: str | None) -> dict[str, bytes]:
    """The shared files of a commit, by name; empty when it does not exist any more."""
    blobs = _blobs(git, commit) if commit is not None else {}
    asked = "".join(f"{sha}\n" for sha in blobs.values()).encode()
    data = git("cat-file", "--batch", stdin=asked).stdout if blobs else b""
    files: dict[str, bytes] = {}
    for name in blobs:
        head, _, data = data.partition(b"\n")
        size = int(head.split()[2])
        files[name], data = data[:size], data[size + 1 :]
    return files


def _blobs(git: Git, commit: str) -> dict[str, str]:
    listed = git("ls-tree", "-z", f"{commit}:{FOLDER}", ok=(0, 128))
    entries = (entry.partition("\t") for entry in listed.fields)
    return {name: facts.split()[2] for facts, _, name in entries if facts.split()[1] == "blob"}


def save_shared(git: Git, tip: Sha | None, files: Mapping[str, bytes], why: str) -> Sha:
    """Commits the shared files on top of `tip`; raises GitFailed when the branch moved meanwhile."""
    parent = tip
    if parent is None:
        parent = _commit(git, git("mktree", stdin=b"").text, None, _FIRST)
    entries = []
    stored = _blobs(git, tip) if tip is not None else {}
    old = load_shared(git, tip)
    for name, data in sorted(files.items()):
        known = stored.get(name) if old.get(name) == data else None
        blob = known or git("hash-object", "-w", "--stdin", stdin=data).text
        entries.append(f"100644 blob {blob}\t{name}\0".encode("utf-8", "surrogateescape"))
    folder = git("mktree", "-z", stdin=b"".join(entries)).text
    others = [entry for entry in git("ls-tree", "-z", parent).fields if entry.partition("\t")[2] != FOLDER]
    top = [*others, f"040000 tree {folder}\t{FOLDER}"]
    tree = git("mktree", "-z", stdin="".join(f"{e}\0" for e in top).encode("utf-8", "surrogateescape")).text
    commit = _commit(git, tree, parent, why)
    update_ref(git, _REF, commit, tip or ZERO, why.splitlines()[0])
    return commit


def writer_of(git: Git, tip: Sha, name: str) -> str:
    """The pod that wrote a shared file last, or `earlier`."""
    spec = ("--literal-pathspecs", "log", "-1", "--format=%s", tip, "--", f"{FOLDER}/{name}")
    found = _POD.match(git(*spec).text)
    return found[0] if found else "earlier"


def _commit(git: Git, tree: str, parent: str | None, why: str) -> Sha:
    parents = ("-p", parent) if parent else ()
    env = {**OWN_IDENTITY, "GIT_AUTHOR_DATE": f"{int(time.time())} +0000"}
    return Sha(git("commit-tree", tree, *parents, "-F", "-", stdin=why.encode("utf-8", "replace"), env=env).text)
