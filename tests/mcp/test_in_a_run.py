"""A real run whose agent works through our tools: what it says is believed, kept, routed and answered."""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from lmawep_tui.agents.profile import profile_of
from lmawep_tui.engine import runs
from lmawep_tui.engine.memory_bank import texts
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.run import Outcome
from tests.mcp.clients import LMAWEP, Calls
from tests.repos import Project, until

COMMIT = ["$", ["sh", "-c", "echo new > src/new.txt && git add -A && git commit -qm Work"]]
REPORT = ["report", {"status": "COMPLETE", "progress": "All of it.", "blockers": "None", "next": "None"}]


def test_a_ticket_is_worked_through_tools_alone(project: Project) -> None:
    calls = Calls(project)
    project.spawn(project.ticket("First"))
    project.spawn(project.ticket("Second"))
    ended = calls.run(
        "pod-1",
        ["ticket_show", {}],
        ["ticket_list", {}],
        ["memory_read", {}],
        ["memory_write", {"file": "progress.md", "text": "The parser is done.\n"}],
        [
            "memory_write",
            {"file": "activeContext.md", "text": "# Now\n\nThe tests are left.\n", "mode": "replace"},
        ],
        ["memory_read", {"file": "activeContext.md"}],
        ["claim", {"paths": ["src/**", "docs/a.md"], "severity": "block"}],
        ["release", {"paths": ["docs/a.md"]}],
        ["alert", {"file": "src/a.txt", "change": "gone", "affects": "ticket 102", "migration": "use b"}],
        ["signal", {"name": "docs_wanted", "data": {"why": "new option"}}],
        COMMIT,
        REPORT,
    )
    said = calls.said()
    assert [line for line in said if line["error"]] == []
    assert json.loads(said[0]["text"])["title"] == "First"
    assert [t["id"] for t in json.loads(said[1]["text"])["tickets"]] == [101, 102]
    assert "systemPatterns.md" in said[2]["text"]
    assert said[5]["text"] == "# Now\n\nThe tests are left.\n"

    assert (ended.outcome, ended.report and ended.report.progress) == (Outcome.COMPLETED, "All of it.")
    assert project.status_of(ended.ticket) == "review"  # every line of the evidence held
    claims = project.lmawep("claim", "--json").json["claims"]
    assert [(c["pattern"], c["severity"]) for c in claims] == [("src/**", "block")]
    [alert] = project.lmawep("alerts", "--json").json["alerts"]
    assert (alert["pod"], alert["file"], [to["ticket"] for to in alert["to"]]) == ("pod-1", "src/a.txt", [102])
    bank = texts(project.ws.snapshot().pods[ended.pod].record)
    assert "The parser is done.\n" in bank["progress.md"]
    assert any(path.name.startswith("docs_wanted") for path in project.ws.layout.signals.iterdir())


def test_the_file_is_the_runs_alone_and_is_told_to_profiles_that_can(project: Project) -> None:
    calls = Calls(project)
    run = calls.run(project.spawn().id, REPORT)
    path = project.ws.run_dir(run.pod, run.name) / "mcp.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [server] = json.loads(path.read_text())["mcpServers"].values()
    assert (server["env"]["LMAWEP_POD"], server["env"]["LMAWEP_RUN"]) == (run.pod, run.name)
    assert str(path) in run.argv

    project.config(mcp=False)
    assert "mcp_config" in project.refuses("run", run.pod)  # this profile names it, and there is none
    project.agent("plain", "echo STATUS: NO_CHANGE; echo PROGRESS: none")
    project.config(mcp=True)
    project.lmawep("run", run.pod)
    assert not list((project.ws.layout.runs / run.pod).glob("0002-*/mcp.json"))
    assert "{mcp_args}" in profile_of("claude", project.ws.config).command


