"""Costs and budgets through the command, with real runs: counted once, shown everywhere, and a hard stop."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lmawep_tui.agents.order import read_order, write_journal
from lmawep_tui.engine import runs
from lmawep_tui.engine.decide import decide
from lmawep_tui.engine.decision import Around
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.settle import settle
from lmawep_tui.files.journal import now
from lmawep_tui.files.run_file import read_run, write_run
from lmawep_tui.model.costs import day_of
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.run import Outcome, Role, Run, RunState
from lmawep_tui.model.usage import Usage
from tests.repos import PYTHON, Project, until
from tests.safety.faults import Faults

USED = Usage(1000, 200, 30, 1.5)


def ended(project: Project, pod: str = "pod-1", *, used: Usage | None = USED, told: bool = True,
          **facts: Any) -> tuple[Path, Run]:  # fmt: skip
    """A run that has ended as a supervisor leaves it, or one killed just before it told the journal."""
    record = project.ws.snapshot().pods[PodId(pod)].record
    number = 1 + len(list((project.ws.layout.runs / pod).glob("*")))
    run = Run(pod=PodId(pod), ticket=record.ticket, number=number, role=Role.REVIEW, argv=("x",), cwd=record.path,
              mark="m" * 24, agent="me", created=now(), ended=now(), state=RunState.ENDED, outcome=Outcome.COMPLETED,
              usage=used, model="opus")  # fmt: skip
    run = replace(run, **facts)
    run_dir = project.ws.run_dir(run.pod, run.name)
    run_dir.mkdir(parents=True)
    write_run(run_dir, run)
    if told:
        write_journal(replace(read_order(run_dir), journal=str(project.ws.layout.journal)), run)
    return run_dir, run


def spent(project: Project) -> tuple[int, float | None]:
    total = project.lmawep("costs", "--json").json["total"]
    return total["runs"], total["cost"]


def test_a_run_is_counted_once_whoever_tells_of_it(project: Project) -> None:
    project.spawn()
    ended(project)
    assert spent(project) == (1, 1.5)
    settle(project.ws, PodId("pod-1"))
    settle(project.ws, PodId("pod-1"))
    assert doctor(project.ws, fix=True) == []
    assert spent(project) == (1, 1.5)


def test_a_run_whose_supervisor_was_killed_before_it_told_is_counted_by_who_settles_it(project: Project) -> None:
    project.spawn()
    ended(project, told=False)
    assert spent(project) == (0, None)
    settle(project.ws, PodId("pod-1"))
    assert spent(project) == (1, 1.5)


def test_what_nobody_told_at_all_is_found_by_doctor(project: Project) -> None:
    project.spawn()
    _, run = ended(project, told=False)
    with project.ws.change("test") as change:  # settled, and killed before its journal line
        change.put_pod(replace(change.pod(run.pod), settled=run.number))
        change.save()
    assert [finding.what for finding in doctor(project.ws)] == ["pod-1: what 0001-review used is not in the journal."]
    assert [finding.fixed for finding in doctor(project.ws, fix=True)] == [True]
    assert doctor(project.ws, fix=True) == []
    assert spent(project) == (1, 1.5)


def test_totals_outlive_the_run_folders(project: Project) -> None:
    project.spawn()
    run_dir, _ = ended(project)
    shutil.rmtree(run_dir)
    assert spent(project) == (1, 1.5)


def test_a_run_set_aside_as_damaged_keeps_what_it_told(project: Project) -> None:
    project.spawn()
    run_dir, _ = ended(project)
    (run_dir / "run.json").write_text("{")
    doctor(project.ws, fix=True)
    assert spent(project) == (1, 1.5)


@pytest.mark.parametrize("told", [True, False])
def test_settling_killed_anywhere_counts_the_run_once(project: Project, told: bool) -> None:
    """Also when its supervisor was killed before that, so that nobody else has told of it."""
    project.spawn()
    ended(project, told=told)
    command = Faults(project.root, "settle", "pod-1", "--root", str(project.root))
    try:
        assert command.whole().code == 0
        for killed in command.each("kill", 8):
            assert spent(project) in ([(1, 1.5)] if told else [(0, None), (1, 1.5)]), killed
            project.lmawep("settle", "pod-1", "--root", str(project.root))
            doctor(project.ws, fix=True)
            assert spent(project) == (1, 1.5), killed
    finally:
        command.close()


def test_costs_by_everything(project: Project) -> None:
    project.spawn()
    project.spawn(project.ticket("Other"))
    ended(project)
    ended(project, "pod-2", used=Usage(412_000), role=Role.TASK)
    table = project.lmawep("costs").out.splitlines()
    assert table[0].split() == ["ticket", "runs", "in", "cached", "out", "cost"]
    assert table[1].split() == ["#101", "1", "1,000", "200", "30", "$1.50"]
    assert table[2].split() == ["#102", "1", "412,000", "0", "0", "412k", "tok"]
    assert table[3].split() == ["all", "2", "413,000", "200", "30", "$1.50", "+", "412k", "tok"]
    for by, keys in (("pod", {"pod-1", "pod-2"}), ("role", {"review", "task"}), ("agent", {"me opus"}),
                     ("day", {day_of(time.time())})):  # fmt: skip
        assert {row[by] for row in project.lmawep("costs", "--by", by, "--json").json["costs"]} == keys
    assert (
        project.lmawep("costs", "--since", "2099-01-01").out == "No run has told its tokens or its cost since then.\n"
    )
    assert "is no time" in project.refuses("costs", "--since", "whenever", status=2)


def test_status_pods_and_postmortem_say_what_was_used(project: Project) -> None:
    assert "$" not in project.spawn().id + project.lmawep("status").out
    ended(project)
    assert "$1.50 today" in project.lmawep("status").out
    status = project.lmawep("status", "--json").json["costs"]
    assert (status["today"]["cost"], status["total"]["tokens"]) == (1.5, 1230)
    (pod,) = project.lmawep("pods", "--json").json["pods"]
    assert (pod["costs"]["cost"], pod["costs"]["runs"]) == (1.5, 1)
    assert "Tokens, where known: 1,230\n- Cost, where known: $1.50" in project.lmawep("postmortem").out
    project.config(prices={"op*": {"input": 1, "output": 10}})
    ended(project, used=Usage(1_000_000))
    assert "~$2.50 today" in project.lmawep("status").out


# -- budgets


def held(project: Project) -> list[str]:
    around = Around(now=now(), today=day_of(time.time()))
    return [waiting.why for waiting in decide(project.ws.snapshot(), around=around).waiting]


def test_a_days_budget_stops_every_agent_and_nothing_else(project: Project) -> None:
    project.spawn()
    ended(project)
    settle(project.ws, PodId("pod-1"))
    project.ticket("Other")
    assert not held(project)
    project.config(budgets={"day": 1.5}, agents={"me": {"command": ["true"]}})
    why = "today's budget of $1.50 is used up ($1.50)"
    assert held(project) == [why, why]
    assert why in project.lmawep("why", "101").out
    assert why[1:] in project.lmawep("status").out
    refused = project.refuses("run", "pod-1")
    assert f"No agent starts on #101: {why}." in refused
    assert "--over-budget" in refused
    project.lmawep("run", "pod-1", "--role", "command", "--", "true")
    project.lmawep("run", "pod-1", "--over-budget", "--role", "review", "--", "true", ok=False)
    assert read_run(project.ws.run_dir(PodId("pod-1"), "0003-review")).outcome is not None


def test_the_budget_of_a_ticket_stops_that_ticket_and_asks_the_person(project: Project) -> None:
    project.spawn()
    ended(project)
    settle(project.ws, PodId("pod-1"))
    project.spawn(project.ticket("Other"))
    project.config(budgets={"ticket": 1})
    why = "the budget of #101 of $1.00 is used up ($1.50)"
    assert held(project) == [why]
    assert [pod.attention for pod in project.ws.snapshot().pods.values()] == [why, None]
    assert why in project.refuses("run", "pod-1")
    project.lmawep("run", "pod-2", "--", "true", ok=False)
    project.config(budgets={"ticket": 1.8})
    assert "The budget of #101 of $1.80 is 83% used ($1.50)" in project.lmawep("status").out
    assert next(pod.attention for pod in project.ws.snapshot().pods.values()) is None


@pytest.mark.parametrize("role", [Role.TASK, Role.REVIEW])
def test_a_run_ended_for_its_budget_asks_the_person_and_costs_no_attempt(project: Project, role: Role) -> None:
    pod = project.reviewed() if role is Role.REVIEW else project.spawn()
    if role is Role.TASK:
        project.step(pod.ticket, Event.STARTED)
    ended(project, role=role, outcome=Outcome.BLOCKED, reason="its budget of $1.00 is used up ($1.50)")
    settle(project.ws, pod.id)
    snapshot = project.ws.snapshot()
    assert snapshot.state.holds[pod.ticket].kind is HoldKind.BLOCKED
    assert snapshot.pods[pod.id].attention == "is blocked: its budget of $1.00 is used up ($1.50)"
    assert snapshot.pods[pod.id].record.attempts == 0
    project.lmawep("unblock", "101")
    assert project.status_of(pod.ticket) == ("review" if role is Role.REVIEW else "assigned")


def test_a_run_is_told_its_own_budget(project: Project) -> None:
    project.spawn()
    project.config(budgets={"run": 2, "run_tokens": "1.5M"}, prices={"opus": {"input": 15, "output": 75}})
    run = runs.start(project.ws, PodId("pod-1"))
    assert (run.limits.cost, run.limits.tokens) == (2.0, 1_500_000)
    assert [price.model for price in run.limits.prices] == ["opus"]
    until(lambda: read_run(project.ws.run_dir(run.pod, run.name)).state is RunState.ENDED)


@pytest.mark.parametrize(("settings", "words"), [
    ({"budgets": {"day": -1}}, "day has to be 0 or more, and -1"),
    ({"budgets": {"day": float("nan")}}, "day has to be 0 or more"),
    ({"budgets": {"week": 1}}, "`budgets.week` is not a setting"),
    ({"budgets": {"day_tokens": "2MB"}}, "is not a number of tokens such as 2M"),
    ({"budgets": {"day": "lots"}}, "`budgets.day`"),
    ({"prices": {"m": {"in": 1}}}, "`prices.m.in` is not a setting"),
    ({"prices": {"m": {"input": -1}}}, "input has to be 0 or more"),
])  # fmt: skip
def test_settings_that_cannot_be_are_named(project: Project, settings: dict[str, Any], words: str) -> None:
    project.ws.layout.config.write_text(yaml.safe_dump({**project.settings, **settings}))
    assert words in project.refuses("costs")


def test_a_missing_login_says_how_to_log_in(project: Project) -> None:
    script = project.root.parent / "locked.sh"
    script.write_text("#!/bin/sh\necho 'Error: not logged in. Please run /login'; exit 1\n")
    script.chmod(0o755)
    project.config(agent="locked", agents={"locked": {"command": [str(script)], "login": "locked login"}})
    pod = project.spawn()
    project.lmawep("run", pod.id, ok=False)
    assert project.ws.snapshot().state.limited["locked"].login == "locked login"
    assert "to be logged in (locked login)" in project.lmawep("status").out
    assert "to be logged in (locked login)" in project.lmawep("agents").out
    assert "locked: not logged in (locked login); next try" in project.lmawep("why", "101").out
    (shown,) = project.lmawep("pods", "--json").json["pods"]
    assert shown["attention"] == "log in (locked login): Error: not logged in. Please run /login"


TOKENS = {"input": 1000, "output": 10, "reasoning": 0, "cache": {"read": 0, "write": 0}}
PART = {"type": "step-finish", "reason": "tool-calls", "cost": 0.75, "tokens": TOKENS}
STEP = {"type": "step_finish", "timestamp": 1, "sessionID": "s", "part": PART}


@pytest.mark.parametrize(("budgets", "words"), [
    ({"run": 2}, "its budget of $2.00 is used up ($2.25)"), ({"run_tokens": 2500}, "its budget of 2.5k tok is used up"),
])  # fmt: skip
def test_a_live_run_is_ended_when_its_budget_is_used_up(project: Project, budgets: Any, words: str) -> None:
    """The agent would go on for ever: one paid step after the other, each told when it has been paid."""
    script = project.root.parent / "dear.sh"
    script.write_text(f"#!/bin/sh\ncat > /dev/null\nfor n in 1 2 3; do echo '{json.dumps(STEP)}'; done\nsleep 600\n")
    script.chmod(0o755)
    project.config(agent="dear", agents={"dear": {"command": [str(script)], "format": "opencode-parts"}},
                   budgets=budgets)  # fmt: skip
    pod = project.spawn()
    project.lmawep("run", pod.id, ok=False)
    run = read_run(project.ws.run_dir(pod.id, "0001-task"))
    assert (run.outcome, run.reason.partition(";")[0][: len(words)]) == (Outcome.BLOCKED, words)
    assert run.usage == Usage(3000, 0, 30, 2.25)
    assert spent(project) == (1, 2.25)
    snapshot = project.ws.snapshot()
    assert snapshot.pods[pod.id].record.attempts == 0
    assert words in str(snapshot.pods[pod.id].attention)
    assert not project.marked()


_WATCHED_LATE = """
import os, sys
from pathlib import Path
from lmawep_tui.agents.process_tree import Tree
from lmawep_tui.agents.watch import Wakeup, Watch
from lmawep_tui.model.run import Limits, Role, Run
here = Path(sys.argv[1])
limits = Limits(timeout_s=3, silence_s=0, final_s=0, cost=2.0)
run = Run(pod="pod-1", ticket=101, number=1, role=Role.TASK, argv=("x",), cwd=str(here), mark="m" * 24,
          format="opencode-parts", limits=limits)
