"""Spares: worktrees that wait at main, so that a pod is made by moving one instead of checking out thousands of files.

A spare is no pod: it has no ticket, no branch and no memory bank. `spares.json` says which folders we made and where we
put their HEAD. Nothing is ever forced in a spare: one that somebody touched is left alone, and named by doctor.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine import trash
from lmawep_tui.engine.background import start_later
from lmawep_tui.engine.preflight import check_disk
from lmawep_tui.engine.recover import wait_for_own_git
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.lock import hold, is_held
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text, stamp
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, Busy, GitFailed, LmawepError
from lmawep_tui.vcs import vault, worktree
from lmawep_tui.vcs.repo import branch_ref, is_ancestor, must_have, objects_of
from lmawep_tui.vcs.status import admin_dir, half_done, read_checkout, read_plain_checkout

_NAME = re.compile(r"spare-[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """One worktree of ours that waits."""

    name: str
    path: str
    stage: str = "making"
    """`making` until git has finished it, `moving` while it is brought to a newer main, else `ready`."""
    at: tuple[str, ...] = ()
    """Commits we put its HEAD at; two while it moves."""
    index: tuple[int, ...] = ()
    """Stamp of its index file when that was seen to hide nothing."""


@dataclass(frozen=True, slots=True)
class _Book:
    """What stands in `spares.json`."""

    spares: tuple[Spare, ...] = ()


def known(ws: Workspace) -> tuple[Spare, ...]:
    """The spares we made; those a pod was made of are among them until the next `keep_spares`."""
    try:
        spares = from_plain(_Book, json.loads(read_text(_file(ws)))).spares
        return tuple(s for s in spares if _NAME.fullmatch(s.name) and Path(s.path) == ws.layout.worktrees / s.name)
    except FileNotFoundError:
        return ()
    except (ValueError, BadFile):
        return ()  # then they are not ours any more: left alone, new ones are made


def take(ws: Workspace, base: str) -> Spare | None:
    """A spare that can become a pod at `base`; None when there is none in perfect order. Under the state lock."""
    ready = [spare for spare in known(ws) if spare.stage == "ready"]
    for spare in sorted(ready, key=lambda s: s.at[-1:] != (base,)):
        with contextlib.suppress(LmawepError):
            if not what_is_odd(ws, spare) and (spare.at[-1] == base or is_ancestor(ws.git, spare.at[-1], base)):
                return spare
    return None


def what_is_odd(ws: Workspace, spare: Spare) -> str:
    """Why a spare cannot be used, in words; empty when it is as we left it."""
    path = Path(spare.path)
    links = worktree.check_links(path, ws.layout.git_dir)
    if not links.ok:
        return links.why
    git = ws.pod_git(path)
    admin = admin_dir(git)
    if (admin / "locked").exists():
        return "git worktree lock holds it"
    hides_nothing = spare.index and spare.index == _stamp(admin)
    seen = read_plain_checkout(git) if hides_nothing else read_checkout(git, ignored=True)
    touched = (*seen.dirt.paths, *seen.dirt.ignored)
    if touched:
        return f"somebody changed {', '.join(touched[:3])} in it"
    if seen.branch is not None or seen.head not in spare.at:
        return f"somebody switched it to {seen.branch or (seen.head or 'nothing')[:7]}"
    if seen.links:
        return "submodules cannot be moved"
    operation = half_done(admin)
    return f"{operation} is half done in it" if operation else ""


def _stamp(admin: Path) -> tuple[int, ...]:
    found = stamp(admin / "index")
    return (found.mtime_ns, found.size, found.inode) if found else ()


def keep_spares(ws: Workspace) -> int:
    """Makes, renews and retires spares until there are `worktree.spares` of them at main; returns how many are ready.

    For the background: takes as long as git takes to check out. Returns at once when another process is at it.
    Raises Refused when the disk is too full, GitFailed when git does not do it.
    """
    wanted = ws.config.worktree.spares
    if not wanted and not known(ws):
        return 0
    try:
        with hold(ws.layout.lock("spares"), what="The spares", timeout_s=0, doing="spares"):
            return _keep(ws, wanted)
    except Busy:
        return 0


def _keep(ws: Workspace, wanted: int) -> int:
    check_git_config(ws.layout, ws.git)
    _tidy(ws)
    main, modules = _main(ws)
    if modules:
        wanted = 0  # git does not move worktrees with submodules
    for spare in known(ws):
        if spare.at[-1:] != (main,) or spare.stage != "ready" or not spare.index:
            _renew(ws, spare, main)
    for spare in known(ws)[max(wanted, 0) :]:
        _retire(ws, spare)
    missing = wanted - len(known(ws))
    if missing > 0:
        check_disk(ws, missing * size_of_one(ws, main), make_room=True)
    for _ in range(missing):
        _make(ws, main)
    return sum(spare.stage == "ready" for spare in known(ws))


def keep_spares_later(ws: Workspace) -> None:
    """As keep_spares, by a process nobody waits for; a conductor that drives the repository does it by itself."""
    if ws.config.worktree.spares and not is_held(ws.layout.lock("conductor")):
        start_later("lmawep_tui.engine.spares", str(ws.layout.root))


def missing_bytes(ws: Workspace) -> int:
    """Disk space that the spares still to be made will need."""
    missing = ws.config.worktree.spares - len(known(ws))
    return missing * size_of_one(ws, _main(ws)[0]) if missing > 0 else 0


def size_of_one(ws: Workspace, commit: str) -> int:
    """Bytes that a worktree of a commit takes, roughly."""
    sizes = [entry.split(None, 4)[3] for entry in ws.git("ls-tree", "-r", "-l", "-z", commit, timeout_s=300).fields]
    return sum(int(size) + 2048 for size in sizes if size.isdigit())


def odd_ones(ws: Workspace) -> list[tuple[Spare, str]]:
    """Spares that are not used and why; none while somebody is at work on them."""
    if is_held(ws.layout.lock("spares")):
        return []
    found = [(spare, what_is_odd(ws, spare)) for spare in known(ws) if os.path.lexists(spare.path)]
    return [(spare, why) for spare, why in found if why]


def mend(ws: Workspace) -> None:
    """Takes away spares that git never finished, and forgets those that are gone."""
    with contextlib.suppress(Busy), hold(ws.layout.lock("spares"), what="The spares", timeout_s=0, doing="doctor"):
        _tidy(ws)


def _main(ws: Workspace) -> tuple[str, bool]:
    """Main's commit, and whether it has submodules."""
    main = must_have(ws.git, branch_ref(ws.snapshot().state.main))
    return main, objects_of(ws.git, f"{main}:.gitmodules") != [None]


