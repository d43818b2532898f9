"""Questions of a live run and their answers: `asked-001.json` and `answer-001.json` in the run's folder.

They lie in the folder itself because that is what screens watch.

A question is open until the file of its answer exists, and that file is made once and never replaced: of an answer,
a second answer and a withdrawal exactly one counts, whoever comes first.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from pathlib import Path

from lmawep_tui.files.atomic import write_new
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile, Refused
from lmawep_tui.model.question import Answer, Question

ASKED, ANSWER = "asked-", "answer-"
MAX_ASKED = 999
"""Questions in one run, ever."""
MAX_WAITING = 20
"""Questions in one run that wait at the same time."""
_MAX_BYTES = 512 * 1024


def write_question(run_dir: Path, question: Question) -> Question:
    """Stores a question under the next free number and returns it with that; raises Refused when there are too many."""
    if len(read_waiting(run_dir)) >= MAX_WAITING:
        raise Refused(f"{MAX_WAITING} questions of this run wait already.", "Wait for an answer to one of them.")
    number = max(_numbers(run_dir)[0], default=0) + 1
    while number <= MAX_ASKED:
        numbered = replace(question, number=number)
        if write_new(run_dir / _name(ASKED, number), json.dumps(to_plain(numbered)) + "\n"):
            return numbered
        number += 1
    raise Refused(f"This run has asked {MAX_ASKED} questions; no run asks more.")


def write_answer(run_dir: Path, number: int, answer: Answer) -> bool:
    """Stores the answer; False when there is one already, or the question was withdrawn."""
    return write_new(run_dir / _name(ANSWER, number), json.dumps(to_plain(answer)) + "\n")


def read_question(run_dir: Path, number: int) -> Question | None:
    """The question of this number, open or not; None when there is none that can be read."""
    with contextlib.suppress(OSError, ValueError, BadFile):
        found = from_plain(Question, json.loads(read_text(run_dir / _name(ASKED, number), _MAX_BYTES)))
        if found.number == number and all(len(option) == 2 for option in found.options):
            return found
    return None


def read_answer(run_dir: Path, number: int) -> Answer | None:
    """The answer to the question of this number, or None."""
    with contextlib.suppress(OSError, ValueError, BadFile):
        return from_plain(Answer, json.loads(read_text(run_dir / _name(ANSWER, number), _MAX_BYTES)))
    return None


def read_waiting(run_dir: Path) -> list[Question]:
    """The open questions, oldest first, also those for whose answer nobody waits any more."""
    asked, answered = _numbers(run_dir)
    return [found for number in sorted(asked - answered) if (found := read_question(run_dir, number)) is not None]


def _name(kind: str, number: int) -> str:
    return f"{kind}{number:03d}.json"


def is_question_file(name: str) -> bool:
    """Whether a file of that name is a question or an answer."""
    return _number_in(ASKED, name) is not None or _number_in(ANSWER, name) is not None


def _number_in(kind: str, name: str) -> int | None:
    middle = name[len(kind) : -len(".json")]
    if middle.isascii() and middle.isdigit() and name == _name(kind, int(middle[:4])):
        return int(middle)
    return None


def _numbers(run_dir: Path) -> tuple[set[int], set[int]]:
    """Numbers that were asked, and those that are answered."""
    found: tuple[set[int], set[int]] = (set(), set())
    with contextlib.suppress(OSError):
        for name in os.listdir(run_dir):
            for kind, numbers in zip((ASKED, ANSWER), found, strict=True):
                if (number := _number_in(kind, name)) is not None:
                    numbers.add(number)
    return found
