"""`resolve`: a pod's conflict with main, decided by a person."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError, UsageError
from lmawep_tui.model.ids import PodId, parse_pod_id

_HELP = """Show where a pod conflicts with main, and resolve it: file by file, in an editor, or by an agent.

Without an option it only shows. FILE is as it is listed, a folder, or `.` for all.
"""


@click.command("resolve", help=_HELP)
@click.argument("pod")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--start", "step", flag_value="start", help="Merge main into the pod's worktree, and stop there.")
@click.option("--ours", "step", flag_value="ours", help="Take this pod's side of FILE….")
@click.option("--theirs", "step", flag_value="theirs", help="Take main's side of FILE….")
@click.option("--edit", "step", flag_value="edit", help="Open FILE…, or all with markers, in $VISUAL or $EDITOR.")
@click.option("--done", "step", flag_value="done", help="Commit the merge; the pod goes on.")
@click.option("--abort", "step", flag_value="abort", help="Undo the merge; the pod is as it was before.")
@click.option("--agent", "step", flag_value="agent", help="Let an agent of role resolve try, once more.")
@click.option("-m", "--message", default="", help="With --agent: a word to it.")
@as_json
def resolve_command(pod: str, files: tuple[str, ...], step: str | None, message: str, json_: bool) -> None:
    number = parse_pod_id(pod)
    if files and step not in ("ours", "theirs", "edit"):
        raise UsageError("FILE goes with --ours, --theirs or --edit.", "`lmawep resolve --help` shows how.")
    if message and step != "agent":
        raise UsageError("-m goes with --agent.")
    ws = workspace()
    if step is not None:
        refuse_agents("resolve a conflict by command")
        words = _take_step(ws, number, step, files, message)
        if not json_:
            write(words)
        if step in ("done", "abort", "agent") and not json_:
            return
    _show(ws, number, as_json_=json_, brief=step is not None)


def _take_step(ws: Workspace, pod: PodId, step: str, files: tuple[str, ...], message: str) -> str:
    from lmawep_tui.engine import conflict

    if step == "start":
        view = conflict.start_merge(ws, pod)
        return f"{view.main} ({view.main_commit[:7]}) is being merged in {view.path}. {pod} is paused."
    if step in ("ours", "theirs"):
        view = conflict.take(ws, pod, files, conflict.Side(step))
        taken = conflict.chosen_files(files, tuple(file.path for file in view.files), pod)
        whose = "this pod's" if step == "ours" else "main's"
        return f"Taken: {whose} side of {', '.join(taken)}."
    if step == "edit":
        paths = conflict.to_edit(ws, pod, files)
        before = _contents(paths)
        _edit(paths)
        return _edited_words(ws, pod, changed=_contents(paths) != before)
    if step == "done":
        conflict.finish(ws, pod)
        status = ws.snapshot().pods[pod].status
        return f"{pod} is merged with main and goes on: its ticket is {status}."
    if step == "abort":
        kept = conflict.abort(ws, pod)
        return f"{pod} is as it was before the merge." + (f" What was decided is kept in {kept}." if kept else "")
    run = conflict.by_agent(ws, pod, message=message)
    return f"{pod} {run.name} started ({run.agent}). `lmawep logs {pod} --follow` shows it."


def _contents(paths: tuple[Path, ...]) -> list[bytes]:
    """What stands in the files, so that an editor that was only closed again is told from one that wrote."""
    from hashlib import sha256

    return [sha256(path.read_bytes()).digest() if path.is_file() else b"" for path in paths]


def _edited_words(ws: Workspace, pod: PodId, *, changed: bool) -> str:
    from lmawep_tui.engine.conflict_view import FileState, describe

    view = describe(ws, pod)
    marked = sum(file.state is FileState.MARKERS for file in view.files)
    did = "Edited" if changed else "Nothing was changed"
    left = f"markers left in {marked} file{'s' if marked > 1 else ''}" if marked else "no markers left"
    more = "" if view.left else f" `lmawep resolve {pod} --done` commits the merge."
    return f"{did}: {left}.{more}"


def _edit(paths: tuple[Path, ...]) -> None:
    """Opens the files in the person's editor and waits for it. Absolute paths: no name can pass for an option."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    try:
        done = subprocess.run([*command, *map(str, paths)], check=False)
    except (OSError, IndexError) as error:
        raise LmawepError(f"The editor {' '.join(command)!r} cannot be started.", "Set $EDITOR.") from error
    if done.returncode != 0:
        raise LmawepError(f"The editor ended with status {done.returncode}.", "The files are as it left them.")


def _show(ws: Workspace, pod: PodId, *, as_json_: bool, brief: bool) -> None:
    from lmawep_tui.engine.conflict import describe

    view = describe(ws, pod)
    if as_json_:
        write_json(_shape(view))
        return
    write_styled((f"{view.headline}.", "warn" if view.files else ""))
    if view.tried:
        write(f"An agent of role resolve tried {view.tried} time{'s' if view.tried > 1 else ''} and could not.")
    for file in view.files:
        hunks = f"{file.hunks} hunk{'s' if file.hunks > 1 else ''}" if file.hunks else ""
        style = "ok" if file not in view.left else "warn"
        write_styled("  ", (f"{file.state:<15}", style), f"  {file.kind:<14} {hunks:<9} {file.path}")
    if not brief:
        for file in view.files:
            write_styled((f"\n{file.path}".lstrip("\n"), "strong"))
            for line in file.text.splitlines():
                style = "muted" if line[:7] in ("<<<<<<<", "=======", ">>>>>>>", "|||||||") else ""
                write_styled((f"  {line}", style))
    if view.choices:
        write(f"Next: lmawep resolve {pod} {' | '.join(view.choices)}")


def _shape(view: Any) -> dict[str, Any]:
    from lmawep_tui.files.plain import to_plain

    return {
        "pod": view.pod, "branch": view.branch, "path": view.path, "main": view.main, "main_commit": view.main_commit,
        "tip": view.tip, "state": str(view.state), "tried": view.tried, "choices": list(view.choices),
        "files": [to_plain(file) for file in view.files],
    }  # fmt: skip
