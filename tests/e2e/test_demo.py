"""The whole demo, end to end: real conductor, supervisors, agents, git; nobody at the keyboard.

Not quite as fast as possible: the pods that are to meet have to be opened before the first of them lands.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lmawep_tui.files import journal


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMAWEP_DEMO_PACE", "0.1")


@pytest.mark.usefixtures("fast")
def test_all_seven_land_everything_that_can_happen_happens_once_and_one_is_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    done = subprocess.run(
        [sys.executable, "-m", "lmawep_tui", "demo", "--headless", "--keep", str(folder)],
        capture_output=True,
        text=True,
        timeout=240,
    )
    text = done.stdout
    assert done.returncode == 0, text + done.stderr
    assert text.count("landed as") == 7
    assert "On the way: 1 crash, 1 question, 1 conflict, 1 red when combined, 1 escalation." in text
    assert "#107 undone as" in text and "lmawep postmortem says:" in text
    events = list(journal.read(folder / "lmawep-workspace/journal.jsonl"))
    assert sorted(e["ticket"] for e in events if e["event"] == "landed") == list(range(101, 108))
    git = ["git", "-C", str(folder)]
    assert subprocess.check_output([*git, "status", "--porcelain"]) == b""
    assert b"STAMPS_FOR_A_FREE_CUP = 10" in subprocess.check_output([*git, "show", "main:teahouse/stamps.py"])
    assert b"poster.py" not in subprocess.check_output([*git, "ls-tree", "-r", "--name-only", "main"])
    subprocess.run([sys.executable, "-m", "unittest", "discover", "-q"], cwd=folder, check=True, capture_output=True)
    _wait_until_nobody_works_in(folder)


def _wait_until_nobody_works_in(folder: Path) -> None:
    """What a run's end starts (settling) may take a moment; agents, tests and drivers must all be gone."""
    for _ in range(100):
        left = _working_in(folder)
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still at work: {left}")


def _working_in(folder: Path) -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in lines if str(folder) in line]
