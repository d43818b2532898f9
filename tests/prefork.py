"""`lmawep` in a process of its own that need not import everything anew: most of what a short command costs.

The server is a fresh interpreter that has imported the command's modules and has run nothing. Each command is a fork of
it, with the folder, the environment, the files and the exit status of a command started by hand.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.preloaded"])


def run_forked(args: Sequence[str], cwd: Path, env: Mapping[str, str], timeout_s: float) -> tuple[int, bytes, bytes]:
    """Runs `lmawep` with these arguments: its exit status, stdout and stderr; a command that hangs fails the test."""
    with TemporaryDirectory(prefix="lmawep-run-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _SERVER.Process(target=_command, args=(list(args), str(cwd), dict(env), str(out), str(err)))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise AssertionError(f"lmawep {' '.join(args)} hangs")
        with contextlib.closing(process):
            return process.exitcode or 0, out.read_bytes(), err.read_bytes()


def _command(args: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for number, (path, flags) in enumerate(
        [(os.devnull, os.O_RDONLY), *((p, os.O_WRONLY | os.O_CREAT) for p in (out, err))]
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = io.TextIOWrapper(io.FileIO(0), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), "utf-8")
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w")), "utf-8", write_through=True)
    from lmawep_tui.cli.main import main

    main(args)
