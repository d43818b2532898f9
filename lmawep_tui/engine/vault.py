"""The vault's verbs: find a snapshot, look into it, bring it back, and let go of what has landed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.atomic import TEMP_PREFIX
from lmawep_tui.files.lock import hold
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import Busy, GitFailed, LmawepError, NotFound, Refused, UsageError
from lmawep_tui.model.ids import PodId, TicketId, parse_pod_id
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs.diff import subjects
from lmawep_tui.vcs.repo import branch_ref, must_have
from lmawep_tui.vcs.vault import PREFIX, own_index
from lmawep_tui.vcs.vault_list import Kept, all_kept, only_here

_SHORT = re.compile(r"(?:pod-)?([1-9][0-9]{0,8})@([1-9][0-9]{0,5})", re.ASCII)
_DAY_S = 86_400


def listed(ws: Workspace, pod: PodId | None = None) -> list[Kept]:
    """The snapshots of a pod, or of all, newest first."""
    return sorted(all_kept(ws.git, pod), key=lambda kept: kept.age_key, reverse=True)


def find(ws: Workspace, name: str) -> Kept:
    """The snapshot of that name: `pod-3@2`, `pod-3` (its newest), or the whole ref. Raises NotFound, UsageError."""
    short = _SHORT.fullmatch(name)
    if name.startswith((PREFIX, "pod-")) and "/" in name:
        wanted = PREFIX + name.removeprefix(PREFIX)
        found = next((kept for kept in all_kept(ws.git) if kept.ref == wanted), None)
    elif short is not None:
        pod, number = PodId(f"pod-{short[1]}"), int(short[2])
        of_pod = all_kept(ws.git, pod)
        found = of_pod[-number] if number <= len(of_pod) else None
    elif "@" in name or "/" in name:
        raise UsageError(f"{name!r} is not the name of a snapshot.", "They look like pod-3@1; `lmawep vault list`.")
    else:
        found = next(reversed(all_kept(ws.git, parse_pod_id(name))), None)
    if found is None:
        raise NotFound(f"The vault holds no {name}.", "`lmawep vault list` shows what it holds.")
    return found


def base_of(ws: Workspace, kept: Kept) -> str:
    """Where the snapshot's commit parted from main; the commit itself when it never did."""
    main = branch_ref(ws.snapshot().state.main)
    return ws.git("merge-base", main, kept.head, ok=(0, 1)).text or kept.head


