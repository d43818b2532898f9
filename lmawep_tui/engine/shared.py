"""`.lmawep-shared/` in every pod: what stands on the coordination branch before a run, and back to it afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.bank_folder import not_kept, read_bank, write_bank
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.store.shared_views import shared_views
from lmawep_tui.vcs.coordination import FOLDER, load_shared, save_shared, shared_tip, writer_of
from lmawep_tui.vcs.repo import add_excludes, branch_ref

EXCLUDE = f"/{FOLDER}/"
_MAX_FILES = 60
"""On the branch; what a pod leaves beyond that stays in the pod, and the journal says so."""


def refresh(ws: Workspace, change: Change, record: PodRecord) -> PodRecord:
    """Brings a pod's shared folder to what stands on the branch; the caller saves the change.

    What an agent left there is taken in first. A branch that is not ours, or a folder that is not ours, is left alone;
    the run goes on without it.
    """
    try:
        if _tracked(ws, change):
            return record
        add_excludes(ws.layout.exclude, (EXCLUDE,))
        record = _collect(ws, change, record)
        tip = shared_tip(ws.git)
        files = load_shared(ws.git, tip)
        wanted = {**files, **shared_views(ws.snapshot())}
        if wanted != files:
            tip = save_shared(ws.git, tip, wanted, "lmawep: alerts, claims, assignments")
        _put(Path(record.path) / FOLDER, wanted, load_shared(ws.git, record.shared))
        return change.put_pod(replace(record, shared=tip))
    except (LmawepError, OSError) as error:
        change.note("shared files not refreshed", pod=record.id, why=str(error))
        return record


def collect(ws: Workspace, change: Change, record: PodRecord) -> PodRecord:
    """Commits what an agent left in its shared folder to the branch; the caller saves the change."""
    try:
        return _collect(ws, change, record)
    except (LmawepError, OSError) as error:
        change.note("shared files not kept", pod=record.id, why=str(error))
        return record


def not_shared(ws: Workspace, record: PodRecord) -> list[str]:
    """Files in the pod's shared folder that stand nowhere else, as paths in the pod."""
    folder = Path(record.path) / FOLDER
    if folder.is_symlink():
        return [FOLDER]
    with contextlib.suppress(LmawepError):
        kept = set(load_shared(ws.git, shared_tip(ws.git)).values()) | set(load_shared(ws.git, record.shared).values())
        loose = [name for name, data in read_bank(folder).items() if data not in kept]
        return [f"{FOLDER}/{name}" for name in dict.fromkeys((*loose, *not_kept(folder)))]
    return [f"{FOLDER}/{name}" for name in dict.fromkeys((*read_bank(folder), *not_kept(folder)))]


def _tracked(ws: Workspace, change: Change) -> bool:
    """A project that has such a folder of its own keeps it to itself."""
    return bool(ws.git("ls-tree", "--name-only", branch_ref(change.state.main), "--", FOLDER).text)


def _collect(ws: Workspace, change: Change, record: PodRecord) -> PodRecord:
    folder = Path(record.path) / FOLDER
    if record.shared is None or not folder.is_dir():
        return record
    whole = set(not_kept(folder))
    there = {name: data for name, data in read_bank(folder).items() if name not in whole}
    base = load_shared(ws.git, record.shared)
    mine = {name: data for name, data in there.items() if base.get(name) != data}
    if not mine:
        return record
    tip = shared_tip(ws.git)
    files = load_shared(ws.git, tip)
    wanted, refused = _together(ws, tip, base, files, mine, record)
    if refused:
        change.note("shared files not kept", pod=record.id, why=f"more than {_MAX_FILES} files", files=refused[:20])
    if wanted != files:
        tip = save_shared(ws.git, tip, wanted, f"{record.id}: {', '.join(sorted(mine))}"[:200])
        change.note("shared", pod=record.id, files=sorted(mine)[:20], commit=tip)
    return change.put_pod(replace(record, shared=tip))


def _together(
    ws: Workspace, tip: Sha | None, base: Mapping[str, bytes], files: Mapping[str, bytes], mine: Mapping[str, bytes],
    record: PodRecord,
) -> tuple[dict[str, bytes], list[str]]:  # fmt: skip
    """The branch's files with a pod's: the last writer's text stands, the other's is kept under the other's name."""
    generated = shared_views(ws.snapshot()).keys()
    wanted = dict(files)
    refused: list[str] = []
    for name, data in mine.items():
        now = files.get(name)
        if now == data:
            continue
        if name in generated:
            target, kept = _free(wanted, name, record.id, data), data
        elif now is not None and now != base.get(name) and tip is not None:
            wanted[name] = data
            target, kept = _free(wanted, name, writer_of(ws.git, tip, name), now), now
        else:
            target, kept = name, data
        if target not in wanted and len(wanted) >= _MAX_FILES:
            refused.append(name)
            wanted[name] = now if now is not None else wanted.get(name, b"")
            if now is None:
                wanted.pop(name)
            continue
        wanted[target] = kept
    return wanted, refused


def _free(files: Mapping[str, bytes], name: str, pod: str, data: bytes) -> str:
    """`notes.pod-3.md`, or with a number when that holds something else."""
    path = PurePosixPath(name)
    number = 1
    while True:
        tail = pod if number == 1 else f"{pod}-{number}"
        found = f"{path.stem[:150]}.{tail}{path.suffix[:20]}"
        if files.get(found, data) == data:
            return found
        number += 1


def _put(folder: Path, wanted: Mapping[str, bytes], base: Mapping[str, bytes]) -> None:
    """Writes what differs, and takes away what we put there and the branch has no more."""
    if folder.is_symlink():
        raise BadFile(folder, "is a symbolic link", hint="Remove it.")
    there = read_bank(folder)
    write_bank(folder, {name: data for name, data in wanted.items() if there.get(name) != data})
    for name, data in there.items():
        if name not in wanted and base.get(name) == data:
            (folder / name).unlink(missing_ok=True)
