"""The real agent programs, pointed at a scripted model server on this machine: no network, no keys.

They are looked for on PATH and in the folders of `LMAWEP_TEST_CLIS` (as PATH is written); the server is the script that
`LMAWEP_TEST_FAKELLM` names. What is not there is skipped.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

KEY = "sk-local-test"
# Read now: no test sees variables of ours.
_FOLDERS = os.environ.get("LMAWEP_TEST_CLIS", "")
_SERVER = Path(os.environ.get("LMAWEP_TEST_FAKELLM") or "/nowhere")
HELLO = 'def greet(name):\n    return "Hello " + name\n'
_REPORT = "STATUS: COMPLETE\nPROGRESS: greet() says Hi now.\nBLOCKERS: None\nNEXT: None"
SCENARIOS = {
    "work": {
        "about": "Edits, commits, reports.",
        "steps": [
            {"say": "I read first.", "do": [{"act": "read", "path": "hello.py"}]},
            {"do": [{"act": "edit", "path": "hello.py", "old": '    return "Hello " + name',
                     "new": '    return "Hi " + name'}]},
            {"do": [{"act": "shell", "cmd": "git add hello.py", "why": "Stage"}]},
            {"do": [{"act": "shell", "cmd": "git commit -q -m 'Say Hi'", "why": "Commit"}]},
            {"say": f"It greets with Hi.\n\n{_REPORT}"},
        ],
    },
    "talk": {"about": "Reports, and does nothing.", "steps": [{"say": f"As you say.\n\n{_REPORT}"}]},
    "asks": {
        "about": "Wants to run a command.",
        "steps": [
            {"do": [{"act": "shell", "cmd": "touch made.txt", "why": "Make a file"}]},
            {"say": "I could not make the file.\n\nSTATUS: BLOCKED\nPROGRESS: None\nBLOCKERS: not allowed\nNEXT: None"},
        ],
    },
}  # fmt: skip


@dataclass(frozen=True)
class Cli:
    """A program: what points it at the server."""

    name: str
    env: dict[str, str]
    files: dict[str, Any] = field(default_factory=dict)
    """In its home; texts, or data written as JSON. {base} is the server."""
    first: tuple[str, ...] = ()
    """A command that has to be run once."""
    text_only: bool = False
    """It offers the model no tools."""
    args: tuple[str, ...] = ()


_FAKE_MODEL = {"id": "fake-model", "name": "Fake", "reasoning": False, "input": ["text"], "contextWindow": 200000,
               "maxTokens": 32000, "cost": {"input": 1, "output": 5, "cacheRead": 0.1, "cacheWrite": 1.25}}  # fmt: skip
_QUIET = {"privacy": {"usageStatisticsEnabled": False}, "general": {"enableAutoUpdate": False},
          "telemetry": {"enabled": False}}  # fmt: skip
_OPENAI = {"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": "{base}/v1"}
CLIS = {
    cli.name: cli
    for cli in (
        Cli("claude", {"ANTHROPIC_BASE_URL": "{base}", "ANTHROPIC_API_KEY": KEY, "CLAUDE_CODE_MAX_RETRIES": "1"}),
        Cli("codex", {"FAKE_KEY": KEY, "CODEX_HOME": "{home}/.codex"}, {".codex/config.toml":
            'model = "gpt-5.5-codex"\nmodel_provider = "fake"\n[model_providers.fake]\nname = "fake"\n'
            'base_url = "{base}/v1"\nwire_api = "responses"\nenv_key = "FAKE_KEY"\nrequest_max_retries = 1\n'}),
        Cli("gemini", {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "{base}"}, {".gemini/settings.json":
            {**_QUIET, "general": {"enableAutoUpdate": False, "maxAttempts": 1},
             "security": {"auth": {"selectedType": "gemini-api-key"}}}}),
        Cli("qwen", {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{base}/v1", "OPENAI_MODEL": "qwen3-coder-plus"},
            {".qwen/settings.json": {**_QUIET, "security": {"auth": {"selectedType": "openai"}}}}),
        Cli("opencode", {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
                         "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1"}, {".config/opencode/opencode.json": {
            "model": "fake/fake-model", "small_model": "fake/fake-model", "provider": {"fake": {
                "npm": "@ai-sdk/openai-compatible", "name": "Fake",
                "options": {"baseURL": "{base}/v1", "apiKey": KEY},
                "models": {"fake-model": {"name": "Fake", "limit": {"context": 200000, "output": 32000}}}}}}}),
        Cli("pi", {}, {".pi/agent/models.json": {"providers": {"fake": {
            "baseUrl": "{base}/v1", "apiKey": KEY, "api": "openai-completions", "models": [_FAKE_MODEL]}}},
            ".pi/agent/settings.json": {"defaultProvider": "fake", "defaultModel": "fake-model"}}),
        Cli("cline", {}, first=("cline", "auth", "openai-compatible", "--apikey", KEY, "--modelid", "fake-model",
                                "--baseurl", "{base}/v1")),
        Cli("aider", {**_OPENAI, "AIDER_MODEL": "openai/fake-model", "AIDER_EDIT_FORMAT": "diff"}, text_only=True),
        Cli("mini", {**_OPENAI, "MSWEA_MODEL_NAME": "openai/fake-model", "MSWEA_COST_TRACKING": "ignore_errors"}),
    )
}  # fmt: skip


def path_with_clis() -> str:
    """PATH, with the folders where the programs are first."""
    return os.pathsep.join(filter(None, (_FOLDERS, os.environ["PATH"])))


def missing(name: str) -> str:
    """Why the program cannot be tried here; empty when it can."""
    if shutil.which(name, path=path_with_clis()) is None:
        return f"{name} is not installed (see LMAWEP_TEST_CLIS)"
    if not _SERVER.is_file():
        return "there is no model server to talk to (LMAWEP_TEST_FAKELLM)"
    return ""


class Server:
    """The scripted model server."""

    def __init__(self, port: int) -> None:
        self._port = port

    def base(self, run: str) -> str:
        return f"http://127.0.0.1:{self._port}/r/{run}"

    def play(self, run: str, scenario: str, cwd: Path, *, text_only: bool = False) -> None:
        """From now on the script for that run."""
        body = json.dumps({"scenario": scenario, "textonly": text_only, "vars": {"cwd": str(cwd)}}).encode()
        url = f"http://127.0.0.1:{self._port}/_fakellm/runs/{run}"
        with urlopen(Request(url, body, method="PUT"), timeout=10) as answer:
            answer.read()


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A server of our own, for as long as it is needed."""
    scenarios, port_file = folder / "scenarios.json", folder / "port"
    scenarios.write_text(json.dumps(SCENARIOS))
    command = [sys.executable, str(_SERVER), "--scenario-file", str(scenarios), "--port-file",
               str(port_file)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port_file.exists, 20)
        yield Server(int(port_file.read_text()))
    finally:
        process.kill()
        process.wait()


def wait_for(true: Callable[[], bool], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "the model server did not start"
        time.sleep(0.02)


def settle_in(cli: Cli, home: Path, base: str) -> dict[str, str]:
    """A home for the program with what points it at the server; returns the variables that do so too."""

    def fill(text: str) -> str:
        return text.replace("{base}", base).replace("{home}", str(home))

    home.mkdir(parents=True)
    (home / ".gitconfig").write_text("[user]\n\tname = An Agent\n\temail = agent@example.com\n")
    for name, content in cli.files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(fill(content if isinstance(content, str) else json.dumps(content)))
    env = {"HOME": str(home), **{name: fill(value) for name, value in cli.env.items()}}
    if cli.first:
        subprocess.run([fill(word) for word in cli.first], env={"PATH": path_with_clis(), **env}, cwd=home, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)  # fmt: skip
    return env
