"""One file out of the vault, back into a pod: what stood there is kept first."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.inside import parts_of, read_inside, write_inside
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, NotFound, Refused
from lmawep_tui.model.ids import PodId
from lmawep_tui.vcs import vault
from lmawep_tui.vcs.vault_list import Kept
from lmawep_tui.vcs.worktree import check_links


@dataclass(frozen=True, slots=True)
class BackInPlace:
    """A file that was brought back."""

    pod: PodId
    path: str
    kept: str | None
    """The snapshot with what stood there before; None when nothing did, or the same."""


def restore_file(ws: Workspace, kept: Kept, path: str, pod: PodId) -> BackInPlace:
    """Writes a snapshot's file into a pod's worktree, uncommitted; the pod as it stood goes into the vault first.

    Raises NotFound when the snapshot has no such file, Refused while a run lives in the pod, for a link or submodule,
    and for a path that leads out of the worktree.
    """
    parts_of(path)
    mode = _mode(ws, kept, path)
    if mode not in ("100644", "100755"):
        raise Refused(f"{path} is a link or a submodule in {kept.short}.", "Bring the whole snapshot back instead.")
    data = ws.git("cat-file", "blob", f"{kept.commit}:{path}", timeout_s=60).stdout
    with ws.change(f"restore {path} into {pod}") as change:
        record = change.pod(pod)
        run = newest(ws, pod)
        if run is not None and is_live(ws.run_dir(pod, run.name), run):
            raise Refused(f"{pod} has a live run ({run.name}).", f"`lmawep stop {pod}` ends it.")
        root = Path(record.path)
        links = check_links(root, ws.layout.git_dir)
        if not links.ok:
            raise Refused(f"{pod} is not in order: {links.why}.", "`lmawep doctor` says how to mend it.")
        was = read_inside(root, path)
        ref = None
        if was is not None and was != data:
            ref = vault.snapshot(ws.pod_git(root), pod, f"before {path} came back from {kept.short}", record.branch)
        write_inside(root, path, data, executable=mode == "100755")
        change.note("file restored", pod=pod, ticket=record.ticket, file=path, vault=kept.ref, kept=ref)
        change.save()
    return BackInPlace(pod, path, ref)


def _mode(ws: Workspace, kept: Kept, path: str) -> str:
    """Git's mode of a file in a snapshot; raises NotFound."""
    hint = f"`lmawep vault show {kept.short}` lists them."
    try:
        found = ws.git("ls-tree", "-z", kept.tree, "--", f":(literal){path}").fields
    except GitFailed as error:
        raise NotFound(f"{kept.short} holds no file {path!r}.", hint) from error
    if len(found) != 1 or not found[0].endswith(f"\t{path}"):
        raise NotFound(f"{kept.short} holds no file {path!r}.", hint)
    return found[0].split(" ", 1)[0]
