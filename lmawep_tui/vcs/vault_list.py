"""What the vault holds: snapshots read back, and which of them hold something that is nowhere else.

The refs lie where agents can write too: nothing in them is believed that is not a snapshot's own form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import PodId, TicketId, is_sha, parse_branch
from lmawep_tui.vcs.repo import OWN_IDENTITY
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.vault import PREFIX

_REF = re.compile(re.escape(PREFIX) + r"(pod-[1-9][0-9]{0,8})/([1-9][0-9]{12,20})", re.ASCII)
_ROLE = re.compile(r"^Lmawep-(Head|Index|Branch): (\S+)$", re.MULTILINE)
_OURS = f"<{OWN_IDENTITY['GIT_COMMITTER_EMAIL']}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One snapshot in the vault."""

    ref: str
    short: str
    """`pod-3@1`: counted from the newest of the pod."""
    pod: PodId
    ticket: TicketId | None
    """None when the snapshot does not say."""
    at: str
    """When it was made: UTC, seconds."""
    why: str
    commit: str
    tree: str
    """The worktree with untracked files."""
    head: str
    """The commit that was checked out."""
    index: str | None = None
    """The index as a commit, when it was not that of `head`."""
    parents: tuple[str, ...] = ()

    @property
    def contents(self) -> tuple[str, ...]:
        """The commits it keeps, without those that the vault made to hold them."""
        return tuple(sha for sha in (self.parents or (self.commit,)) if sha != self.index)

    @property
    def age_key(self) -> int:
        """Nanoseconds since 1970 when it was made."""
        return int(self.ref.rpartition("/")[2])


_FORMAT = "%00".join(("%(refname)", "%(objectname)", "%(tree)", "%(parent)", "%(committeremail)", "%(contents)", ""))


def all_kept(git: Git, pod: PodId | None = None) -> list[Kept]:
    """The snapshots of a pod, or of all, oldest first within a pod."""
    fields = git("for-each-ref", f"--format={_FORMAT}", f"{PREFIX}{pod}/" if pod else PREFIX).stdout.split(b"\0")
    texts = [field.decode("utf-8", "replace") for field in fields]
    found = [kept for at in range(0, len(texts) - 6, 6) if (kept := _read(texts[at : at + 6])) is not None]
    found.sort(key=lambda kept: (int(kept.pod[4:]), kept.age_key))
    counts: dict[PodId, int] = {}
    for kept in found:
        counts[kept.pod] = counts.get(kept.pod, 0) + 1
    named = []
    for kept in found:
        named.append(replace(kept, short=f"{kept.pod}@{counts[kept.pod]}"))
        counts[kept.pod] -= 1
    return named


def _read(fields: list[str]) -> Kept | None:
    ref, commit, tree, parent, email, message = (fields[0].lstrip("\n"), *fields[1:])
    match = _REF.fullmatch(ref)
    if match is None or not is_sha(commit) or not is_sha(tree):
        return None
    parents = tuple(parent.split())
    ours = email == _OURS and bool(parents)  # else a branch's own commit, as the vault kept it in former times
    roles = dict(_ROLE.findall(message)) if ours else {}
    branch = parse_branch(roles.get("Branch", ""))
    return Kept(
        ref=ref,
        short="",
        pod=PodId(match[1]),
        ticket=branch[1] if branch is not None and branch[0] == match[1] else None,
        at=datetime.fromtimestamp(int(match[2][:10]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        why=(message.splitlines() or [""])[0] if ours else f"commit {commit[:7]}",
        commit=commit,
        tree=tree,
        head=roles["Head"] if roles.get("Head") in parents else (parents[0] if ours else commit),
        index=roles["Index"] if roles.get("Index") in parents else None,
        parents=parents if ours else (),
    )


def only_here(git: Git, kept: Kept, elsewhere: Iterable[str]) -> bool:
    """Whether a snapshot holds anything that is not in `elsewhere`, commits that stay reachable.

    Its commits must be reachable from there, and each of its trees must be one of a commit there: then every file is.
    """
    others = list(elsewhere)
    excluded = "".join(f"^{sha}\n" for sha in others)
    asked = "".join(f"{sha}\n" for sha in kept.contents) + excluded
    if git("rev-list", "--max-count=1", "--stdin", stdin=asked.encode(), timeout_s=300).text:
        return True
    trees = {kept.tree} | ({_tree(git, kept.index)} if kept.index else set())
    trees -= {_tree(git, sha) for sha in kept.contents}
    if not trees:
        return False
    listed = "".join(f"{sha}\n" for sha in others).encode()
    have = git(
        "rev-list", "--no-commit-header", "--format=%T", "--stdin", stdin=listed, timeout_s=300
    ).text.splitlines()
    return bool(trees - set(have))


def _tree(git: Git, commit: str) -> str:
    return git("rev-parse", f"{commit}^{{tree}}").text
