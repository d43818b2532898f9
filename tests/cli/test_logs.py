"""`logs` of a run whose output is records: the conversation, the bytes, the events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.recordings import files
from tests.repos import Project

FORMATS = {"claude": "claude-stream", "gemini": "gemini-stream", "opencode": "opencode-parts"}


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield


def replayed(project: Project, tmp_path: Path, recording: str) -> bytes:
    """Runs an agent that prints what a real one did; returns that."""
    data = files()[f"{recording}.jsonl"]
    saved, script = tmp_path / "saved.jsonl", tmp_path / "replay.sh"
    saved.write_bytes(data)
    script.write_text(f"#!/bin/sh\ncat >/dev/null\ncat {saved}\n")
    script.chmod(0o755)
    agent = {"command": [str(script)], "prompt": "stdin", "format": FORMATS[recording.partition("/")[0]]}
    project.config(agent="replay", agents={"replay": agent})
    pod = project.spawn()
    ran = project.lmawep("run", pod.id).out
    assert '{"type"' not in ran and ran.splitlines()[-1].startswith(f"{pod.id} 0001-task: "), "a conversation here too"
    return data


def test_the_conversation_is_what_logs_shows(project: Project, tmp_path: Path) -> None:
    data = replayed(project, tmp_path, "claude/happy")
    seen = project.lmawep("logs", "pod-1").out.splitlines()
    assert "03:25:17 ∴ I should look at the file before changing it." in seen
    assert "         ▸ edit /repo/hello.py  +1 −1" in seen or "         ▸ edit hello.py  +1 −1" in seen
    at = seen.index("         $ python3 hello.py")
    assert seen[at + 1] == "           Hi world"
    assert seen[-1].endswith("✓ completed · 10.5k in · 4k cached · 212 out · $0.05")
    assert project.lmawep("logs", "pod-1", "-n", "2").out.splitlines() == ["", seen[-1]]
    assert project.lmawep("logs", "pod-1", "--raw").raw == data


def test_pieces_of_words_come_as_paragraphs(project: Project, tmp_path: Path) -> None:
    replayed(project, tmp_path, "gemini/happy")
    assert "         The greeting is changed and committed." in project.lmawep("logs", "pod-1").out.splitlines()
    followed = project.lmawep("logs", "pod-1", "--follow").out
    assert followed == project.lmawep("logs", "pod-1").out


def test_the_events_as_json_at_once_and_as_a_stream(project: Project, tmp_path: Path) -> None:
    replayed(project, tmp_path, "opencode/happy")
    whole = project.lmawep("logs", "pod-1", "--json").json
    kinds = [event["event"] for event in whole["events"]]
    assert kinds[0] == "started" and kinds.count("tool_started") == 4 and kinds[-1] == "ended"
    assert not whole["cut"] and whole["lines"]
    stream = [json.loads(line) for line in project.lmawep("logs", "pod-1", "--json", "--follow").out.splitlines()]
    assert [event["event"] for event in stream] == kinds
    assert "--json does not go with --raw" in project.lmawep("logs", "pod-1", "--json", "--raw", ok=False).err


def test_a_live_run_is_followed_to_its_end(project: Project, tmp_path: Path) -> None:
    lines = files()["claude/happy.jsonl"].splitlines(keepends=True)
    parts = [tmp_path / "first", tmp_path / "second"]
    parts[0].write_bytes(b"".join(lines[:9]))
    parts[1].write_bytes(b"".join(lines[9:]))
    script = tmp_path / "slow.sh"
    script.write_text(f"#!/bin/sh\ncat >/dev/null\ncat {parts[0]}\nsleep 1\ncat {parts[1]}\n")
    script.chmod(0o755)
    agent = {"command": [str(script)], "prompt": "stdin", "format": "claude-stream"}
    project.config(agent="replay", agents={"replay": agent})
    pod = project.spawn()
    project.lmawep("run", pod.id, "--detach")
    followed = [line.strip() for line in project.lmawep("logs", "pod-1", "--follow").out.splitlines()]
    assert followed.count("$ python3 hello.py") + followed.count("03:25:17 $ python3 hello.py") <= 1
    assert "Hi world" in followed and any("✓ completed" in line for line in followed)


def test_hostile_records_are_text_and_raw_is_raw(project: Project, tmp_path: Path) -> None:
    data = replayed(project, tmp_path, "claude/hostile-text")
    seen = project.lmawep("logs", "pod-1").raw
    assert b"\x1b" not in seen and b"[bold]" in seen
    assert project.lmawep("logs", "pod-1", "--raw").raw == data
