"""A project to test against: real git, real engine, agents that are small shell scripts."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lmawep_tui.engine import runs, tickets
from lmawep_tui.engine.init import init
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.ticket import Ticket

WHEN = "2026-01-15T10:30:00Z"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_AUTHOR_DATE": WHEN,
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_COMMITTER_DATE": WHEN,
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip
DONE = "STATUS: COMPLETE\\nPROGRESS: wrote it\\nBLOCKERS: none\\nNEXT: review\\n"
WORKS = f"""#!/bin/sh
cat > /dev/null
echo "work on $LMAWEP_TICKET"
echo "part $LMAWEP_TICKET" > "part-$LMAWEP_TICKET.txt"
git add -A . && git commit -qm "Part $LMAWEP_TICKET"
printf '{DONE}'
"""
ASKS = """#!/bin/sh
prompt=$(cat)
case "$prompt" in
*sha256*) echo x > x.txt; git add x.txt; git commit -qm X; printf 'STATUS: COMPLETE\\nPROGRESS: done\\n';;
*) printf 'STATUS: QUESTION\\nPROGRESS: none\\nQUESTION: Which hash?\\nBLOCKERS: Which hash?\\n';;
esac
"""
WAITS = """#!/bin/sh
cat > /dev/null
echo started
while [ ! -e "$LMAWEP_ROOT/go" ]; do sleep 0.05; done
"""


def until(true: Callable[[], Any], what: str = "it", timeout_s: float = 15.0) -> Any:
    """Wait for something that only looking can tell."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


class World:
    """A repository prepared for lmawep."""

    def __init__(self, folder: Path, *, name: str = "teahouse", tests: str = "true") -> None:
        self.root = folder / name
        self.root.mkdir(parents=True)
        self.agent_file = folder / "agent.sh"
        self.git("init", "-q", "-b", "main")
        (self.root / "tea.txt").write_text("green\n")
        self.git("add", ".")
        self.git("commit", "-qm", "Tea")
        self.ws: Workspace = init(self.root)
        self.config(tests=tests)
        self.agent(WORKS)

    def git(self, *args: str, cwd: Path | None = None) -> str:
        """Run git as a person would."""
        env = {**os.environ, **IDENTITY}
        done = subprocess.run(["git", *args], cwd=cwd or self.root, env=env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def config(self, *, tests: str = "true", more: str = "") -> None:
        """Write the settings: one agent, quick limits."""
        text = (f"main: main\nagent: sh\nagents:\n  sh: {{command: [{self.agent_file}], prompt: stdin}}\n"
                f"tests: {{command: '{tests}'}}\nlimits: {{kill_grace: 0.3s, free_disk: 1MB}}\n{more}")  # fmt: skip
        self.ws.layout.config.write_text(text)

    def agent(self, script: str) -> None:
        """Be the agent from now on."""
        self.agent_file.write_text(script)
        self.agent_file.chmod(self.agent_file.stat().st_mode | stat.S_IXUSR)

    def ticket(self, title: str, **fields: Any) -> Ticket:
        """Make a ticket."""
        return tickets.create(self.ws, title, **fields)

    def spawn(self, ticket: Ticket) -> PodRecord:
        """Make a pod."""
        from lmawep_tui.engine.spawn import spawn

        return spawn(self.ws, ticket.id)

    def work(self, pod: PodId) -> None:
        """Let the agent work in a pod to its end."""
        from lmawep_tui.engine.settle import settle

        runs.wait(self.ws, runs.start(self.ws, pod), 20)
        settle(self.ws, pod)

    def release(self) -> None:
        """Let agents that wait (`WAITS`) end."""
        (self.root / "go").touch()

    def close(self) -> None:
        """End every run."""
        self.release()
        for pod in self.ws.snapshot().pods.values():
            if pod.live:
                try:
                    runs.stop(self.ws, pod.id, "the test is over")
                except LmawepError:
                    continue