def file_of(ws: Workspace, kept: Kept, path: str) -> bytes:
    """A file's content in a snapshot; raises NotFound."""
    try:
        return ws.git("cat-file", "blob", f"{kept.commit}:{path}").stdout
    except GitFailed as error:
        hint = f"`lmawep vault show {kept.short}` lists them."
        raise NotFound(f"{kept.short} holds no file {path!r}.", hint) from error


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path and the lines it gained and lost; None for a binary file."""

    path: str
    insertions: int | None
    deletions: int | None


@dataclass(frozen=True, slots=True)
class Inside:
    """What a snapshot holds beyond main."""

    kept: Kept
    base: str
    """Where its commit parted from main."""
    commits: tuple[str, ...]
    """Subjects of its commits that are not on main, newest first."""
    uncommitted: tuple[str, ...]
    """Paths that were not committed."""
    files: tuple[FileChange, ...]
    """All that differs from `base`, committed or not."""


def look_into(ws: Workspace, kept: Kept) -> Inside:
    """What `vault show` tells."""
    base = base_of(ws, kept)
    main = branch_ref(ws.snapshot().state.main)
    flags = ("--no-ext-diff", "--no-textconv", "--no-renames")
    open_ = ws.git("diff", "--name-only", "-z", *flags, kept.head, kept.tree, timeout_s=60).fields
    files = []
    for line in ws.git("diff", "--numstat", "-z", *flags, base, kept.tree, timeout_s=60).fields:
        added, removed, path = line.split("\t", 2)
        binary = not added.isdigit()
        files.append(FileChange(path, None if binary else int(added), None if binary else int(removed)))
    return Inside(kept, base, tuple(subjects(ws.git, main, kept.head)), tuple(open_), tuple(files))


def patch_of(ws: Workspace, kept: Kept) -> str:
    """The unified diff from where the snapshot parted from main to all it holds."""
    flags = ("--no-ext-diff", "--no-textconv", "--no-color")
    diff = ws.git("diff", *flags, base_of(ws, kept), kept.tree, timeout_s=60)
    return diff.stdout.decode("utf-8", "replace")


def restore_into(ws: Workspace, kept: Kept, folder: Path) -> None:
    """Writes a snapshot's files into a folder that is empty or does not exist yet: whole, or not at all.

    Raises Refused when there is anything in `folder`, or when it is a link.
    """
    check_git_config(ws.layout, ws.git)
    target = Path(os.path.abspath(folder))  # noqa: PTH100 (a link is refused, not followed)
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise Refused(f"{target} is not an empty folder.", "Name one that is empty or does not exist.")
    if not target.parent.is_dir():
        raise Refused(f"{target.parent} does not exist.", "Make it first.")
    temp = target.with_name(f"{TEMP_PREFIX}{target.name}-{os.urandom(6).hex()}")
    try:
        temp.mkdir(mode=0o755)
        with own_index() as env:
            ws.git("read-tree", kept.tree, env=env)
            ws.git("checkout-index", "--all", "--quiet", f"--prefix={temp}/", env=env, timeout_s=900)
        temp.rename(target)
    except (LmawepError, OSError) as error:
        shutil.rmtree(temp, ignore_errors=True)
        if isinstance(error, OSError):
            raise LmawepError(f"{kept.short} cannot be written to {target}: {error.strerror}.") from error
        raise
    ws.journal("restored", vault=kept.ref, pod=kept.pod, into=str(target))


def restore_pod(ws: Workspace, kept: Kept, ticket: TicketId | None = None) -> PodRecord:
    """A new pod for the snapshot's ticket: its branch at the commit that was checked out, what was not committed is
    uncommitted again, the memory bank as it was kept last. Raises Refused when the ticket has a pod or is complete.
    """
    from lmawep_tui.engine.spawn import spawn

    number = ticket or kept.ticket or _ticket_in_journal(ws, kept)
    if number is None:
        raise Refused(f"{kept.short} does not say which ticket it belongs to.", "Name it: `--ticket ID`.")
    return spawn(ws, number, force=True, of=kept)


def restore_removed(ws: Workspace, pod: PodId) -> PodRecord:
    """Takes back the last removal of a pod: its work in a new pod of the same ticket (numbers are never reused).

    Raises NotFound when the history knows of no removal, Refused when it cannot be taken back.
    """
    for entry in reversed(list(journal.read(ws.layout.journal))):
        if entry.get("event") != "removed" or entry.get("pod") != pod:
            continue
        ref, tip, ticket = entry.get("vault"), entry.get("tip"), entry.get("ticket")
        if type(ticket) is not int:
            break
        if isinstance(ref, str):
            return restore_pod(ws, find(ws, ref), TicketId(ticket))
        if isinstance(tip, str):
            return restore_pod(ws, _landed(ws, pod, tip), TicketId(ticket))
        break
    raise NotFound(f"The history knows of no removal of {pod} that can be taken back.", "`lmawep vault list` may help.")


def _landed(ws: Workspace, pod: PodId, tip: str) -> Kept:
    """A pod that held nothing of its own: its commit is on main, and that is all there was."""
    commit = must_have(ws.git, tip)
    tree = ws.git("rev-parse", f"{commit}^{{tree}}").text
    return Kept(ref="", short=pod, pod=pod, ticket=None, at="", why="", commit=commit, tree=tree, head=commit)


def _ticket_in_journal(ws: Workspace, kept: Kept) -> TicketId | None:
    """For snapshots of former times: the history says whose pod it was."""
    for entry in reversed(list(journal.read(ws.layout.journal))):
        if entry.get("pod") == kept.pod and type(entry.get("ticket")) is int:
            return TicketId(entry["ticket"])
    return None


def prune(ws: Workspace, *, dry_run: bool = False) -> list[Kept]:
    """Lets go of snapshots beyond `vault.keep` for a pod or older than `vault.days`; returns those.

    Never of one that holds anything which is not also on main or in a snapshot that stays. Returns nothing when
    another process is at it.
    """
    try:
        with hold(ws.layout.lock("vault"), what="The vault", timeout_s=0, doing="vault prune"):
            return _prune(ws, dry_run=dry_run)
    except Busy:
        return []


def _prune(ws: Workspace, *, dry_run: bool) -> list[Kept]:
    limits = ws.config.vault
    stay = {kept.ref: kept for kept in all_kept(ws.git)}
    oldest_ns = (time.time() - limits.days * _DAY_S) * 1e9
    too_many = {ref for ref, kept in stay.items() if int(kept.short.partition("@")[2]) > limits.keep}
    candidates = [kept for ref, kept in stay.items() if ref in too_many or kept.age_key < oldest_ns]
    if not candidates:
        return []
    main = must_have(ws.git, branch_ref(ws.snapshot().state.main))
    gone: list[Kept] = []
    for kept in candidates:
        others = [main, *(other.commit for ref, other in stay.items() if ref != kept.ref)]
        if not only_here(ws.git, kept, others):
            del stay[kept.ref]
            gone.append(kept)
    if gone and not dry_run:
        orders = "".join(f"delete {kept.ref} {kept.commit}\n" for kept in gone)
        ws.git("update-ref", "--stdin", stdin=orders.encode())
        with contextlib.suppress(LmawepError):
            ws.journal("vault pruned", refs=[kept.ref for kept in gone][:50], count=len(gone))
    return gone
