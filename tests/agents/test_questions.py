"""Questions of a live run: asked, answered once, withdrawn, and what hostile or broken files do to them (nothing)."""

from __future__ import annotations

import dataclasses
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.agents.questions import answer, answer_of, ask, wait_for_answer, waiting, withdraw
from lmawep_tui.files.question_file import MAX_WAITING
from lmawep_tui.model.errors import NotFound, Refused, UsageError
from lmawep_tui.model.event import Ask
from lmawep_tui.model.question import MAX_TITLE, Question, chosen
from lmawep_tui.model.run import Outcome
from tests.agents.runs import QUICK, Project

OPTIONS = (("allow_once", "Allow"), ("allow_always", "Always allow"), ("reject", "Reject"))
PERMISSION = Question(ask=Ask.PERMISSION, title="Run `rm -r build`", tool="bash", options=OPTIONS)
PLAIN = Question(ask=Ask.QUESTION, title="Which database?")


def test_an_answer_ends_the_wait(tmp_path: Path) -> None:
    number = ask(tmp_path, PLAIN)
    [shown] = waiting(tmp_path)
    assert (shown.title, shown.number, shown.ask) == ("Which database?", 1, Ask.QUESTION) and shown.since
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(wait_for_answer, tmp_path, number, 20.0)
        assert answer(tmp_path, number, " sqlite \n").text == "sqlite"
        got = waits.result(20)
    assert got is not None and got.text == "sqlite"
    assert waiting(tmp_path) == []
    assert answer_of(tmp_path, number) == got


def test_oldest_first_and_numbers_go_on(tmp_path: Path) -> None:
    assert [ask(tmp_path, PLAIN), ask(tmp_path, PERMISSION), ask(tmp_path, PLAIN)] == [1, 2, 3]
    answer(tmp_path, 1, "yes")
    assert [q.number for q in waiting(tmp_path)] == [2, 3]
    assert ask(tmp_path, PLAIN) == 4


def test_an_answer_counts_once(tmp_path: Path) -> None:
    ask(tmp_path, PLAIN)
    together = threading.Barrier(8)

    def say(number: int) -> str:
        together.wait()
        try:
            return answer(tmp_path, 1, f"answer {number}").text
        except Refused as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(say, range(8)))
    won = [text for text in said if text.startswith("answer")]
    assert len(won) == 1 and sum("answered already" in text for text in said) == 7
    found = answer_of(tmp_path, 1)
    assert found is not None and found.text == won[0]
    assert withdraw(tmp_path, 1) == found


def test_many_ask_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: ask(tmp_path, PLAIN), range(MAX_WAITING))) == list(range(1, MAX_WAITING + 1))
    with pytest.raises(Refused, match="wait already"):
        ask(tmp_path, PLAIN)
    answer(tmp_path, 3, "one less")
    assert ask(tmp_path, PLAIN) == MAX_WAITING + 1


def test_what_is_withdrawn_cannot_be_answered(tmp_path: Path) -> None:
    ask(tmp_path, PLAIN)
    assert withdraw(tmp_path, 1) is None
    assert waiting(tmp_path) == []
    assert wait_for_answer(tmp_path, 1, 5.0) is None
    with pytest.raises(Refused, match="withdrawn"):
        answer(tmp_path, 1, "late")


def test_a_wait_ends_by_its_time_and_when_it_is_given_up(tmp_path: Path) -> None:
    ask(tmp_path, PLAIN)
    assert wait_for_answer(tmp_path, 1, 0.0) is None
    assert wait_for_answer(tmp_path, 1, 60.0, give_up=lambda: True) is None
    assert len(waiting(tmp_path)) == 1


def test_a_question_nobody_waits_for_any_more_is_not_shown(tmp_path: Path) -> None:
    ask(tmp_path, Question(ask=Ask.QUESTION, title="Still there?", until=time.time() - 1))
    assert waiting(tmp_path) == []
    with pytest.raises(Refused, match="any more"):
        answer(tmp_path, 1, "yes")


@pytest.mark.parametrize(
    ("said", "option"),
    [("allow_once", "allow_once"), ("Allow", "allow_once"), ("allow", "allow_once"), ("always allow", "allow_always"),
     ("always", "allow_always"), ("r", "reject"), ("2", "allow_always"), (" 3 ", "reject")],
)  # fmt: skip
def test_the_ways_to_name_an_option(said: str, option: str) -> None:
    assert chosen(PERMISSION, said).option == option


