"""The server on its own: who may do what, what is refused and how, and that stdout carries the protocol alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from lmawep_tui.engine import runs
from lmawep_tui.engine.memory_bank import texts
from lmawep_tui.mcp.tools import INSIDE, OUTSIDE
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.run import Run
from tests.mcp.clients import LMAWEP, call, client_of, marks_of
from tests.repos import PYTHON, Project, run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def live(project: Project) -> Iterator[Run]:
    """A run that lives until the test is over."""
    project.agent("waits", "exec sleep 600")
    project.spawn()
    yield runs.start(project.ws, PodId("pod-1"))
    runs.stop(project.ws, PodId("pod-1"))


async def test_the_persons_program_reads_and_makes_tickets(project: Project) -> None:
    project.spawn()
    async with client_of(project.root) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [tool.name for tool in OUTSIDE]
        assert await call(client, "ticket_create", title="Two", depends_on=[101]) == (True, "ticket-102 is made.")
        listed = json.loads((await call(client, "ticket_list"))[1])
        assert [(t["id"], t["waits"]) for t in listed["tickets"]] == [(101, ""), (102, "waits for 101")]
        assert json.loads((await call(client, "ticket_show", id=102))[1])["title"] == "Two"
        assert json.loads((await call(client, "status"))[1])["pods"][0]["id"] == "pod-1"
        assert (
            "Nothing has been done yet" in (await call(client, "memory_read", pod="pod-1", file="activeContext.md"))[1]
        )
        for tool in ("report", "ask_person", "memory_write", "alert", "claim"):
            ok, words = await call(client, tool)
            assert not ok and "There is no tool" in words
        resources = (await client.list_resources()).resources
        assert [str(r.uri) for r in resources] == ["lmawep://ticket/101", "lmawep://ticket/102"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("report", {"status": "GREAT"}, "status: "),
    ("report", {}, "status: Field required"),
    ("report", {"status": "COMPLETE", "pod": "pod-2"}, "pod: Extra inputs"),
    ("report", {"status": "COMPLETE", "progress": "x" * 4001}, "at most 4000"),
    ("alert", {"change": "a\0b"}, "NUL"),
    ("alert", {"change": ""}, "needs a file and what changed"),
    ("claim", {"paths": []}, "at least 1"),
    ("claim", {"paths": ["../up"]}, "not a path inside the project"),
    ("claim", {"paths": ["/etc"]}, "not a path inside the project"),
    ("claim", {"paths": ["a"] * 51}, "at most 50"),
    ("release", {}, "no such claim"),
    ("signal", {"name": "merged"}, "only lmawep itself"),
    ("signal", {"name": "Not A Name"}, "not a signal's name"),
    ("ticket_show", {"id": 999}, "no ticket 999"),
    ("ticket_show", {"id": -1}, "greater than or equal to 1"),
    ("ticket_show", {"id": "../../etc/passwd"}, "valid integer"),
    ("ticket_list", {"limit": 10**9}, "less than or equal to 200"),
    ("memory_read", {"file": "../../.git/config"}, "no memory-bank file"),
    ("memory_write", {"file": "../../escape.md", "text": ""}, "not a memory-bank file"),
    ("memory_write", {"file": "/tmp/escape.md", "text": ""}, "not a memory-bank file"),
    ("memory_write", {"file": ".hidden.md", "text": ""}, "not a memory-bank file"),
    ("memory_write", {"file": "run.sh", "text": ""}, "not a memory-bank file"),
    ("memory_write", {"file": "progress.md", "text": "x" * (256 * 1024 + 1)}, "at most 262144"),
    ("memory_write", {"file": "progress.md", "text": "\0"}, "NUL"),
    ("ask_person", {"question": "  "}, "empty"),
    ("ask_person", {"question": "?", "options": ["a"] * 9}, "at most 8"),
    ("ask_person", {"question": "?", "wait_seconds": -1}, "greater than or equal to 0"),
    ("ticket_create", {"title": "One more"}, "There is no tool"),
    ("approve", {}, "There is no tool"),
]


async def test_misuse_is_answered_with_a_sentence(project: Project, live: Run) -> None:
    before = project.lmawep("ticket", "list", "--all", "--json").out
    async with client_of(project.root, marks_of(project, live)) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [tool.name for tool in INSIDE]
        for tool, arguments, words in WRONG:
            ok, said = await call(client, tool, **arguments)
            assert not ok and words in said, (tool, arguments, said)
            assert len(said) < 1000 and said.count("\n") == 0, said
        for uri in ("lmawep://memory/../../x", "lmawep://ticket/0", "lmawep://ticket/999", "file:///etc/passwd"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        assert await call(client, "memory_write", file="progress.md", text="it still works\n")
    assert project.lmawep("ticket", "list", "--all", "--json").out == before
    assert not (project.ws.run_dir(live.pod, live.name) / "report.json").exists()
    assert not list(project.root.parent.glob("**/escape.md"))


async def test_the_bank_is_bounded(project: Project, live: Run) -> None:
    async with client_of(project.root, marks_of(project, live)) as client:
        part = "x" * (256 * 1024 - 10)
        for _ in range(4):
            assert (await call(client, "memory_write", file="big.md", text=part))[0]
        ok, words = await call(client, "memory_write", file="big.md", text="x" * 100)
        assert not ok and "1024 KiB" in words
        assert len(texts(project.ws.snapshot().pods[live.pod].record)["big.md"]) < 1 << 20
        for number in range(80):
            ok, words = await call(client, "memory_write", file=f"n{number}.md", text="x")
            if not ok:
                break
        assert not ok and "64 files" in words


async def test_what_comes_with_an_agents_words_is_harmless(project: Project, live: Run) -> None:
    async with client_of(project.root, marks_of(project, live)) as client:
        assert (await call(client, "report", status="BLOCKED", blockers="\x1b]0;title\x07\x1b[2J\u202etxt"))[0]
        filed = (project.ws.run_dir(live.pod, live.name) / "report.json").read_text()
        assert "\\u001b" not in filed and "\x1b" not in filed and "\\u202e" not in filed


async def test_a_run_that_is_over_can_do_nothing_more(project: Project, live: Run) -> None:
    marks = {**marks_of(project, live), "LMAWEP_RUN": "0000-task"}
    async with client_of(project.root, marks) as client:
        for tool, arguments in (
            ("report", {"status": "COMPLETE"}),
            ("claim", {"paths": ["src"]}),
            ("alert", {"change": "x"}),
            ("memory_write", {"file": "progress.md", "text": "x"}),
            ("ask_person", {"question": "?"}),
        ):
            ok, words = await call(client, tool, **arguments)
            assert not ok and "is over" in words


async def test_documents(project: Project, live: Run) -> None:
    async with client_of(project.root, marks_of(project, live)) as client:
        uris = [str(resource.uri) for resource in (await client.list_resources()).resources]
        assert uris[:2] == ["lmawep://ticket/101", "lmawep://memory/activeContext.md"]
        [content] = (await client.read_resource(uris[1])).contents
        assert "Nothing has been done yet" in getattr(content, "text", "")


def _lines(project: Project, stdin: bytes, until: int) -> list[Any]:
    """What the server prints up to its answer with this number and after it; a client that goes waits for nothing."""
    with subprocess.Popen([*LMAWEP, "mcp"], cwd=project.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(stdin)
        server.stdin.flush()
        lines = []
        for text in server.stdout:
            lines.append(json.loads(text))
            if lines[-1].get("id") == until:
                server.stdin.close()
        return lines


def _message(number: int, method: str, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


HELLO = _message(
    1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"}
)


def test_stdout_carries_the_protocol_alone(project: Project) -> None:
    (project.ws.layout.tickets / "ticket-104.yaml").write_text("id: [broken\n")
    noise = b"hello?\n\xff\xfe\0\n{}\n" + b"[" * 10_000 + b"\n"
    lines = _lines(project, HELLO + noise + _message(2, "nonsense") + _message(3, "tools/list"), until=3)
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert {1, 3} <= {line.get("id") for line in lines}


def test_it_ends_when_its_client_goes(project: Project) -> None:
    done = subprocess.run([*LMAWEP, "mcp"], cwd=project.root, input=b"", capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_without_the_package_it_says_what_to_install(project: Project, tmp_path: Path) -> None:
    """Packages as after a plain `pip install lmawep`: everything but mcp."""
    bare = tmp_path / "packages"
    bare.mkdir()
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith("mcp"):
            (bare / entry.name).symlink_to(entry)
    env = {"PYTHONPATH": f"{ROOT}{os.pathsep}{bare}"}
    done = run([sys.executable, "-S", "-P", "-m", "lmawep_tui", "mcp"], project.root, env=env)
    assert (done.code, done.out) == (1, "")
    assert done.err == ("lmawep: lmawep mcp needs the Python package mcp, which is not installed. "
                        "Install it: pip install 'lmawep[mcp]'\n")  # fmt: skip
    assert run([sys.executable, "-S", "-P", "-m", "lmawep_tui", "status"], project.root, env=env).code == 0


def test_where_there_is_no_project_it_says_so_at_once(tmp_path: Path) -> None:
    done = run([*LMAWEP, "mcp"], tmp_path)
    assert done.code == 1 and "not inside a git repository" in done.err


def test_how_to_tell_a_program(project: Project) -> None:
    server = project.lmawep("mcp", "--config").json["mcpServers"]["lmawep"]
    assert server["command"] == PYTHON and server["args"][-3:] == ["-C", str(project.root), "mcp"]


_CODE = """
import sys
from lmawep_tui.cli.main import main
try:
    main(["status"])
except SystemExit:
    pass
assert not {"mcp", "anyio", "pydantic_core"} & set(sys.modules), sorted(sys.modules)
"""


def test_no_other_command_imports_the_package(project: Project) -> None:
    project.lmawep("status")
    done = run([PYTHON, "-c", _CODE], project.root)
    assert done.code == 0, done.err
