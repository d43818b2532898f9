"""`lmawep agents parse`: what a saved log came to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.agents.recordings import recording
from tests.repos import PYTHON, Project

ONE_OF_EACH = (
    *("claude/happy", "qwen/happy", "codex/rate-limit-gives-up", "gemini/killed-sigterm", "opencode/happy"),
    *("opencode/permission-auto-rejected", "pi/rate-limit-gives-up", "pi-0.87/happy", "cline/max-tokens"),
    *("acp-qwen/cancel-during-tool", "acp-claude-agent-acp/restart-and-load", "codex-app-server/permission-declined"),
)
PROFILES = {
    "pi-0.87": "pi",
    "acp-claude-agent-acp": "acp-claude",
    "codex-app-server": "codex-app-server",
}


def saved(project: Project, id_: str) -> str:
    path = project.root.parent / "output.log"
    path.write_bytes(recording(id_).data)
    return str(path)


def test_what_it_came_to(project: Project) -> None:
    for id_ in ONE_OF_EACH:
        label = {key: value for key, value in recording(id_).expected.items() if key != "committed"}
        cli = id_.partition("/")[0]
        said = ["--exit", str(label["exit"])] if label["exit"] is not None else []
        said += ["--stopped-by", label["stopped_by"]] if label["stopped_by"] else []
        done = project.lmawep("agents", "parse", PROFILES.get(cli, cli), saved(project, id_), *said, "--json")
        assert done.json == label, id_


def test_events_one_a_line_and_nothing_that_steers_a_terminal(project: Project) -> None:
    log = saved(project, "pi/hostile-text")
    out = project.lmawep("agents", "parse", "pi-events", log, "--events", "--json").out
    events = [json.loads(line) for line in out.splitlines()]
    assert {"started", "text", "tool_started", "tool_ended", "used", "ended"} == {event["event"] for event in events}
    assert out.isascii()
    assert "\x1b" not in out
    assert any("\x1b" in event.get("text", "") for event in events), "as it was, only escaped"
    readable = project.lmawep("agents", "parse", "pi-events", log, "--events").out
    assert "\x1b" not in readable
    assert "ended        completed" in readable


def test_a_summary_for_people(project: Project) -> None:
    log = saved(project, "opencode/permission-auto-rejected")
    out = project.lmawep("agents", "parse", "opencode", log, "--exit", "0").out.splitlines()
    assert out[0] == "failed, exit 0"
    assert "tools    1, failed 1, refused 1" in out
    assert "error    stopped after a rejected permission" in out


def test_from_stdin_and_without_a_project(tmp_path: Path) -> None:
    data = recording("cline/happy").data
    env = {**os.environ, "HOME": str(tmp_path)}
    argv = [PYTHON, "-P", "-m", "lmawep_tui", "agents", "parse", "cline", "-", "--json"]
    done = subprocess.run(argv, input=data, capture_output=True, cwd=tmp_path, env=env, check=True)
    assert json.loads(done.stdout)["outcome"] == "completed"


def test_the_persons_own_profile_and_the_exit_of_plain_text(project: Project) -> None:
    project.config(agents={"mine": {"command": ["sh", "-c", "true"]}})
    log = project.root.parent / "output.log"
    log.write_text("hello\nSTATUS: DONE\nPROGRESS: all\n")

    def outcome(*said: str) -> object:
        return project.lmawep("agents", "parse", "mine", str(log), *said, "--json").json["outcome"]

    assert [outcome("--exit", "0"), outcome("--exit", "3"), outcome("--exit", "-9"), outcome()] == [
        *("completed", "failed", "lost", "lost"),
    ]
    assert outcome("--exit", "0", "--stopped-by", "you") == "interrupted"


def test_sentences(project: Project, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "There is no file nowhere.log." in project.refuses("agents", "parse", "pi", "nowhere.log")
    assert "is a folder" in project.refuses("agents", "parse", "pi", str(tmp_path))
    assert "is no regular file" in project.refuses("agents", "parse", "pi", str(tmp_path / "pipe"))
    assert "no agent profile 'pj'" in project.refuses("agents", "parse", "pj", "x")
    project.refuses("agents", "parse", "pi", status=2)
    project.refuses("agents", "parse", "pi", "x", "--exit", "often", status=2)
    project.refuses("agents", "prase", status=2)


def test_the_list_is_as_it_was(project: Project) -> None:
    names = [agent["name"] for agent in project.lmawep("agents", "--json").json["agents"]]
    assert {"claude", "opencode", "pi"} <= set(names)
    assert project.lmawep("agents").out.startswith("agent")
