"""How a run ended, in a word for people."""

from __future__ import annotations

import pytest

from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.run import Outcome, Role, Run


@pytest.mark.parametrize(("role", "outcome", "status", "words"), [
    (Role.TASK, None, None, ""),
    (Role.TASK, Outcome.RATE_LIMITED, 1, "rate limited"),
    (Role.TASK, Outcome.CRASHED, 1, "crashed"),
    (Role.CHECK, Outcome.CRASHED, 1, "red"),
    (Role.MERGE, Outcome.CRASHED, 1, "red"),
    (Role.CHECK, Outcome.CRASHED, 127, "crashed"),
    (Role.CHECK, Outcome.COMPLETED, 0, "completed"),
])  # fmt: skip
def test_red_tests_crashed_nothing(role: Role, outcome: Outcome | None, status: int | None, words: str) -> None:
    run = Run(pod=PodId("pod-1"), ticket=TicketId(101), number=1, role=role, argv=(), cwd="", mark="",
              outcome=outcome, exit_status=status)  # fmt: skip
    assert run.end_words == words
