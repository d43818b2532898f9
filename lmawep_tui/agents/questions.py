"""A live run asks the person and waits: questions and permissions, put and answered through the run's folder.

Whoever asks (our MCP server, the client of an agent that speaks ACP) and whoever answers (screen, command line) are
processes that know nothing of each other; each may be killed at any instant, and the files still tell what stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.files.journal import now
from lmawep_tui.files.parse_cache import may_change_unseen
from lmawep_tui.files.question_file import read_answer, read_question, read_waiting, write_answer, write_question
from lmawep_tui.files.read import Stamp, stamp
from lmawep_tui.model.errors import NotFound, Refused
from lmawep_tui.model.question import MAX_DETAIL, MAX_LABEL, MAX_OPTIONS, MAX_TITLE, Answer, Question, chosen

POLL_S = 0.1
MAX_WAIT_S = 24 * 3600.0
"""Longest that a question holds a run's clocks still."""


def ask(run_dir: Path, question: Question) -> int:
    """Puts a question and returns its number; what an agent wrote is cut and made safe to show first.

    Raises Refused when too many wait, LmawepError when the disk does not take it.
    """
    options = tuple((id_, clean_line(label)[:MAX_LABEL]) for id_, label in question.options)  # ids go back as they are
    if any(len(id_) > MAX_LABEL for id_, _ in options) or len(options) > MAX_OPTIONS:
        raise Refused(f"A question has at most {MAX_OPTIONS} options, with ids of {MAX_LABEL} characters.")
    safe = replace(
        question,
        title=clean_text(question.title[: MAX_TITLE * 2]).strip()[:MAX_TITLE],
        tool=clean_line(question.tool)[:MAX_LABEL],
        detail=clean_text(question.detail[: MAX_DETAIL * 2])[:MAX_DETAIL],
        options=options,
        since=question.since or now(),
    )
    return write_question(run_dir, safe).number


def waiting(run_dir: Path) -> list[Question]:
    """What waits for an answer, oldest first. Whether the run still lives is for the caller to know."""
    return [question for question in read_waiting(run_dir) if not question.expired()]


def answer(run_dir: Path, number: int, said: str) -> Answer:
    """Answers a question by an option or by text (see model.question.chosen); returns the answer as stored.

    Raises NotFound for a number that was never asked, Refused when it is answered, withdrawn or waited for no longer,
    UsageError when `said` cannot be its answer.
    """
    question = read_question(run_dir, number)
    if question is None:
        raise NotFound(f"This run asked no question {number}.")
    if question.expired():
        raise Refused(f"Nobody waits for an answer to question {number} any more.", "Tell the next run instead.")
    given = replace(chosen(question, said), at=now())
    if not write_answer(run_dir, number, given):
        before = read_answer(run_dir, number)
        gone = before is not None and before.withdrawn
        raise Refused(f"Question {number} {'was withdrawn' if gone else 'is answered already'}.")
    return given


def answer_of(run_dir: Path, number: int) -> Answer | None:
    """The answer, or None while there is none; a withdrawn question has one that says so."""
    return read_answer(run_dir, number)


def wait_for_answer(
    run_dir: Path, number: int, timeout_s: float, *, give_up: Callable[[], bool] = lambda: False
) -> Answer | None:
    """Blocks until the answer is there; None after `timeout_s`, when `give_up` says so or the question was withdrawn.

    The question stays open then: `withdraw` it, and should an answer have come at that very moment, it is returned.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        found = read_answer(run_dir, number)
        if found is not None:
            return None if found.withdrawn else found
        left = deadline - time.monotonic()
        if left <= 0 or give_up():
            return None
        time.sleep(min(POLL_S, left))


def withdraw(run_dir: Path, number: int) -> Answer | None:
    """Takes a question back; returns the answer if one was quicker, else None. Nobody can answer it afterwards."""
    if write_answer(run_dir, number, Answer(withdrawn=True, at=now())):
        return None
    found = read_answer(run_dir, number)
    return None if found is None or found.withdrawn else found


class Asked:
    """Tells a supervisor, which looks twice a second, whether its run waits for the person."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._seen: Stamp | None = None
        self._open: list[Question] = []

    def now(self) -> bool:
        """Whether somebody waits for an answer; one that is waited for without an end, or for days, does not count."""
        found = stamp(self._run_dir)
        if found is None:
            return False
        if found != self._seen:
            self._open = read_waiting(self._run_dir)
            self._seen = None if may_change_unseen(found) else found
        now = time.time()
        return any(now < question.until < now + MAX_WAIT_S for question in self._open)