def _tidy(ws: Workspace) -> None:
    """Brings the book in line with git: spares that became pods or are gone, and half made ones."""
    unfinished = any(spare.stage == "making" and _locked(ws, Path(spare.path)) for spare in known(ws))
    if unfinished:
        wait_for_own_git(ws.layout.root)  # that of a killed lmawep may be just finishing it
    with ws.change("spares"):
        kept = [spare for spare in known(ws) if not _gone(ws, spare)]
        _write(ws, tuple(kept))


def _gone(ws: Workspace, spare: Spare) -> bool:
    path = Path(spare.path)
    if not os.path.lexists(path):
        worktree.prune(ws.git, path)
        return True
    if spare.stage != "making" or not _locked(ws, path) or path.is_symlink():
        return False
    # Git unlocks a worktree when it is whole: nobody ever saw this one.
    ws.git("worktree", "unlock", "--", str(path), ok=(0, 128))
    return _take_away(ws, path)


def _locked(ws: Workspace, path: Path) -> bool:
    found = worktree.find(ws.git, path)
    return found is not None and found.locked


def _take_away(ws: Workspace, path: Path) -> bool:
    """Removes a worktree of ours that holds nothing; False when it cannot be renamed away."""
    if worktree.find(ws.git, path) is None or not trash.discard(ws, path):
        return False
    worktree.forget(ws.git, path)
    trash.empty_later(ws)
    return True


def _renew(ws: Workspace, spare: Spare, main: str) -> None:
    """Brings a spare to main, unless something about it is odd."""
    if what_is_odd(ws, spare):
        return
    with ws.change("spares"):
        if not os.path.lexists(spare.path):
            return  # it has just become a pod
        at = tuple(dict.fromkeys((*spare.at, main)))
        moving = _put(ws, replace(spare, stage="moving", at=at, index=()))
    try:
        worktree.switch_detached(ws.git.at(Path(spare.path)), main)
    except GitFailed as error:
        ws.journal("spare not renewed", spare=spare.name, why=str(error))
        return
    _declare_ready(ws, replace(moving, at=(main,)))


def _declare_ready(ws: Workspace, spare: Spare) -> None:
    """Looks at it once more, the whole way, and only then lets it be used."""
    with ws.change("spares"):
        index = _stamp(admin_dir(ws.pod_git(spare.path)))
        if not what_is_odd(ws, spare):
            _put(ws, replace(spare, stage="ready", index=index))


def _retire(ws: Workspace, spare: Spare) -> None:
    """Takes a spare away that is not wanted any more, if there is nothing in it but what we put there."""
    with ws.change("spares"):
        git = ws.pod_git(spare.path)
        if what_is_odd(ws, spare) or vault.has_forgotten(git, None, spare.at):
            return
        if _take_away(ws, Path(spare.path)):
            _write(ws, tuple(s for s in known(ws) if s.name != spare.name))


def _make(ws: Workspace, main: str) -> None:
    make_folder(ws.layout.worktrees)
    with ws.change("spares"):
        name = _free_name(ws)
        spare = _put(ws, Spare(name=name, path=str(ws.layout.worktrees / name), at=(main,)))
    worktree.add_detached(ws.git, Path(spare.path), main)
    _declare_ready(ws, spare)
    ws.journal("spare made", spare=name)


def _free_name(ws: Workspace) -> str:
    taken = {Path(spare.path).name for spare in known(ws)}
    taken |= {tree.path.name for tree in worktree.list_worktrees(ws.git)}
    number = 1
    while f"spare-{number}" in taken or os.path.lexists(ws.layout.worktrees / f"spare-{number}"):
        number += 1
    return f"spare-{number}"


def _put(ws: Workspace, spare: Spare) -> Spare:
    others = known(ws)
    if any(other.name == spare.name for other in others):
        _write(ws, tuple(spare if other.name == spare.name else other for other in others))
    else:
        _write(ws, (*others, spare))
    return spare


def _write(ws: Workspace, spares: tuple[Spare, ...]) -> None:
    if spares != known(ws):
        write_text(_file(ws), json.dumps(to_plain(_Book(spares)), indent=1) + "\n")


def _file(ws: Workspace) -> Path:
    return ws.layout.workspace / "spares.json"


def main(argv: list[str]) -> None:
    """Keeps the spares of the project in `argv[0]`; trouble goes into the journal."""
    with contextlib.suppress(OSError):
        os.nice(19)
    ws = Workspace.open(Path(argv[0]))
    try:
        keep_spares(ws)
    except LmawepError as error:
        ws.journal("spares not kept", why=str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
