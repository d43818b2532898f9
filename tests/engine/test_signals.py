"""Signals: each acted on once, whatever is killed when; hostile files harm nothing; no loop ends in a flood."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lmawep_tui.engine import signals
from lmawep_tui.engine.raise_signal import raise_signal
from lmawep_tui.engine.signals import consume_signals
from lmawep_tui.engine.spawn import spawn
from lmawep_tui.engine.train import merge_pod
from lmawep_tui.model.ids import Sha, TicketId
from lmawep_tui.model.run import Role
from lmawep_tui.model.signal import BuiltIn
from lmawep_tui.model.ticket import Ticket
from tests.repos import Project

DOCS = [{"on": "merged", "run": "docs"}]


def tickets(project: Project) -> dict[int, Ticket]:
    return dict(project.ws.snapshot().tickets)


def landed(project: Project) -> TicketId:
    pod = project.queued({"src/a.txt": "landed\n"}, title="Add limits")
    merge_pod(project.ws, pod.id)
    return pod.ticket


def drop(project: Project, name: str, text: str = "") -> Path:
    path = project.ws.layout.signals / name
    path.write_text(text)
    return path


def test_a_landing_brings_documentation_and_that_lands_without_more(project: Project) -> None:
    project.config(triggers=[*DOCS, {"on": "merged", "run": "test"}])
    first = landed(project)
    assert consume_signals(project.ws) == ["merged → docs: ticket 102", "merged → test: ticket 103"]
    assert consume_signals(project.ws) == []
    made = tickets(project)[102]
    assert (made.title, made.dependencies) == ("Documentation for #101 Add limits", (first,))
    assert made.labels == ("signal", "role:docs", "on:merged")
    assert project.main() in made.description or "commit: " in made.description
    pod = spawn(project.ws, made.id)
    assert pod.next_role is Role.DOCS
    project.commit(pod, {"README.md": "documented\n"})
    with project.ws.change("test") as change:
        raise_signal(change, BuiltIn.MERGED, made.id, pod.id, pod.base)
        change.drop_pod(pod.id)
        change.save()
    assert consume_signals(project.ws) == [
        "merged → docs: #102 came from a signal itself and makes no further tickets",
        "merged → test: #102 came from a signal itself and makes no further tickets",
    ]
    assert set(tickets(project)) == {101, 102, 103}


def test_the_written_form_of_a_trigger(project: Project) -> None:
    text = project.ws.layout.config.read_text()
    project.ws.layout.config.write_text(text + "triggers: [{on: merged, run: docs}]\n")
    assert project.ws.config.triggers[0].on == "merged"
    assert "on='merged'" in project.lmawep("config").out or "merged" in project.lmawep("config").out
    project.ws.layout.config.write_text(text + "triggers: [{on: merged, run: rm}]\n")
    assert "triggers" in project.refuses("config")


def test_a_pod_that_is_there_plays_the_role_next(project: Project) -> None:
    project.config(triggers=[{"on": "docs_wanted", "run": "docs"}, {"on": "spawned", "run": "test"}])
    pod = project.spawn()
    assert consume_signals(project.ws) == ["spawned → test: the next run in pod-1"]
    assert project.ws.snapshot().state.pods[pod.id].next_role is Role.TEST
    project.lmawep("signal", "docs_wanted", "--data", "why=new flag", at=Path(pod.path))
    assert consume_signals(project.ws) == ["docs_wanted → docs: the next run in pod-1"]
    assert project.ws.snapshot().state.pods[pod.id].next_role is Role.DOCS
    assert list(project.ws.layout.signals.iterdir()) == []


def test_what_lmawep_says_by_itself(project: Project) -> None:
    names = [str(name) for name in BuiltIn]
    project.config(triggers=[{"on": name, "run": "docs"} for name in names], tests={"command": "false"})
    pod = project.approved()
    project.lmawep("test", pod.id, ok=False)
    project.lmawep("ticket", "update", "101", "-s", "blocked")
    found = [(s.name, s.ticket, s.pod) for s in project.ws.snapshot().state.signals]
    assert found == [("spawned", 101, "pod-1"), ("tests_failed", 101, "pod-1"), ("blocked", 101, "pod-1")]
    project.config(tests={"command": "true"})
    project.lmawep("ticket", "update", "101", "-s", "working")
    assert all(name in names for name, _, _ in found)
    project.config(triggers=[])
    other = project.spawn()
    assert not [s for s in project.ws.snapshot().state.signals if s.pod == other.id], "nobody waits for it"


def test_a_person_s_template_gives_the_words(project: Project) -> None:
    project.config(triggers=DOCS)
    (project.ws.layout.templates / "docs.yaml").write_text(
        "priority: high\ndescription: |\n  Use our style.\nteam: web\n"
    )
    landed(project)
    consume_signals(project.ws)
    made = tickets(project)[102]
    assert (made.priority, made.description.splitlines()[0]) == ("high", "Use our style.")
    assert 'team: "web"' in project.ws.layout.ticket(TicketId(102)).read_text()
    (project.ws.layout.templates / "docs.yaml").write_text("priority: [\n")
    drop_two = project.spawn(project.ticket("Other"))
    with project.ws.change("test") as change:
        raise_signal(change, BuiltIn.MERGED, TicketId(101), None, Sha("b" * 40))
        change.drop_pod(drop_two.id)
        change.save()
    project.lmawep("ticket", "update", "102", "-s", "abandoned")
    (told,) = consume_signals(project.ws)
    assert "docs.yaml" in told and "not valid YAML" in told
    assert consume_signals(project.ws) == []


class Killed(BaseException):
    pass


def test_killed_anywhere_it_happens_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write, and the removal of the file after it, is a point at which the process may die."""
    project.config(triggers=[{"on": "wanted", "run": "docs"}])
    from lmawep_tui.engine import transaction

    for at in range(1, 12):
        for ticket in tickets(project).values():
            if not ticket.status.closed:
                project.lmawep("ticket", "update", str(ticket.id), "-s", "abandoned")
        before = set(tickets(project))
        drop(project, f"wanted-{at}")
        count = 0

        def point(real, at=at):  # type: ignore[no-untyped-def]
            def call(*args, **kwargs):  # type: ignore[no-untyped-def]
                nonlocal count
                count += 1
                if count == at:
                    raise Killed
                return real(*args, **kwargs)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(transaction, "write_text", point(transaction.write_text))
            patch.setattr(transaction, "clear_redo", point(transaction.clear_redo))
            patch.setattr(signals, "take_away", point(signals.take_away))
            try:
                consume_signals(project.ws)
                done = True
            except Killed:
                done = False
        consume_signals(project.ws)
        new = set(tickets(project)) - before
        assert len(new) == 1, f"killed at point {at}: {new}"
        assert list(project.ws.layout.signals.iterdir()) == []
        if done:
            return
    raise AssertionError("more points than expected")


