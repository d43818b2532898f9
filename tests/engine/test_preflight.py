"""Preflight: what would stop autopilot, each once and with how to mend it; notes stop nothing."""

from __future__ import annotations

import socket
import time

import pytest

from lmawep_tui.engine.preflight import notes, preflight
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.vcs.run import fixes_missing
from tests.repos import Project


def troubles(project: Project) -> list[str]:
    return preflight(Workspace.open(project.root))


def test_all_is_well(project: Project) -> None:
    assert troubles(project) == []


def test_a_main_that_is_not_there(project: Project) -> None:
    project.git("branch", "-m", "main", "trunk")
    (trouble,) = troubles(project)
    assert trouble.startswith("The branch main, on which work lands, does not exist. Bring it back")


@pytest.mark.parametrize("role", ["task", "test", "resolve"])
def test_an_agent_that_is_not_installed_is_named_once(project: Project, role: str) -> None:
    project.config(agents={"me": {"command": ["true"]}, "other": {"command": ["not-installed-anywhere"]}},
                   roles={role: {"agent": "other"}})  # fmt: skip
    found = troubles(project)
    assert len(found) == 1 and "'not-installed-anywhere' (profile other) was not found" in found[0]
    assert "lmawep agents" in found[0]


def test_a_reviewer_is_asked_for_only_where_agents_review(project: Project) -> None:
    other = {"me": {"command": ["true"]}, "other": {"command": ["not-installed-anywhere"]}}
    project.config(agents=other, roles={"review": {"agent": "other", "by": "human"}})
    assert troubles(project) == []
    for by in ("agent", "both"):
        project.config(agents=other, roles={"review": {"agent": "other", "by": by}})
        assert len(troubles(project)) == 1


def test_services_are_asked(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        up = {"name": "db", "tcp": f"127.0.0.1:{port}"}
        project.config(services=[up, {"name": "ok", "command": ["true"]}])
        assert troubles(project) == []
    project.config(
        services=[
            up,
            {"name": "no", "command": ["false"]},
            {"name": "odd"},
            {"name": "where", "tcp": "nowhere"},
            {"name": "gone", "command": ["no-such-program"]},
        ]
    )
    assert [words.partition(" (")[0] for words in troubles(project)] == [
        "The service 'db' does not answer", "The service 'no' does not answer",
        "The service 'odd' needs either `tcp: HOST:PORT` or `command: [PROGRAM, …]`.",
        "The service 'where' does not answer", "The service 'gone' does not answer"]  # fmt: skip
    assert "The service 'db'" in project.lmawep("doctor", ok=False).out
    assert "Start it, or take it out of `services`" in project.refuses("up")


def test_a_service_that_hangs_is_ended_with_all_it_started(project: Project) -> None:
    began = time.monotonic()
    project.config(services=[{"name": "slow", "command": ["sh", "-c", "sleep 60 & sleep 60"], "timeout": "0.3s"}])
    assert "did not end within 0.3 s" in troubles(project)[0]
    assert time.monotonic() - began < 30


def test_a_service_from_a_tracked_file_needs_the_persons_word(project: Project) -> None:
    project.config(services=[{"name": "x", "command": ["touch", "canary"]}])
    project.git("add", "-f", ".lmawep/config.yaml")
    assert any("comes from a file that git tracks" in words for words in troubles(project))
    assert not (project.root / "canary").exists()
    project.lmawep("config", "--accept")
    assert troubles(project) == []


@pytest.mark.parametrize(("numbers", "missing"), [
    ((2, 39, 3), ("CVE-2024-32002", "CVE-2025-48384")),
    ((2, 39, 4), ("CVE-2025-48384",)),
    ((2, 43, 7), ()), ((2, 45, 0), ("CVE-2024-32002", "CVE-2025-48384")), ((2, 45, 1), ("CVE-2025-48384",)),
    ((2, 50, 0), ("CVE-2025-48384",)), ((2, 50, 1), ()), ((2, 51), ()), ((3, 0), ()),
])  # fmt: skip
def test_known_faults_of_git(numbers: tuple[int, ...], missing: tuple[str, ...]) -> None:
    assert fixes_missing(numbers) == missing


def test_work_in_the_checkout_of_main_is_a_note_and_no_refusal(project: Project) -> None:
    (project.root / "README.md").write_text("changed\n")
    assert troubles(project) == []
    assert any("uncommitted work in README.md" in note for note in notes(project.ws))
    project.git("checkout", "-q", "-b", "elsewhere")
    assert not any("uncommitted" in note for note in notes(project.ws))


def test_too_many_slots_and_too_little_room_are_notes(project: Project) -> None:
    project.config(slots=1000, limits={"free_disk": "0"})
    assert any("1000 slots on" in note for note in notes(project.ws))
    project.config(limits={"free_disk": "900T"})
    assert any("then nothing is spawned any more" in note for note in notes(project.ws))


def test_a_ticket_whose_own_agent_is_missing_stops_no_other(project: Project) -> None:
    project.ticket_of("nobody")
    assert troubles(project) == []
    assert "Ticket 101: There is no agent profile 'nobody'" in project.lmawep("doctor", ok=False).out