def test_programs_that_are_told_by_a_variable(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCode's own settings have other words; a variable that the person has set stays theirs."""
    project.config(agents={"oc": {"like": "opencode", "command": ["sh", "-c", "cat > /dev/null"]}}, agent="oc")
    run = runs.start(project.ws, project.spawn().id)
    runs.wait(project.ws, run, 30)
    told = json.loads(run.env["OPENCODE_CONFIG_CONTENT"])["mcp"]["lmawep"]
    assert told["command"] == [*LMAWEP, "mcp"] and told["environment"]["LMAWEP_RUN"] == run.name
    settle(project.ws, run.pod)
    monkeypatch.setenv("OPENCODE_CONFIG_CONTENT", "{}")
    assert "OPENCODE_CONFIG_CONTENT" not in runs.start(project.ws, run.pod).env


def test_the_prompt_says_so(project: Project) -> None:
    run = Calls(project).run(project.spawn().id, REPORT)
    assert "`ask_person`" in (project.ws.run_dir(run.pod, run.name) / "prompt.md").read_text()
    project.agent("plain", "cat > /dev/null; echo STATUS: NO_CHANGE; echo PROGRESS: none")
    project.lmawep("run", run.pod)
    assert "ask_person" not in (project.ws.run_dir(run.pod, "0002-task") / "prompt.md").read_text()


def test_a_question_waits_for_the_person(project: Project) -> None:
    calls = Calls(project)
    pod = project.spawn().id
    question = {"question": "Which database?\nI would take sqlite.", "options": ["sqlite", "postgres"]}
    run = calls.start(pod, ["ask_person", question], COMMIT, REPORT)
    asks = until(lambda: project.lmawep("pods", "--json").json["pods"][0]["asks"], "the question")
    assert (asks[0]["ask"], asks[0]["title"]) == ("question", "Which database?\nI would take sqlite.")
    assert [option["id"] for option in asks[0]["options"]] == ["sqlite", "postgres"]
    status = project.lmawep("status", "--json").json
    assert status["attention"] == 1 and status["pods"][0]["attention"] == "asks: Which database?"
    assert "asks: Which database?" in project.lmawep("status").out
    assert "postgres" in project.lmawep("answer", pod).out  # lists what it waits for

    assert "no option" in project.refuses("answer", pod, "--option", "oracle", status=2)
    assert "no open question 7" in project.refuses("answer", pod, "--number", "7", "sqlite")
    assert "postgres" in project.lmawep("answer", pod, "--option", "postgres").out
    ended = calls.end(run)
    assert calls.said()[0] == {"error": False, "text": "The person answers: postgres"}
    assert ended.outcome is Outcome.COMPLETED
    assert "postgres" in texts(project.ws.snapshot().pods[pod].record)["activeContext.md"]
    assert "waits for no answer" in project.refuses("answer", pod, "again")
    assert project.lmawep("pods", "--json").json["pods"][0]["asks"] == []
    journal = project.ws.layout.journal.read_text()
    assert '"event": "answered"' in journal


def test_an_unanswered_question_becomes_the_runs_outcome(project: Project) -> None:
    calls = Calls(project, limits={**project.settings["limits"], "answer": "1s"})
    ended = calls.run(project.spawn().id, ["ask_person", {"question": "Which one?"}])
    assert "Nobody has answered" in calls.said()[0]["text"]
    assert (ended.outcome, ended.reason) == (Outcome.QUESTION, "Which one?")
    assert project.status_of(ended.ticket) == "blocked"
    [pod] = project.lmawep("pods", "--json").json["pods"]
    assert (pod["attention"], pod["asks"]) == ("asks: Which one?", [])
    assert "waits for no answer" in project.refuses("answer", "pod-1", "late", "--number", "1")

    calls.plan.write_text(json.dumps([REPORT]))  # late it may be, but not lost: the next run gets it
    assert "0002-task" in project.lmawep("answer", "pod-1", "the second").out
    run = runs.newest(project.ws, ended.pod)
    assert run is not None and run.message == "the second"
    calls.end(run)


def test_a_client_that_gives_up_takes_its_question_back(project: Project) -> None:
    calls = Calls(project)
    pod = project.spawn().id
    run = calls.start(pod, ["~", 1.0, "ask_person", {"question": "Anyone?"}],
                      ["ask_person", {"question": "And now?"}])  # fmt: skip
    until(lambda: calls.said(), "the client gave up", 30)

    def asked() -> list[tuple[int, str]]:
        return [(q["number"], q["title"]) for q in project.lmawep("pods", "--json").json["pods"][0]["asks"]]

    until(lambda: asked() == [(2, "And now?")], "the second question alone")
    project.lmawep("answer", pod, "yes", "--number", "2")
    assert calls.end(run).outcome is Outcome.COMPLETED  # it went on, and its last question was answered
    assert calls.said()[1]["text"] == "The person answers: yes"


def test_a_question_that_was_given_up_is_the_outcome(project: Project) -> None:
    ended = Calls(project).run(project.spawn().id, ["~", 1.0, "ask_person", {"question": "Anyone?"}])
    assert (ended.outcome, ended.reason) == (Outcome.QUESTION, "Anyone?")


def test_an_answered_question_leaves_no_trace_in_the_report(project: Project) -> None:
    """It stands as the report only while nobody has answered: whatever kills the run then, its outcome is known."""
    calls = Calls(project)
    pod = project.spawn().id
    run = calls.start(
        pod, ["report", {"status": "PARTIAL", "progress": "half"}], ["ask_person", {"question": "Go on?"}]
    )
    filed = project.ws.run_dir(pod, run.name) / "report.json"
    until(lambda: filed.exists() and json.loads(filed.read_text())["status"] == "QUESTION", "it is filed")
    until(lambda: project.lmawep("pods", "--json").json["pods"][0]["asks"], "the question")
    project.lmawep("answer", pod, "no")
    ended = calls.end(run)
    assert ended.report is not None and (ended.report.status, ended.report.progress) == ("PARTIAL", "half")


def test_a_run_whose_server_dies_while_it_asks_ends_with_the_question(project: Project) -> None:
    calls = Calls(project)
    pod = project.spawn().id
    run = calls.start(pod, ["ask_person", {"question": "Which one?"}])
    until(lambda: project.lmawep("pods", "--json").json["pods"][0]["asks"], "the question")
    [server] = [p for p in project.marked() if b"mcp" in Path(f"/proc/{p}/cmdline").read_bytes().split(b"\0")]
    os.kill(server, signal.SIGKILL)
    ended = calls.end(run)
    assert (ended.outcome, ended.reason) == (Outcome.QUESTION, "Which one?")


def test_it_does_not_wait_where_the_config_says_so(project: Project) -> None:
    calls = Calls(project, limits={**project.settings["limits"], "answer": 0})
    ended = calls.run(project.spawn().id, ["ask_person", {"question": "Which one?"}], REPORT)
    assert "Nobody has answered" in calls.said()[0]["text"]
    assert ended.report is not None and ended.report.status == "COMPLETE"  # the last report counts


def test_an_agent_answers_and_approves_nothing(project: Project) -> None:
    calls = Calls(project)
    verbs = (["answer", "pod-1", "yes"], ["review", "pod-1", "--approve"])
    calls.run(project.spawn().id, *(["$", [*LMAWEP, *verb]] for verb in verbs))
    assert [(line["error"], "An agent cannot" in line["text"]) for line in calls.said()] == [(True, True)] * 2


def test_the_pods_folder_is_where_the_bank_is(project: Project) -> None:
    """A link that the agent put in the way is not written through."""
    calls = Calls(project)
    pod = project.spawn()
    outside = project.root.parent / "outside.md"
    outside.write_text("mine\n")
    link = ["$", ["sh", "-c", f"cd memory-bank && rm progress.md && ln -s {outside} progress.md"]]
    calls.run(pod.id, link, ["memory_write", {"file": "progress.md", "text": "theirs\n"}],
              ["$", ["sh", "-c", f"rm -rf memory-bank && ln -s {project.root.parent} memory-bank"]],
              ["memory_write", {"file": "outside.md", "text": "theirs\n", "mode": "replace"}])  # fmt: skip
    said = calls.said()
    assert outside.read_text() == "mine\n"
    assert not said[1]["error"] and said[3]["error"] and "not a real folder" in said[3]["text"]
    assert Path(pod.path, "memory-bank").is_symlink()