def test_a_kill_before_the_landing_is_recorded_loses_no_signal(project: Project) -> None:
    """The landing and its signal are one write: recovery that records the landing records the signal, once."""
    project.config(triggers=DOCS)
    landed(project)
    with project.ws.change("test") as change:
        raise_signal(change, BuiltIn.MERGED, TicketId(101), None, change.state.landed[TicketId(101)])
        change.save()
    assert len(project.ws.snapshot().state.signals) == 1


def test_hostile_files_are_set_aside(project: Project, tmp_path: Path) -> None:
    project.config(triggers=[*DOCS, {"on": "wanted", "run": "docs"}])
    folder = project.ws.layout.signals
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "wanted-link").symlink_to(secret)
    os.mkfifo(folder / "wanted-pipe")
    (folder / "wanted-folder").mkdir()
    (folder / "wanted-folder/inner").write_text("x")
    with open(folder / "wanted-giant", "wb") as file:
        file.truncate(10**9)
    drop(project, "merged")
    drop(project, "merged-1.json", json.dumps({"name": "merged", "ticket": 101}))
    drop(project, "-rf")
    drop(project, "WANTED")
    drop(project, "x\x1b[2J\n")
    drop(project, ".hidden")
    (folder / "not-utf8").write_bytes(b"\xff\xfe")
    drop(project, "wanted-bomb", "[" * 50_000)
    drop(project, "wanted-odd", json.dumps({"pod": "../x", "ticket": -1, "a\x1b]0;x\x07": {"b": [1]}}))
    told = consume_signals(project.ws)
    assert sum(text.startswith("signal set aside") for text in told) == 10
    assert not any("\x1b" in text for text in told)
    assert [path.name for path in folder.iterdir()] == [".hidden"]
    assert secret.read_text() == "secret"
    assert len(list((project.ws.layout.workspace / "signals-set-aside").iterdir())) == 10
    assert set(tickets(project)) == {101}, "two honest files, and one open ticket of a trigger at a time"
    assert consume_signals(project.ws) == []


def test_the_command_says_who_waits(project: Project) -> None:
    out = project.lmawep("signal", "deployed").out
    assert "No trigger waits for it" in out and "None is configured" in out
    project.config(triggers=[{"on": "deployed", "run": "docs"}])
    assert "They wait for: deployed." in project.lmawep("signal", "deploid").out
    out = project.lmawep("signal", "deployed").out
    assert "No trigger" not in out and "`lmawep up` starts it" in out


def test_the_command(project: Project) -> None:
    for name in ("merged", "../x", "-x", "X", "a b", ""):
        done = project.lmawep("signal", "--", name, ok=False)
        assert done.code == 2 and done.err.count("\n") == 1, done
    project.refuses("signal", "wanted", "--data", "novalue", status=2)
    project.lmawep("signal", "wanted", "--data", "a=1", "--data", "b=x=y")
    (path,) = project.ws.layout.signals.iterdir()
    assert json.loads(path.read_text())["data"] == {"a": "1", "b": "x=y"}
