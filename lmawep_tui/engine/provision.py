"""What a new worktree needs beside its commit: its ticket, ignored files such as `.env`, and the setup command."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.read import read_text
from lmawep_tui.model.command import words_of
from lmawep_tui.model.errors import BadFile, LmawepError, Refused, UsageError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import PodRecord, Setup
from lmawep_tui.model.run import Role
from lmawep_tui.vcs.repo import add_excludes


def copy_ticket(ws: Workspace, ticket: TicketId, worktree: Path) -> None:
    """Puts the ticket where the agent looks for it, out of git's sight.

    In a repository that tracks its tickets the file that git has there stands; only one that is not committed yet is
    copied, and hidden by an ignore file that hides itself too.
    """
    source = ws.layout.ticket(ticket)
    folder = worktree / ".lmawep" / "tickets"
    for part in (worktree / ".lmawep", folder):
        if part.is_symlink():
            raise BadFile(part, "is a symbolic link", hint="Remove it, then run again.")
    make_folder(folder, 0o755)
    if ws.config.tickets.tracked and not _hidden(folder, source.name):
        return
    write_text(folder / source.name, read_text(source), mode=0o644, durable=False)


def _hidden(folder: Path, name: str) -> bool:
    """Whether the pod's folder of tickets is ours to put a file into that git does not see."""
    ignore, wanted = folder / ".gitignore", f"# made by lmawep, for this pod only\n/.gitignore\n/{name}\n"
    if ignore.exists() or ignore.is_symlink():
        try:
            return read_text(ignore) == wanted
        except (BadFile, OSError):
            return False
    if (folder / name).exists() or (folder / name).is_symlink():
        return False  # git's own, or the agent's
    write_text(ignore, wanted, mode=0o644, durable=False)
    return True


def provide_files(ws: Workspace, worktree: Path) -> None:
    """Copies and links the ignored files named by `worktree.copy` and `worktree.link`; tracked ones are git's."""
    config = ws.config.worktree
    for source in _ignored(ws, config.copy):
        target = worktree / source
        if not target.exists() and not target.is_symlink():
            make_folder(target.parent, 0o755)
            _copy(ws.layout.root / source, target)
    links = _ignored(ws, config.link)
    # `node_modules/` in a .gitignore means folders only: the link itself has to be excluded by name.
    add_excludes(ws.layout.exclude, tuple(f"/{path}" for path in links))
    for source in links:
        target = worktree / source
        if not target.exists() and not target.is_symlink():
            make_folder(target.parent, 0o755)
            target.symlink_to(ws.layout.root / source)


def _ignored(ws: Workspace, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Paths that match and that git ignores, relative to the root; never our own folders, never through links."""
    found: dict[str, None] = {}
    for pattern in patterns:
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            raise UsageError(f"The pattern {pattern!r} in `worktree` leaves the project.", "Use paths inside it.")
        for path in sorted(ws.layout.root.glob(pattern)):
            relative = path.relative_to(ws.layout.root).as_posix()
            inside = path.resolve().is_relative_to(ws.layout.root.resolve())
            if inside and relative.split("/")[0] not in (".git", ".lmawep", "lmawep-workspace"):
                found[relative] = None
    if not found:
        return ()
    names = "\0".join(found).encode("utf-8", "surrogateescape")
    listed = ws.git("check-ignore", "-z", "--stdin", stdin=names, ok=(0, 1)).fields
    return tuple(listed)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _setup_command(ws: Workspace) -> tuple[str, ...]:
    try:
        return words_of(ws.config.worktree.setup or "")
    except ValueError as error:
        raise Refused(f"The setup command {error}.", "Mend `worktree: {setup: …}` in .lmawep/config.yaml.") from error


def run_setup(ws: Workspace, record: PodRecord) -> PodRecord:
    """Runs the setup command in the pod as a run of its own: logged, timed, its failure kept for the screen."""
    import time

    from lmawep_tui.engine.runs import run_command

    began = time.monotonic()
    try:
        argv = _setup_command(ws)
        require_accepted(ws.layout, ws.git, "setup command", argv)
        run = run_command(ws, record.id, Role.SETUP, argv, timeout_s=ws.config.worktree.setup_timeout)
        ok, summary = run.exit_status == 0, run.reason
    except LmawepError as error:
        ok, summary = False, str(error)
    setup = Setup(ok=ok, seconds=round(time.monotonic() - began, 1), summary="" if ok else summary)
    with ws.change("setup") as change:
        record = change.put_pod(replace(change.pod(record.id), setup=setup))
        change.note("setup", pod=record.id, ok=ok, seconds=setup.seconds, why=setup.summary)
        change.save()
    return record
