"""The radar: every live pod merged in memory with every other and with main, as they stand now."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import combinations
from pathlib import Path
from typing import Any

from lmawep_tui.engine.compare import main_commit
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.read import read_regular
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, GitFailed, LmawepError
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.radar import MAIN, Clash, Paths, Radar, may_clash
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.vcs.radar import MAX_PATHS, Predicted, Scanner
from lmawep_tui.vcs.repo import branch_ref, must_have
from lmawep_tui.vcs.worktree import check_links

_MAX_BYTES = 64 * 1024 * 1024
_MAX_MERGES = 4_096
_MAX_OBJECTS = 20_000
"""Throw-away objects after which the folder is emptied and begun again."""
_THREADS = 8
_LIVE_FRESH_S, _STILL_FRESH_S = 5.0, 60.0
"""How long `overlap` believes what it saw: in a pod with a live run, and in one where nothing runs."""


def radar(ws: Workspace, snapshot: Snapshot | None = None) -> Radar:
    """Looks at all live pods now. A pod that cannot be looked at is named in `skipped` and stops nobody.

    Writes to the cache only. Raises GitFailed when main is gone, Refused when the git config was tampered with.
    """
    snapshot = snapshot if snapshot is not None else ws.snapshot()
    with _seen(ws) as (scanner, seen):
        sides, skipped = _sides(ws, scanner, seen, snapshot, live_pods(snapshot))
        pairs = _clashes(scanner, seen, sides, skipped)
        seen.whole = True
    return Radar(pairs, now(), tuple(sides), skipped)


def live_pods(snapshot: Snapshot) -> list[Pod]:
    """Pods whose work has not landed, by number."""
    return sorted((p for p in snapshot.pods.values() if not p.status.closed), key=lambda p: int(p.id[4:]))


def overlap(ws: Workspace, snapshot: Snapshot) -> dict[PodId, frozenset[str]]:
    """The paths that each live pod has changed, uncommitted ones too; a pod that cannot be looked at has none.

    For the scheduler, which asks all the time: what was seen a moment ago (a minute, where nothing runs) is believed.
    """
    return paths_of(ws, snapshot, live_pods(snapshot))


def paths_of(ws: Workspace, snapshot: Snapshot, pods: list[Pod]) -> dict[PodId, frozenset[str]]:
    """As overlap, for these pods."""
    with _seen(ws) as (scanner, seen):
        stale = [pod for pod in pods if not seen.knows(pod)]
        if stale:
            sides, _ = _sides(ws, scanner, seen, snapshot, stale)
            for pod in stale:
                seen.keep_paths(pod, sides[pod.id].ours if pod.id in sides else {})
        return {pod.id: seen.paths_of(pod) for pod in pods}


@dataclass(frozen=True, slots=True)
class _Side:
    """A pod as it stands: a commit, what it changed since it left main, and what main changed since then."""

    tip: Sha
    ours: Paths
    theirs: Paths
    main: Sha
    note: str = ""


@dataclass(slots=True)
class _Seen:
    """What git said before, by commits: two commits never merge otherwise tomorrow."""

    tips: dict[str, str] = field(default_factory=dict)
    changed: dict[str, dict[str, str]] = field(default_factory=dict)
    merged: dict[str, list[Any]] = field(default_factory=dict)
    paths: dict[str, list[Any]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    whole: bool = False
    """Whether all pods were looked at: what was not used then is of no use any more."""
    fresh: bool = False

    def knows(self, pod: Pod) -> bool:
        """Whether the pod was looked at so lately that nothing of note can have changed."""
        entry = self.paths.get(pod.id)
        if entry is None or entry[1] != _moment(pod):
            return False
        age = time.time() - float(entry[0])
        return 0 <= age < (_LIVE_FRESH_S if pod.live else _STILL_FRESH_S)

    def keep_paths(self, pod: Pod, paths: Paths) -> None:
        self.paths[pod.id] = [time.time(), _moment(pod), sorted(paths)]
        self.fresh = True

    def paths_of(self, pod: Pod) -> frozenset[str]:
        return frozenset(self.paths[pod.id][2])

    def forget_tips(self) -> None:
        self.tips.clear()
        self.fresh = True


@contextlib.contextmanager
def looked_at(
    ws: Workspace, snapshot: Snapshot, pods: list[Pod]
) -> Iterator[tuple[Scanner, Mapping[PodId, _Side], Mapping[PodId, str]]]:
    """Git, these pods as they stand, and why some could not be looked at; good inside the `with` only."""
    with _seen(ws) as (scanner, seen):
        yield scanner, *_sides(ws, scanner, seen, snapshot, pods)


def _moment(pod: Pod) -> str:
    """Something that differs when a run began or ended in the pod."""
    return f"{pod.run.name} {pod.run.state} {pod.live}" if pod.run else ""


@contextlib.contextmanager
def _seen(ws: Workspace) -> Iterator[tuple[Scanner, _Seen]]:
    """Git, and what it said before; kept for the next time where the disk lets us."""
    with contextlib.ExitStack() as stack:
        folder = ws.layout.cache / "radar"
        if folder.is_symlink():
            raise BadFile(folder, "is a symbolic link", hint="Remove it.")
        try:
            scanner = Scanner(ws.git, ws.layout.git_dir, folder)
        except OSError:  # a disk that is full or read-only
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lmawep-radar-")))
            scanner = Scanner(ws.git, ws.layout.git_dir, folder)
        seen = _load(folder / "seen.json")
        yield scanner, seen
        if seen.fresh:
            _bound(folder, seen)
            _save(folder / "seen.json", seen)


def _load(path: Path) -> _Seen:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError, BadFile):
        stored = json.loads(read_regular(path, _MAX_BYTES))
        tips, changed, merged, paths = (dict(stored[name].items()) for name in ("tips", "changed", "merged", "paths"))
        return _Seen(tips, changed, merged, paths)
    return _Seen()


def _save(path: Path, seen: _Seen) -> None:
    merged = dict(list(seen.merged.items())[-_MAX_MERGES:])
    tips, changed = seen.tips, seen.changed
    if seen.whole:
        tips = {key: sha for key, sha in tips.items() if key in seen.used}
        changed = {key: paths for key, paths in changed.items() if key in seen.used}
    with contextlib.suppress(LmawepError, OSError):
        data = {"tips": tips, "changed": changed, "merged": merged, "paths": seen.paths}
        write_text(path, json.dumps(data), durable=False)


def _bound(folder: Path, seen: _Seen) -> None:
    """Empties the folder of throw-away objects when it has grown large."""
    objects = folder / "objects"
    with contextlib.suppress(OSError):
        if sum(len(os.listdir(sub)) for sub in objects.iterdir() if sub.is_dir()) > _MAX_OBJECTS:
            trash = folder / f"trash-{time.time_ns()}"
            objects.rename(trash)
            seen.forget_tips()
        for old in folder.glob("trash-*"):
            shutil.rmtree(old, ignore_errors=True)


def _sides(
    ws: Workspace, scanner: Scanner, seen: _Seen, snapshot: Snapshot, pods: list[Pod]
) -> tuple[dict[PodId, _Side], dict[PodId, str]]:
    """All pods at once; those that cannot be looked at, with the reason."""
    check_git_config(ws.layout, ws.git)
    name = snapshot.state.main
    main = main_commit(ws, name) or must_have(ws.git, branch_ref(name))
    sides: dict[PodId, _Side] = {}
    skipped: dict[PodId, str] = {}

    def look(pod: Pod) -> _Side | str:
        try:
            return _side(ws, scanner, seen, pod, main)
        except LmawepError as error:
            return str(error)
        except OSError as error:
            return f"{error.filename or pod.record.path}: {error.strerror}."

    if not pods:
        return sides, skipped
    from concurrent.futures import ThreadPoolExecutor  # late: every run imports this module, and few ask it

    with ThreadPoolExecutor(min(_THREADS, len(pods)), thread_name_prefix="radar") as pool:
        for pod, found in zip(pods, pool.map(look, pods), strict=True):
            if isinstance(found, str):
                skipped[pod.id] = found
                continue
            sides[pod.id] = found
            if found.note:
                skipped[pod.id] = found.note
    return sides, skipped


def _side(ws: Workspace, scanner: Scanner, seen: _Seen, pod: Pod, main: Sha) -> _Side:
    path = Path(pod.record.path)
    links = check_links(path, ws.layout.git_dir)
    if not links.ok:
        raise GitFailed(f"{links.why}.", "`lmawep doctor` says how to mend it.")
    look = scanner.look(path)
    note = ""
    if len(look.paths) > MAX_PATHS:
        note = f"{len(look.paths):,} uncommitted files: only its commits are compared."
        tip = look.head
    elif not look.paths:
        tip = look.head
    else:
        key = f"{pod.id} {look.head} {look.print}"
        cached = seen.tips.get(key)
        tip = Sha(cached) if cached else scanner.tip(path, look)
        try:
            ours, theirs = _changes(scanner, seen, main, tip)
        except GitFailed:
            if not cached:
                raise
            tip = scanner.tip(path, look)  # the throw-away objects were thrown away
        if look.settled:
            seen.fresh = seen.fresh or seen.tips.get(key) != tip
            seen.tips[key] = tip
            seen.used.add(key)
    ours, theirs = _changes(scanner, seen, main, tip)
    return _Side(tip, ours, theirs, main, note)


def _changes(scanner: Scanner, seen: _Seen, main: Sha, tip: Sha) -> tuple[Paths, Paths]:
    """What the pod changed since it left main, and what main changed since then."""
    found: list[dict[str, str]] = []
    for since, to in ((main, tip), (tip, main)):
        key = f"{since}...{to}"
        if key not in seen.changed:
            seen.changed[key] = scanner.changed(since, to)
            seen.fresh = True
        seen.used.add(key)
        found.append(seen.changed[key])
    return found[0], found[1]


def _clashes(
    scanner: Scanner, seen: _Seen, sides: Mapping[PodId, _Side], skipped: dict[PodId, str]
) -> tuple[Clash, ...]:
    with_main = [(pod, MAIN) for pod, side in sides.items() if may_clash(side.ours, side.theirs)]
    both = [(a, b) for a, b in combinations(sides, 2) if may_clash(sides[a].ours, sides[b].ours)]
    wanted = [(sides[a].main, sides[a].tip) for a, _ in with_main] + [(sides[a].tip, sides[b].tip) for a, b in both]
    known = _merge(scanner, seen, wanted)
    found: list[Clash] = []
    behind: dict[PodId, set[str]] = {}
    for (pod, _), pair in zip(with_main, wanted, strict=False):
        result = known[pair]
        if isinstance(result, str):
            skipped[pod] = result
        elif result.kind or result.files:
            behind[pod] = set(result.files)
            found.append(Clash(pod, MAIN, result.files, result.kind))
    for (a, b), pair in zip(both, wanted[len(with_main) :], strict=True):
        result = known[pair]
        if isinstance(result, str):
            skipped[b] = f"it does not merge with {a} at all: {result}"
            continue
        files = _their_own(result, sides[a], sides[b], behind.get(a, set()) | behind.get(b, set()))
        if files:
            found.append(Clash(a, b, files, result.kind))
    return tuple(found)


def _their_own(result: Predicted, a: _Side, b: _Side, with_main: set[str]) -> tuple[str, ...]:
    """The files in which the two clash by their own doing: where one has main's newer side it is told with main."""
    return tuple(path for path in result.files if (path in a.ours and path in b.ours) or path not in with_main)


def _merge(scanner: Scanner, seen: _Seen, wanted: list[tuple[Sha, Sha]]) -> dict[tuple[Sha, Sha], Predicted | str]:
    """The merges that were not tried before are tried, all in one go for each processor."""
    new = [pair for pair in dict.fromkeys(wanted) if f"{pair[0]} {pair[1]}" not in seen.merged]
    found: dict[tuple[Sha, Sha], Predicted | str] = {}
    if new:
        workers = max(1, min(os.cpu_count() or 1, len(new) // 8))
        parts = [new[n::workers] for n in range(workers)]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(workers, thread_name_prefix="radar") as pool:
            for part, results in zip(parts, pool.map(scanner.merge, parts), strict=True):
                for pair, result in zip(part, results, strict=True):
                    if isinstance(result, GitFailed):
                        found[pair] = str(result)
                    else:
                        seen.merged[f"{pair[0]} {pair[1]}"] = [list(result.files), result.kind]
        seen.fresh = True
    for pair in wanted:
        if pair not in found:
            files, kind = seen.merged[f"{pair[0]} {pair[1]}"]
            found[pair] = Predicted(tuple(files), kind)
    return found
