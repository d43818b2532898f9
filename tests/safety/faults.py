"""Kills the real command, or lets the system refuse, at a chosen point.

As a script: a server that forks one child for each line on its stdin, so that a hundred killed commands cost no hundred
interpreter starts. In the child every step that can change the disk is a point: opening for writing, write, fsync,
rename, unlink, mkdir, starting a program, and that program's end. At point N it is killed, or gets an error.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODES = ("kill", "once", "full")
"""SIGKILL; one ENOSPC; a disk that stays full from then on (removing still works)."""
_ALWAYS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate"}
_NO_SPACE_NEEDED = {"os.remove", "os.rmdir", "os.chmod", "subprocess.Popen", "done"}


def child(mode: str, at: int, count: str, argv: list[str]) -> None:
    import errno
    import signal

    import lmawep_tui.cli.main as cli

    points: list[str] = []
    quiet = False

    def point(name: str) -> None:
        nonlocal quiet
        if quiet:
            return
        points.append(name)
        here = len(points)
        if mode == "kill" and here == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if (mode == "once" and here == at) or (mode == "full" and 0 < at <= here and name not in _NO_SPACE_NEEDED):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, how, flags = args
            if str(path).startswith(("/dev/", "/proc/")):
                return
            if (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)) or (how and set(how) & set("wa+x")):
                point("open")
        elif event in _ALWAYS or event == "subprocess.Popen":
            point(event)

    def wrapped(module: Any, name: str, point_name: str, *, after: bool = False) -> None:
        real = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if not after:
                if name != "write" or args[0] > 2:
                    point(point_name)
                return real(*args, **kwargs)
            result = real(*args, **kwargs)
            point(point_name)
            return result

        setattr(module, name, call)

    wrapped(os, "write", "write")
    wrapped(os, "fsync", "fsync")
    wrapped(subprocess, "run", "done", after=True)
    sys.addaudithook(hook)
    try:
        cli.main(argv)
    finally:
        quiet = True
        Path(count).write_text(json.dumps(points))


def serve(out: Path) -> None:
    import lmawep_tui.engine.conductor
    import lmawep_tui.engine.doctor
    import lmawep_tui.files.ticket_file  # noqa: F401 (loaded once, before all children)

    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.chdir(order["cwd"])
                for name, fd in (("stdout", 1), ("stderr", 2)):
                    os.dup2(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), fd)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                child(order["mode"], order["at"], str(out / "count"), order["argv"])
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
            except BaseException:  # noqa: BLE001 (a traceback is just what the tests look for)
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


@dataclass(frozen=True)
class Ended:
    """How a command with a fault in it ended."""

    point: int
    name: str
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"point {self.point} ({self.name}), exit {self.code}: {self.err}"


class Faults:
    """Runs one command again and again on the same starting position, each time with a fault at another point."""

    def __init__(self, root: Path, *argv: str) -> None:
        self.root, self.argv = root, argv
        self.saved = root.with_name(f"{root.name}-saved")
        self.out = root.with_name(f"{root.name}-out")
        self.out.mkdir()
        shutil.rmtree(self.saved, ignore_errors=True)
        subprocess.run(["cp", "-a", str(root), str(self.saved)], check=True)
        self.server = subprocess.Popen(
            [sys.executable, "-P", __file__, str(self.out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self.points: list[str] = []

    def restore(self) -> None:
        from tests.repos import quiet

        quiet(self.root)
        shutil.rmtree(self.root)
        subprocess.run(["cp", "-a", str(self.saved), str(self.root)], check=True)

    def run(self, mode: str, at: int) -> Ended:
        """The command with a fault at one point; 0 is a run without any."""
        self.restore()
        order = {"mode": mode, "at": at, "cwd": str(self.root), "argv": list(self.argv)}
        assert self.server.stdin is not None and self.server.stdout is not None
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        code = int(self.server.stdout.readline())
        name = self.points[at - 1] if 0 < at <= len(self.points) else ""
        return Ended(at, name, code, (self.out / "stdout").read_text(), (self.out / "stderr").read_text())

    def whole(self) -> Ended:
        """The command without a fault; learns its points."""
        ended = self.run("kill", 0)
        self.points = json.loads((self.out / "count").read_text())
        return ended

    def each(self, mode: str, most: int) -> Iterator[Ended]:
        """The command with a fault at up to `most` points, evenly spread, the first and the last among them."""
        total = len(self.points)
        chosen = sorted({round(1 + i * (total - 1) / max(1, min(most, total) - 1)) for i in range(min(most, total))})
        for at in chosen:
            yield self.run(mode, at)

    def close(self) -> None:
        assert self.server.stdin is not None
        self.server.stdin.close()
        self.server.wait(10)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
