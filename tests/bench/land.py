"""Landing a clean car on 5,000 files, against a plain `git merge` and the test command itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.commands import LMAWEP, run
from tests.bench.measure import Row, median, timed
from tests.repos import Project

_FILES = 5000
_ROUNDS = 5
_SCRIPT = "cat src/*/* | cksum; sleep 1"
_TEST = f"sh -c '{_SCRIPT}'"
"""Reads everything and takes a good second: tests that take longer hide more of what landing costs."""


def land() -> list[Row]:
    """The verb, the command, and the command with the removal of the pod that follows."""
    with tempfile.TemporaryDirectory() as temp:
        os.environ["XDG_STATE_HOME"] = str(Path(temp) / "state")
        for who in ("AUTHOR", "COMMITTER"):
            os.environ |= {f"GIT_{who}_NAME": "Bench", f"GIT_{who}_EMAIL": "bench@localhost"}
        folder = Path(temp) / "project"
        project = Project(folder)
        project.init({f"src/{n % 50:02d}/file{n}.txt": f"line {n}\n" * 20 for n in range(_FILES)})
        project.config(tests={"command": _TEST}, merge={"remove_pod": False})
        try:
            return _rows(project)
        finally:
            project.close()


def _rows(project: Project) -> list[Row]:
    from lmawep_tui.engine.train import merge_pod

    kinds: dict[str, Callable[[str], object]] = {
        "verb": lambda pod: merge_pod(project.ws, pod),  # type: ignore[arg-type]
        "command": lambda pod: run([*LMAWEP, "merge", pod], project.root),
        "removal": lambda pod: run([*LMAWEP, "merge", pod], project.root),
    }
    times: dict[str, list[float]] = {name: [] for name in (*kinds, "plain")}
    for number in range(_ROUNDS + 1):
        for name, work in kinds.items():
            project.config(merge={"remove_pod": name == "removal"})
            pod = project.queued(
                {f"src/{number:02d}/file{number}.txt": f"{name} {number}\n", f"{name}.txt": f"{number}\n"}
            )
            times[name].append(timed(lambda w=work, p=pod.id: w(p)))  # type: ignore[misc]
            if name != "removal":
                project.lmawep("remove", pod.id, "--force")
        branch = _by_hand(project, number)
        times["plain"].append(timed(lambda b=branch: _plain(project, b)))  # type: ignore[misc]
    mid = {name: median(values[1:]) for name, values in times.items()}  # the first one makes the train's worktree
    over = {name: f"{(mid[name] - mid['plain']) * 1000:+.0f} ms" for name in kinds}
    return [
        Row(f"land a car, {_FILES} files: the verb", mid["verb"], mid["plain"], "≤ 1.3×", over["verb"]),
        Row("… the command", mid["command"], mid["plain"], "≤ 1.3×", over["command"]),
        Row("… the command, pod removed after it", mid["removal"], mid["plain"], "≤ 1.3×", over["removal"]),
    ]


def _by_hand(project: Project, number: int) -> str:
    """A branch like a pod's, made without touching the checkout; not part of what is measured."""
    pod = project.queued({f"src/{number:02d}/file{number + 50}.txt": f"by hand {number}\n", "hand.txt": f"{number}\n"})
    project.lmawep("pause", pod.id)
    return pod.branch


def _plain(project: Project, branch: str) -> None:
    """What a careful person does: merge, run the tests."""
    run(["git", "merge", "-q", "--no-ff", "-m", "By hand", branch], project.root)
    run(["sh", "-c", _SCRIPT], project.root)
