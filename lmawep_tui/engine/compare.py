"""How each pod differs from main, asked of git once for each pair of commits."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_regular
from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, Sha, TicketId, pod_id, pod_number
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.vcs import diff
from lmawep_tui.vcs.repo import branch_ref

_MAX_BYTES = 64 * 1024 * 1024


class Inspector:
    """Keeps what it has seen; two commits never differ otherwise tomorrow."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._path = ws.layout.cache / "changes.json"
        self._seen: dict[str, Changes] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError, BadFile):
            stored = json.loads(read_regular(self._path, _MAX_BYTES))
            self._seen = {key: from_plain(Changes, value) for key, value in stored.items()}

    def tips(self) -> dict[str, Sha]:
        """All branches and their commits, in one git command."""
        lines = self._ws.git("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/").text
        return {name: Sha(sha) for sha, _, name in (line.partition(" ") for line in lines.splitlines())}

    def changes(self, main: str, pods: Iterable[Pod], tips: dict[str, Sha] | None = None) -> dict[PodId, Changes]:
        """Ahead, behind and size of each pod's committed work; nothing for a pod whose branch is gone."""
        tips = tips if tips is not None else self.tips()
        base = tips.get(main)
        found: dict[PodId, Changes] = {}
        fresh = False
        for pod in pods:
            tip = tips.get(pod.record.branch)
            if base is None or tip is None:
                found[pod.id] = Changes()
                continue
            key = f"{base}..{tip}"
            if key not in self._seen:
                self._seen[key] = diff.changes(self._ws.git, base, tip)
                fresh = True
            found[pod.id] = self._seen[key]
        if fresh:
            self._save({f"{base}..{tips[p.record.branch]}" for p in pods if p.record.branch in tips})
        return found

    def _save(self, keep: set[str]) -> None:
        """Keeps only what the pods of today need; a disk that refuses is no error."""
        with contextlib.suppress(LmawepError, OSError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            data = {key: to_plain(value) for key, value in self._seen.items() if key in keep}
            write_text(self._path, json.dumps(data), durable=False)


def pod_changes(ws: Workspace, snapshot: Snapshot) -> dict[PodId, Changes]:
    """The changes of all pods of a snapshot."""
    if not snapshot.pods:
        return {}
    return Inspector(ws).changes(snapshot.state.main, snapshot.pods.values())


def pod_diff(ws: Workspace, pod: PodId, options: DiffOptions = AS_USUAL) -> str:
    """What a pod would bring to main, and below it what is not committed there."""
    record = ws.snapshot().pods[pod].record
    main = branch_ref(ws.snapshot().state.main)
    committed = diff.patch(ws.git, main, branch_ref(record.branch), options)
    if not Path(record.path).is_dir():
        return committed
    open_ = diff.uncommitted_patch(ws.pod_git(record.path), options)
    return committed + (f"\nNot committed:\n\n{open_}" if open_ else "")


def main_commit(ws: Workspace, branch: str) -> Sha | None:
    """The commit of main, read from the ref file where it lies: no process for a status line."""
    loose = ws.layout.git_dir / "refs" / "heads" / branch
    with contextlib.suppress(OSError):
        text = loose.read_text("ascii").strip()
        if len(text) >= 40:
            return Sha(text)
    with contextlib.suppress(OSError):
        for line in (ws.layout.git_dir / "packed-refs").read_text("utf-8", "replace").splitlines():
            sha, _, name = line.partition(" ")
            if name == branch_ref(branch):
                return Sha(sha)
    return None


def pod_commits(ws: Workspace, branch: str) -> list[str]:
    """Subjects of a pod's own commits, newest first; nothing when its branch is gone."""
    with contextlib.suppress(LmawepError):
        return diff.subjects(ws.git, branch_ref(ws.snapshot().state.main), branch_ref(branch))
    return []


def landed_diff(ws: Workspace, commit: Sha, options: DiffOptions = AS_USUAL) -> str:
    """What a landing brought to main: the difference to the commit that main was at before."""
    return diff.patch(ws.git, f"{commit}^1", commit, options)


def last_pod(ws: Workspace, ticket: TicketId) -> PodId | None:
    """The pod that worked on a ticket last, from the journal, for when that pod is gone."""
    found = None
    for entry in journal.read(ws.layout.journal):
        if entry.get("ticket") == ticket and entry["event"] in ("spawned", "landed"):
            number = pod_number(str(entry.get("pod")))
            found = pod_id(number) if number else found
    return found