@pytest.mark.parametrize("said", ["", "  ", "al", "0", "4", "99999999999999999999999999", "rm -rf /", "²"])
def test_a_permission_takes_nothing_but_its_options(said: str) -> None:
    with pytest.raises(UsageError):
        chosen(PERMISSION, said)


def test_a_question_with_options_takes_text_too() -> None:
    question = Question(ask=Ask.QUESTION, title="Which?", options=(("a", "SQLite"), ("b", "Postgres")))
    assert chosen(question, "postgres").option == "b"
    assert (chosen(question, "Post").option, chosen(question, "Post").text) == ("", "Post")


@given(st.text(), st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_words_never_become_an_option_that_was_not_offered(said: str, options: list[tuple[str, str]]) -> None:
    question = Question(ask=Ask.PERMISSION, title="?", options=tuple(options))
    try:
        found = chosen(question, said)
    except UsageError:
        return
    assert (found.option, found.text) in options


def test_hostile_text_is_cut_and_shown_harmless(tmp_path: Path) -> None:
    ask(
        tmp_path,
        Question(ask=Ask.QUESTION, title="\x1b]0;x\x07\0" + "a" * 100_000, tool="\x1b[2J", options=(("\x1b", "\x1b"),)),
    )
    [found] = waiting(tmp_path)
    assert len(found.title) <= MAX_TITLE and "\x1b" not in found.title + found.tool + found.options[0][1]
    assert found.options[0][0] == "\x1b"  # an id goes back to its program as it came
    with pytest.raises(Refused, match="options"):
        ask(tmp_path, Question(ask=Ask.QUESTION, title="?", options=(("a", "a"),) * 30))


def test_broken_and_planted_files_are_no_questions(tmp_path: Path) -> None:
    ask(tmp_path, PLAIN)
    files = [tmp_path / f"asked-{number:03d}.json" for number in range(7)]
    files[2].write_text("[[")
    files[3].symlink_to("/etc/passwd")
    files[4].write_text(files[1].read_text())  # says it is number 1
    files[5].write_text(json.dumps({"ask": "question", "title": "x" * 600_000, "number": 5}))
    files[6].write_text(json.dumps({"ask": "question", "title": "x", "number": 6, "options": [["a"]]}))
    for name in (
        "asked-.json",
        "asked-1.json",
        "asked-0001.json",
        "asked-x.json",
        "asked-²²².json",
        "answer-9999.json",
    ):
        (tmp_path / name).write_text("{}")
    assert [q.number for q in waiting(tmp_path)] == [1]
    with pytest.raises(NotFound):
        answer(tmp_path, 2, "yes")
    assert ask(tmp_path, PLAIN) == 7


def test_a_link_where_the_file_should_be_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "answer-001.json").symlink_to(tmp_path / "elsewhere")
    ask(tmp_path, PLAIN)
    assert waiting(tmp_path) == []  # answered by something that is no answer: its asker hears nothing and gives up
    with pytest.raises(Refused):
        answer(tmp_path, 1, "yes")
    assert not (tmp_path / "elsewhere").exists() and answer_of(tmp_path, 1) is None


_ASKS = """
import json, os, pathlib, sys, time
where = pathlib.Path(sys.argv[1], "asked-001.json")
until = time.time() + float(sys.argv[2]) if sys.argv[2] != "0" else 0
where.write_text(json.dumps({"ask": "question", "title": "?", "number": 1, "until": until}))
time.sleep(float(sys.argv[3]))
"""


@pytest.mark.parametrize(
    ("waits", "works", "outcome"),
    [("3", "2.5", Outcome.COMPLETED), ("0.5", "60", Outcome.STALLED), ("0", "60", Outcome.STALLED),
     ("9999999", "60", Outcome.STALLED)],
)  # fmt: skip
def test_a_runs_clocks_stand_still_while_it_waits_for_the_person(
    project: Project, waits: str, works: str, outcome: Outcome
) -> None:
    """But not for a question that nobody waits for any more, or that would hold them still for ever."""
    limits = dataclasses.replace(QUICK, silence_s=1.2, timeout_s=5.0)
    run_dir = project.root / "lmawep-workspace" / "runs" / "pod-1" / "0001-task"
    _, run = project.finish([sys.executable, "-c", _ASKS, str(run_dir), waits, works], limits=limits)
    assert run.outcome is outcome, run.reason
