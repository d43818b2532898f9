"""Runs of an ACP agent through lmawep: its rules, its questions, and how they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lmawep_tui.agents.profile import Profile
from lmawep_tui.engine import questions, runs
from lmawep_tui.engine.acp import permissions
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.config import Config, PermissionsConfig
from lmawep_tui.model.errors import LmawepError, UsageError
from lmawep_tui.model.permission import POLICIES, Permissions, parse_permissions
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Outcome
from tests.agents.acp_runs import AGENT, methods, said
from tests.repos import PYTHON, Project, until


def adopt(project: Project, way: str, **profile: Any) -> PodRecord:
    """A pod whose agent behaves in that way."""
    command = [PYTHON, AGENT, way]
    project.config(
        agent="acp",
        agents={"acp": {"command": command, "protocol": "acp", "format": "acp", **profile}},
    )
    return project.spawn()


def asked(project: Project, pod: PodRecord) -> Any:
    return until(lambda: questions.asked(project.ws, pod.id), "a question")[0]


def test_a_ticket_is_worked_with_a_persons_permission(project: Project) -> None:
    pod = adopt(project, "edit", permissions="ask")
    run = runs.start(project.ws, pod.id)
    assert asked(project, pod).title == "edit src/made.txt?"
    shown = project.ws.snapshot().pods[pod.id]
    assert shown.attention == "asks permission: edit src/made.txt?" and shown.live
    project.lmawep("answer", pod.id, "--option", "once")
    until(lambda: asked(project, pod).title.startswith("run git add"), "the next question")
    project.lmawep("answer", pod.id, "Allow once")
    ended = runs.wait(project.ws, run, 30)
    assert (ended.outcome, ended.session, ended.exit_status) == (Outcome.COMPLETED, "ses-new", 0), ended
    settle(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "review"
    assert (Path(pod.path) / "src/made.txt").read_text() == "made\n"


def test_full_asks_nobody(project: Project) -> None:
    pod = adopt(project, "edit", permissions="full")
    ended = runs.wait(project.ws, runs.start(project.ws, pod.id), 30)
    assert ended.outcome is Outcome.COMPLETED and questions.asked(project.ws, pod.id) == ()


def test_what_nobody_answers_is_denied_in_words(project: Project) -> None:
    pod = adopt(project, "command", permissions="ask")
    project.config(limits={**project.settings["limits"], "answer": 0.3})
    ended = runs.wait(project.ws, runs.start(project.ws, pod.id), 30)
    assert ended.outcome is Outcome.DENIED and "touch ran.txt" in ended.reason, ended
    settle(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "blocked"


def test_a_persons_answer_goes_on_with_the_session(project: Project) -> None:
    pod = adopt(project, "command", permissions="ask")
    run = runs.start(project.ws, pod.id)
    asked(project, pod)
    project.lmawep("answer", pod.id, "no")
    assert runs.wait(project.ws, run, 30).outcome is Outcome.COMPLETED  # it says so; the evidence knows better
    settle(project.ws, pod.id)
    again = runs.start(project.ws, pod.id, message="Do without it.")
    assert again.resumes == "ses-new"
    asked(project, pod)
    assert methods(project.ws.run_dir(pod.id, again.name), "out")[1] == "session/load"
    runs.stop(project.ws, pod.id)


def test_our_mcp_server_is_handed_over(project: Project) -> None:
    pod = adopt(project, "servers")
    ended = runs.wait(project.ws, runs.start(project.ws, pod.id), 30)
    assert "servers: ['lmawep: mcp']" in said(project.ws.run_dir(pod.id, ended.name))


def test_a_rule_stands_over_the_policy() -> None:
    config = Config(permissions=PermissionsConfig(command="deny", read="ask"))
    profile = Profile(name="x", command=("x",), protocol="acp", policy="accept-edits")
    wanted = Permissions(read="ask", edit="allow", command="deny", fetch="ask", other="ask")
    assert permissions(config, profile) == wanted == parse_permissions(wanted.words())
    assert permissions(Config(), profile) == POLICIES["accept-edits"]


@pytest.mark.parametrize("words", ["read=maybe", "x=allow", "read", "=allow"])
def test_rules_of_another_form_are_refused(words: str) -> None:
    with pytest.raises(UsageError):
        parse_permissions(words)


def test_without_the_package_there_is_a_sentence(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = adopt(project, "edit")
    monkeypatch.setattr("lmawep_tui.engine.acp.installed", lambda: False)
    with pytest.raises(LmawepError, match=r"speaks ACP.*pip install 'lmawep\[acp\]'"):
        runs.start(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "assigned"
