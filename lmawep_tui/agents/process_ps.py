"""The same looks at processes where there is no /proc (macOS), through `ps`; times are by the second there."""

from __future__ import annotations

import os
import subprocess
import time

from lmawep_tui.agents.process import Seen

_FIELDS = "pid=,ppid=,state=,lstart=,comm="
_LSTART = "%a %b %d %H:%M:%S %Y"


def boot_id() -> str:
    """The session id of this boot as the kernel has it."""
    try:
        return _run(["sysctl", "-n", "kern.bootsessionuuid"]).strip()
    except OSError:
        return ""


def look(pid: int) -> Seen | None:
    """As process.look."""
    return next((seen for line in _ps("-o", _FIELDS, "-p", str(pid)) if (seen := parse(line))), None)


def everything() -> list[Seen]:
    """Every process there is."""
    return [seen for line in _ps("-axo", _FIELDS) if (seen := parse(line))]


def environments() -> list[tuple[int, str]]:
    """Pid and environment (after the command line) of the processes whose environment we may read."""
    found = []
    for line in _ps("-axEwwo", "pid=,command="):
        pid, _, text = line.strip().partition(" ")
        if pid.isdigit():
            found.append((int(pid), text))
    return found


def parse(line: str) -> Seen | None:
    """One line of `ps` in the fields above: `812 1 S Mon Jan  5 10:00:00 2026 /bin/sh`."""
    parts = line.split(None, 8)
    if len(parts) < 9:
        return None
    try:
        start = int(time.mktime(time.strptime(" ".join(parts[3:8]), _LSTART)))
        return Seen(int(parts[0]), start, int(parts[1]), parts[2][:1], parts[8].rpartition("/")[2])
    except ValueError:
        return None


def _ps(*args: str) -> list[str]:
    return _run(["ps", *args]).splitlines()


def _run(argv: list[str]) -> str:
    env = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(argv, capture_output=True, env=env, timeout=10, stdin=subprocess.DEVNULL, check=False)
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error
    if done.returncode not in (0, 1):  # 1: no such process
        raise OSError(done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")
