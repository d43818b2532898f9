"""An agent asks the person: its run waits for the answer for a while, and else ends with the question."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lmawep_tui.agents import questions
from lmawep_tui.agents.outcome import file_report, read_filed_report, take_back_report
from lmawep_tui.engine.own_run import own_run
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.question import Answer, Question
from lmawep_tui.model.report import Claim, Report


def ask_person(
    ws: Workspace,
    pod: PodId,
    run: str,
    question: str,
    options: Sequence[str] = (),
    *,
    wait_s: float | None = None,
    give_up: Callable[[], bool] = lambda: False,
) -> str | None:
    """Blocks until the person has answered and returns the answer; None when nobody did.

    It waits `wait_s` seconds, at most and by default the config's limits.answer. As long as it is not answered the
    question stands as the run's report: an agent that ends, however it does, has ended with it. Raises as own_run,
    UsageError for an empty question.
    """
    if not question.strip():
        raise UsageError("The question is empty.", "Say what you need to know, and what you would do yourself.")
    found = own_run(ws, pod, run)
    run_dir = ws.run_dir(pod, found.name)
    longest = ws.config.limits.answer
    wait = longest if wait_s is None else max(0.0, min(wait_s, longest))
    number = _put(run_dir, question, options, wait) if wait > 0 else None
    before, filed = read_filed_report(run_dir), Report(status="QUESTION", question=question.strip()[:4000])
    file_report(run_dir, filed)
    answer = _answer(run_dir, number, wait, give_up) if number is not None else None
    if answer is None:
        return None
    # Of two questions at once the second found the first as what was filed before: that one is no report to go back to.
    take_back_report(run_dir, filed, before if before is not None and before.claim is not Claim.QUESTION else None)
    return answer.text


def _put(run_dir: Path, question: str, options: Sequence[str], wait_s: float) -> int:
    offered = tuple((option, option) for option in dict.fromkeys(options))
    until = time.time() + wait_s
    return questions.ask(run_dir, Question(ask=Ask.QUESTION, title=question, options=offered, until=until))


def _answer(run_dir: Path, number: int, wait_s: float, give_up: Callable[[], bool]) -> Answer | None:
    """The answer, also one that comes as the question is withdrawn because the time is up."""
    answer = None
    try:
        answer = questions.wait_for_answer(run_dir, number, wait_s, give_up=give_up)
    finally:
        answer = answer or questions.withdraw(run_dir, number)
    return answer
