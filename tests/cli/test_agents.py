"""`lmawep agents`, and the agent that `init` settles on."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lmawep_tui.engine.agent_list import version_in
from lmawep_tui.model.errors import LmawepError
from tests.repos import Project, repository, run, until

HERE = [sys.executable, "-P", "-m", "lmawep_tui"]
BASE = "/usr/bin:/bin"


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, and nothing else but the system's on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{BASE}")
    return folder


def agents(project: Project) -> dict[str, dict[str, object]]:
    listed = project.lmawep("agents", "--json", env=dict(os.environ)).json["agents"]
    return {item["name"]: item for item in listed}


def test_versions_are_asked_once_for_each_program(project: Project, bin_: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    program(bin_, "claude", f"echo x >> {asked}; echo '2.1.3 (Claude \x1b]0;Code\x07)'")
    codex = program(bin_, "codex", f"echo x >> {asked}; echo 'codex-cli 0.9'")
    first = agents(project)
    assert (first["claude"]["version"], first["codex"]["version"]) == ("2.1.3", "0.9")
    assert first["gemini"]["path"] is None and first["gemini"]["version"] is None
    assert first["claude"]["path"] == str(bin_ / "claude") and asked.read_text().count("x") == 2
    agents(project)
    assert asked.read_text().count("x") == 2, "remembered"
    codex.write_text(codex.read_text().replace("0.9", "0.10.0"))
    assert agents(project)["codex"]["version"] == "0.10.0" and asked.read_text().count("x") == 3


def test_what_a_program_does_instead_of_telling_its_version(project: Project, bin_: Path, tmp_path: Path) -> None:
    program(bin_, "claude", "sleep 3017 & yes 3.1.4 | head -c 60000000; sleep 3018")
    program(bin_, "codex", "exit 3")
    program(bin_, "pi", "printf '\\377\\376 not a number'")
    (project.ws.layout.cache).mkdir(exist_ok=True)
    (project.ws.layout.cache / "agent-versions.json").write_text("[broken")
    found = agents(project)
    assert [found[name]["version"] for name in ("claude", "codex", "pi")] == [None, None, None]
    until(lambda: "sleep 3017" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)


def test_a_broken_profile_hides_no_other(project: Project, bin_: Path) -> None:
    project.config(agents={"bad": {"command": ["x"], "resume": ["x"]}, "mine": {"command": ["/nowhere/at-all"]}})
    found = agents(project)
    assert "`agents.bad`: `resume` has no {session}" in str(found["bad"]["trouble"])
    assert found["claude"]["trouble"] is None and found["mine"]["path"] is None
    assert "`resume` has no {session}" in project.lmawep("agents", env=dict(os.environ)).out


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("cat; echo OK", None),
        ("echo 'API Error: 401 Invalid API key' >&2; exit 1", "is not logged in, or its key is refused: "),
        ("echo 'Error: 429 Too Many Requests'; exit 1", "has run into its quota or rate limit: "),
        ("echo 'out of cheese'; exit 7", "does not answer as it should: .*out of cheese"),
        ("sleep 3019 & exec sleep 3020", "does not answer: no answer within 1 s"),
    ],
)
def test_whether_it_answers(project: Project, tmp_path: Path, script: str, words: str | None) -> None:
    from lmawep_tui.engine.agent_check import check

    project.agent("mine", script)
    checked = check(project.ws, "mine", timeout_s=1.0 if "sleep" in script else 60.0)
    assert checked.answers == (words is None)
    if words is None:
        assert checked.words == "answers"
    else:
        import re

        assert re.match(words, checked.words), checked.words
    until(lambda: "sleep 3019" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)
    assert project.git("status", "--porcelain") == ""


def test_it_is_asked_in_a_place_where_it_can_do_no_harm(project: Project, tmp_path: Path) -> None:
    project.agent("mine", f"cat > {tmp_path}/said; pwd > {tmp_path}/where; touch made; echo OK")
    assert "answers" in project.lmawep("agents", "--check", "mine").out
    where = Path((tmp_path / "where").read_text().strip())
    assert not where.exists() and not where.is_relative_to(project.root)
    assert (tmp_path / "said").read_text().startswith("Answer with the one word OK")
    project.agent("mine", "exit 1")
    assert "1 of 1 did not answer: mine." in project.refuses("agents", "--check")
    assert "was not found" in project.refuses("agents", "--check", "gemini")
    assert "no agent profile 'nope'" in project.refuses("agents", "--check", "nope")


def test_versions() -> None:
    lines = {"2.1.3 (Claude Code)": "2.1.3", "codex-cli 0.169.0-alpha.1\n": "0.169.0-alpha.1", "v1.2": "1.2",
             "This is mini-swe-agent version 2.4.6.": "2.4.6", "none": "", "7": ""}  # fmt: skip
    assert {text: version_in(text) for text in lines} == lines


def settings(root: Path) -> dict[str, object]:
    loaded = yaml.safe_load((root / ".lmawep" / "config.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_init_takes_the_first_that_is_installed_and_says_so(bin_: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    assert "none that lmawep knows is installed" in run([*HERE, "init"], root, env=dict(os.environ)).out
    assert "agent" not in settings(root)
    for name in ("opencode", "codex", "mini"):
        program(bin_, name, "exit 0")
    again = run([*HERE, "init"], root, env=dict(os.environ))
    assert "Agent" not in again.out and "agent" not in settings(root), "what stands there is the person's"
    other = repository(tmp_path / "other")
    said = run([*HERE, "init"], other, env=dict(os.environ)).out
    assert "Agent: codex, the first that is installed. Also installed: opencode, mini;" in said
    assert settings(other)["agent"] == "codex"
    assert run([*HERE, "init", "--agent", "mini"], other, env=dict(os.environ)).code == 0
    assert settings(other)["agent"] == "mini"
    wrong = run([*HERE, "init", "--agent", "codx"], other, env=dict(os.environ))
    assert wrong.code == 1 and "There is no agent profile 'codx'." in wrong.err
    assert settings(other)["agent"] == "mini"


def test_init_asks_at_a_terminal(bin_: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    for name in ("opencode", "codex", "mini"):
        program(bin_, name, "exit 0")
    lead, follow = pty.openpty()
    asking = subprocess.Popen([*HERE, "init"], cwd=root, stdin=follow, stdout=follow, stderr=follow, env=os.environ)
    os.close(follow)
    os.write(lead, b"9\ncodx\n2\n")
    seen = b""
    with pytest.raises(OSError):  # what a terminal says at its end
        while True:
            seen += os.read(lead, 4096)
    assert asking.wait(30) == 0, seen
    text = seen.decode()
    assert "1  codex  (OpenAI Codex)" in text and "'9' is none of them" in text and "'codx' is none of them" in text
    assert settings(root)["agent"] == "opencode"
    os.close(lead)


def test_an_agent_of_a_tracked_config_is_not_started_before_it_is_accepted(project: Project, tmp_path: Path) -> None:
    from lmawep_tui.engine.agent_check import check
    from lmawep_tui.engine.agent_list import listed

    project.agent("mine", f"touch {tmp_path}/ran; echo 1.2.3")
    own = {**project.settings["agents"]["mine"], "version": [str(tmp_path / "mine.sh")]}
    project.config(agents={"mine": own}, tickets={"tracked": True})
    project.git("add", "--force", ".lmawep/config.yaml")
    with pytest.raises(LmawepError, match="comes from a file that git tracks"):
        check(project.ws, "mine")
    item = next(item for item in listed(project.ws) if item.name == "mine")
    assert "comes from a file that git tracks" in item.trouble and not item.version
    assert not (tmp_path / "ran").exists()
    project.lmawep("config", "--accept")
    assert next(item for item in listed(project.ws) if item.name == "mine").version == "1.2.3"
