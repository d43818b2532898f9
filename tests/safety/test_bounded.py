"""C15: floods are bounded: a gigabyte of output costs little memory and a capped log, and the screen still answers."""

from __future__ import annotations

import sys
from pathlib import Path

from lmawep_tui.engine import runs, settle
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.run import Outcome
from tests.e2e.keyboard import Keyboard
from tests.repos import Project, until

_CAP = 20_000_000
_LIMIT_KB = 300_000
FLOOD = "cat > /dev/null; yes 'a line of an agent that does not know when to stop' | head -c 1000000000"


def _peak_kb(pid: int) -> int:
    """The most memory the process ever had, in kB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def test_a_gigabyte_of_output_ends_in_a_capped_log_and_a_reason(project: Project) -> None:
    project.config(limits={"free_disk": 0, "kill_grace": 0.5, "log_bytes": _CAP},
                   agents={"me": {"command": ["sh", "-c", FLOOD]}})  # fmt: skip
    pod = project.spawn()
    run = runs.start(project.ws, pod.id)
    run_dir = project.ws.run_dir(pod.id, run.name)
    supervisor = until(lambda: read_run(run_dir).supervisor, "the supervisor")
    peaks = [0]

    def ended() -> bool:
        peaks.append(_peak_kb(supervisor.pid))
        return read_run(run_dir).outcome is not None

    until(ended, "the end", 60.0)
    settle.settle(project.ws, pod.id)
    end = read_run(run_dir)
    assert (end.outcome, end.reason) == (Outcome.CRASHED, "its log passed 20 MB")
    assert (run_dir / "output.log").stat().st_size <= _CAP + 200
    assert 0 < max(peaks) < _LIMIT_KB
    assert len(end.last_words) <= 2000 and project.marked() == []


def test_the_screen_answers_a_key_while_an_agent_floods(project: Project) -> None:
    """No figure is asserted here but the promise: two seconds. `python -m tests.bench` has the figures."""
    flood = "yes 'another line of output that nobody will ever read' | head -c 2000000; sleep 0.05"
    script = f"cat > /dev/null; while :; do {flood}; done"
    project.config(
        limits={"free_disk": 0, "kill_grace": 0.5, "log_bytes": 3_000_000_000},
        agents={"me": {"command": ["sh", "-c", script]}},
    )
    pod = project.spawn()
    runs.start(project.ws, pod.id)
    try:
        with Keyboard([sys.executable, "-m", "lmawep_tui"], project.root) as person:
            person.until("pod-1", "another line of output")
            person.press("?")
            person.until("Everywhere", timeout_s=2.0)
            person.press("<esc>")
            person.until("pod-1", gone="Everywhere", timeout_s=2.0)
            pid = person.pid
            assert 0 < _peak_kb(pid) < _LIMIT_KB
    finally:
        runs.stop(project.ws, pod.id)
