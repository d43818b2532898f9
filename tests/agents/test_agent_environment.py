"""What an agent sees of the person's environment."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from lmawep_tui.agents import control
from lmawep_tui.agents.environment import agent_environment
from lmawep_tui.agents.launch import launch
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Role, Run
from tests.agents.runs import Project

RUN = Run(pod=PodId("pod-3"), ticket=TicketId(101), number=2, role=Role.TASK, argv=("x",), cwd="/", mark="m" * 24)
SCRIPTS = str(Path(sys.executable).parent)


def _see(base: dict[str, str], *env_pass: str, env: dict[str, str] | None = None) -> dict[str, str]:
    return agent_environment(base, dataclasses.replace(RUN, env=env or {}), root=Path("/p"), env_pass=env_pass)


def test_all_of_it() -> None:
    base = {
        **{"PATH": "/bin:.:bin::/usr/bin", "HOME": "/h", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "TERM": "xterm"},
        **{"GIT_DIR": "/d", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_DATE": "1", "GIT_CONFIG_COUNT": "1"},
        **{"AWS_SECRET_ACCESS_KEY": "s", "ANTHROPIC_API_KEY": "k", "PYTHONPATH": "/x", "LD_PRELOAD": "/l.so"},
        **{"LMAWEP_RUN_MARK": "of another run", "LMAWEP_POD": "pod-9", "https_proxy": "http://p"},
    }
    assert _see(base, "ANTHROPIC_*") == {
        **{"PATH": f"/bin:/usr/bin:{SCRIPTS}", "HOME": "/h", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "TERM": "xterm"},
        **{"GIT_AUTHOR_NAME": "A", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"},
        **{"ANTHROPIC_API_KEY": "k", "https_proxy": "http://p"},
        **{"LMAWEP_ROOT": "/p", "LMAWEP_POD": "pod-3", "LMAWEP_TICKET": "101", "LMAWEP_RUN": "0002-task"},
        **{"LMAWEP_ROLE": "task", "LMAWEP_RUN_MARK": "m" * 24},
    }


def test_a_pattern_for_everything_still_keeps_git_and_marks_out() -> None:
    seen = _see({"GIT_DIR": "/d", "OTHER": "1", "LMAWEP_POD": "pod-9"}, "*", "GIT_*", "GIT_DIR")
    assert "GIT_DIR" not in seen and seen["OTHER"] == "1" and seen["LMAWEP_POD"] == "pod-3"


def test_the_profile_adds_but_cannot_pose_as_another_run() -> None:
    seen = _see({"TERM": "xterm"}, env={"TERM": "dumb", "A": "1", "LMAWEP_POD": "pod-9", "PATH": "/opt/x"})
    assert (seen["TERM"], seen["A"], seen["LMAWEP_POD"]) == ("dumb", "1", "pod-3")
    assert seen["PATH"] == f"/opt/x:{SCRIPTS}"


def test_an_agent_finds_lmawep(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("SECRET_TOKEN", "s")
    monkeypatch.setenv("MY_TOKEN", "m")
    run_dir, run = project.make(["sh", "-c", "command -v lmawep; echo $SECRET_TOKEN-$MY_TOKEN-$LMAWEP_ROOT"])
    launch(run_dir, run, journal=project.journal, env_pass=("MY_*",))
    control.wait(run_dir, 10)
    assert (run_dir / "output.log").read_text() == f"{SCRIPTS}/lmawep\n-m-{project.root}\n"


def test_no_value_of_a_secret_is_written_down(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "s3cret-value")
    run_dir, run = project.make(["true"])
    launch(run_dir, run, journal=project.journal, env_pass=("MY_*",))
    control.wait(run_dir, 10)
    files = [*run_dir.iterdir(), project.journal]
    assert len(files) >= 6 and not any(b"s3cret-value" in file.read_bytes() for file in files)


def test_a_supervisor_is_cheap_to_start() -> None:
    code = "import sys, lmawep_tui.agents.supervise; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    dear = {"pydantic", "yaml", "ruamel.yaml", "asyncio", "click", "filelock", "subprocess", "textual", "git", "shutil"}
    assert not dear & set(loaded)
