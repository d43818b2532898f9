"""`logs`: what a run prints, now or as it comes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lmawep_tui.cli.output import write, write_json, write_json_line, write_raw
from lmawep_tui.cli.place import the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.files.clean import clean_output
from lmawep_tui.files.read import open_regular
from lmawep_tui.files.run_file import OUTPUT, read_run
from lmawep_tui.model.errors import NotFound, UsageError
from lmawep_tui.model.run import Run, RunState
from lmawep_tui.store.queries import must_have_pod
from lmawep_tui.store.store import run_names

_PLAIN = "text"
_CHUNK = 1 << 16
_STEP_S = 0.05
_MOST = 1 << 20
"""Bytes of output that go into one JSON document."""
_FACTS = ("pod", "ticket", "number", "role", "agent", "state", "outcome", "reason", "created", "started", "ended",
          "exit_status")  # fmt: skip


@click.command("logs")
@click.argument("pod")
@click.option("-f", "--follow", "follow_", is_flag=True, help="Go on until the run ends.")
@click.option("--raw", is_flag=True, help="The bytes as they are, control sequences and all.")
@click.option("--run", "number", type=int, help="Number of an earlier run.")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Only the last lines.")
@as_json
def logs_command(pod: str, follow_: bool, raw: bool, number: int | None, lines: int | None, json_: bool) -> None:
    ws = workspace()
    name = the_pod(ws, pod)
    names = run_names(ws.layout, name)
    if not names:
        must_have_pod(ws.snapshot(), name)
        raise NotFound(f"{name} has had no run yet.", f"`lmawep run {name}` starts one.")
    chosen = next((n for n in names if int(n[:4]) == number), None) if number else names[-1]
    if chosen is None:
        raise NotFound(f"{name} has no run {number}.", f"Its runs: {', '.join(names)}.")
    run_dir = ws.run_dir(name, chosen)
    if json_ and raw:
        raise UsageError("--json does not go with --raw.", "--json names the file that has the bytes.")
    run = read_run(run_dir)
    if not json_:
        show(run, run_dir, raw=raw, wait=follow_, last=lines)
        return
    start = _start_of_last(run_dir / OUTPUT, lines) if lines is not None else 0
    if follow_:
        _stream(run, run_dir, start)
    else:
        write_json(_shape(run, run_dir, start))


def show(run: Run, run_dir: Path, *, raw: bool = False, wait: bool = True, last: int | None = None) -> None:
    """Prints what a run prints, as a conversation where it is one; with `wait` until the run has ended."""
    if run.format != _PLAIN and not raw:
        from lmawep_tui.cli.conversation import print_conversation

        print_conversation(run, run_dir, _end_of(run_dir, wait=wait), last=last)
    else:
        start = _start_of_last(run_dir / OUTPUT, last) if last is not None else 0
        follow(run_dir, raw=raw, start=start, wait=wait)


def _end_of(run_dir: Path, *, wait: bool) -> Callable[[], bool]:
    """Tells whether nothing more is to be waited for."""
    from lmawep_tui.agents.liveness import is_live

    def is_over() -> bool:
        if not wait:
            return True
        run = read_run(run_dir)
        return run.state is RunState.ENDED or not is_live(run_dir, run)

    return is_over


def _stream(run: Run, run_dir: Path, start: int) -> None:
    """One event a line, until the run has ended."""
    from lmawep_tui.agents.streams.shape import shape
    from lmawep_tui.cli.conversation import EventTail

    tail, is_over = EventTail(run, run_dir, start), _end_of(run_dir, wait=True)
    over = False
    while not over:
        over = is_over()
        for events in (tail.more(), tail.close()) if over else (tail.more(),):
            for event, at in events:
                write_json_line(shape(event) | {"at": event.at or at or None})
        if not over:
            time.sleep(_STEP_S)


def _shape(run: Run, run_dir: Path, start: int) -> dict[str, Any]:
    """The run with what it printed, cleaned, at most the last megabyte of it; `path` has it all.

    `events` are those of the same bytes, beginning with the first whole line; `cut` says that there was more.
    """
    from lmawep_tui.agents.liveness import is_live
    from lmawep_tui.files.plain import to_plain

    path = run_dir / OUTPUT
    size = path.stat().st_size if path.exists() else 0
    first = max(start, size - _MOST)
    data, position = b"", first
    while len(data) < _MOST and (chunk := _read(path, position)):
        data += chunk
        position += len(chunk)
    lines = [clean_output(line.decode("utf-8", "replace")) for line in data.split(b"\n")]
    facts = {key: value for key, value in to_plain(run).items() if key in _FACTS}
    return {**facts, "name": run.name, "live": is_live(run_dir, run), "path": str(path), "size": size,
            "from": first, "cut": first > start, "lines": lines[:-1] if not lines[-1] else lines,
            "events": _events(run, data, cut=first > start)}  # fmt: skip


def _events(run: Run, data: bytes, *, cut: bool) -> list[dict[str, Any]]:
    from lmawep_tui.agents.streams import parser_for
    from lmawep_tui.agents.streams.reader import Reader
    from lmawep_tui.agents.streams.shape import shape

    reader = Reader(parser_for(run.format, run.cwd))
    events = reader.feed(data[data.find(b"\n") + 1 :] if cut else data)
    return [shape(event) for event in [*events, *reader.close()]]


def follow(run_dir: Path, *, raw: bool, start: int = 0, wait: bool = True) -> None:
    """Prints a run's output from byte `start`; with `wait`, goes on until the run has ended."""
    from lmawep_tui.agents.liveness import is_live

    position, rest = start, b""
    while True:
        run = read_run(run_dir)
        over = not wait or run.state is RunState.ENDED or not is_live(run_dir, run)
        data = _read(run_dir / OUTPUT, position)
        position += len(data)
        if raw:
            write_raw(data)
        else:
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                write(clean_output(line.decode("utf-8", "replace")))
        if not data:
            if over:
                break
            time.sleep(_STEP_S)
    if rest:
        write(clean_output(rest.decode("utf-8", "replace")))


def _read(path: Path, position: int) -> bytes:
    try:
        fd = open_regular(path)
    except FileNotFoundError:
        return b""
    try:
        return os.pread(fd, _CHUNK, position)
    finally:
        os.close(fd)


def _start_of_last(path: Path, lines: int) -> int:
    """Byte at which the last `lines` lines begin, found from the end."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            position, found = size, 0
            while position > 0:
                step = min(_CHUNK, position)
                position -= step
                file.seek(position)
                data = file.read(step)
                end = len(data) - 1 if position + step == size and data.endswith(b"\n") else len(data)
                while (end := data.rfind(b"\n", 0, end)) != -1:
                    found += 1
                    if found == lines:
                        return position + end + 1
    except FileNotFoundError:
        return 0
    return 0