print(Watch(here, run, Tree("m" * 24, parent=os.getpid()), Wakeup()).until(lambda: False).outcome)
"""


def test_what_was_printed_before_anybody_watched_counts_too(tmp_path: Path) -> None:
    (tmp_path / "output.log").write_text(f"{json.dumps(STEP)}\n" * 3)
    done = subprocess.run([PYTHON, "-c", _WATCHED_LATE, str(tmp_path)], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "blocked", done.stderr


RESULT = {"type": "result", "subtype": "error_max_budget_usd", "is_error": True, "session_id": "s",
          "terminal_reason": "budget_exhausted", "total_cost_usd": 2.01, "usage": {"input_tokens": 9}}  # fmt: skip


def test_an_agent_that_minds_its_budget_by_itself_is_told_it(project: Project) -> None:
    """It stops before we would: a person is asked all the same, and no attempt is used up."""
    script = project.root.parent / "frugal.sh"
    script.write_text(
        f"#!/bin/sh\ncat > /dev/null\n[ \"$*\" = '--most 2.00' ] && echo '{json.dumps(RESULT)}'\nexit 1\n"
    )
    script.chmod(0o755)
    frugal = {"command": [str(script), "{budget_args}"], "format": "claude-stream",
              "budget_args": ["--most", "{budget}"]}  # fmt: skip
    project.config(agent="frugal", agents={"frugal": frugal}, budgets={"run": 2})
    pod = project.spawn()
    project.lmawep("run", pod.id, ok=False)
    run = read_run(project.ws.run_dir(pod.id, "0001-task"))
    assert run.argv[1:] == ("--most", "2.00")
    assert (run.outcome, run.reason.partition(";")[0]) == (Outcome.BLOCKED, "its budget of $2.00 is used up ($2.01)")
    assert project.ws.snapshot().pods[pod.id].record.attempts == 0


def test_what_aider_says_in_plain_text_counts_too(project: Project) -> None:
    text = ["Aider v0.86.2", "Main model: gpt-5 with diff edit format", "Hello.",
            "Tokens: 4.0k sent, 134 received. Cost: $0.02 message, $0.02 session."]  # fmt: skip
    project.agent("aider", "cat > /dev/null\n" + "\n".join(f"echo '{line}'" for line in text))
    project.lmawep("run", project.spawn().id, ok=False)
    (row,) = project.lmawep("costs", "--by", "agent", "--json").json["costs"]
    assert (row["agent"], row["input"], row["output"], row["cost"]) == ("aider gpt-5", 4000, 134, 0.02)
