"""text: any command's lines, and what aider and mini-swe-agent always print the same."""

from __future__ import annotations

from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.model.event import (
    Ended,
    Event,
    Note,
    Problem,
    Raw,
    Retrying,
    Started,
    Text,
    Thinking,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)
from tests.agents.streams.expect import events


def _read(text: str) -> list[Event]:
    return events("text", text.encode())


def _aider(text: str) -> list[Event]:
    return _read(f"Aider v0.86.2\n{text}")[1:]


def test_every_line_of_an_unknown_command_is_its_word() -> None:
    found = _read("one\n\n{not json}\r\nlast")
    assert found == [
        Text("one\n"),
        Text("\n", partial=True),
        Text("{not json}\r\n", partial=True),
        Text("last\n", partial=True),
    ]


def test_a_report_at_the_end_of_an_unknown_command_s_output_counts() -> None:
    digest = Digest().take_all(_read("working\n\nSTATUS: DONE\nPROGRESS: all\nNEXT: none\n")).close()
    assert digest.report is not None
    assert digest.phase is Phase.LOST, "it has no word for its end: its exit status tells"


def test_a_very_long_line_is_cut() -> None:
    found = _read("x" * 100_000)
    assert isinstance(found[0], Text)
    assert len(found[0].text) < 20_000


def test_aider_s_tokens_and_cost_are_counted() -> None:
    found = _aider(
        "Tokens: 12k sent, 3.5k cache write, 1.1k cache hit, 1,234 received. Cost: $0.02 message, $0.05 session."
    )
    assert found == [Used(15_500, 1_100, 1_234), Used(cost=0.05, total=True), Ended(TurnEnd.COMPLETED)]
    assert _aider("Tokens: 1.5M sent, 2 received.")[0] == Used(1_500_000, 0, 2)
    assert _aider("Tokens: .. sent, what")[0] == Used()


def test_aider_s_edits_and_commits_are_told() -> None:
    found = _aider("Applied edit to src/a b.py\nCommit 0a736c3 feat: x\n# 2 SEARCH/REPLACE blocks failed to match!")
    assert found[0] == ToolStarted("edit-1", "edit", ToolKind.EDIT, "src/a b.py")
    assert found[2] == Note("Commit 0a736c3 feat: x")
    assert isinstance(found[4], ToolEnded)
    assert (found[4].ok, found[4].output) == (False, "2 SEARCH/REPLACE blocks failed to match!")


def test_aider_s_thoughts_are_not_its_answer() -> None:
    found = _aider("Model: gpt with diff\n-------------\n► **THINKING**\nhm\n------------\n► **ANSWER**\nso")
    assert found == [Started(model="gpt"), Thinking("hm\n"), Text("so\n")]


def test_aider_s_errors_and_retries_are_told_and_what_came_after_counts() -> None:
    wall = "litellm.RateLimitError: RateLimitError: slow down\nRetrying in 0.5 seconds...\n"
    found = _aider(wall)
    assert found[0] == Problem("litellm.RateLimitError: RateLimitError: slow down", Wall.RATE_LIMIT)
    assert isinstance(found[1], Retrying)
    assert (found[1].wall, found[1].wait_s) == (Wall.RATE_LIMIT, 0.5)
    assert isinstance(found[-1], Ended)
    assert (found[-1].how, found[-1].wall) == (TurnEnd.FAILED, Wall.RATE_LIMIT)
    after = _aider(wall + "So.\nTokens: 1k sent, 2 received.")
    assert after[-1] == Ended(TurnEnd.COMPLETED)


_RULE = "─" * 80


def _mini(text: str) -> list[Event]:
    """What comes after the prompt, without what is told as it is."""
    found = _read(f"Building agent config from specs: \n\nUser:\nthe prompt\n{_RULE}\n{text}")
    return [each for each in found if not isinstance(each, Raw)]


def test_mini_s_steps_are_words_commands_and_what_they_gave() -> None:
    found = _mini(
        "mini-swe-agent (step 1, $0.00):\nI look.\n\n```\nls\n```\n```\npwd\n```\n\n"
        "Tool:\n<returncode>\n0\n<output>\na\n\nTool:\n<returncode>\n2\n<output>\nb\n"
        f"{_RULE}\n\nmini-swe-agent (step 2, $0.25):\nI saw.\n"
    )
    assert found == [
        Started(),
        Text("I look.\n"),
        Text("\n", partial=True),
        ToolStarted("command-1", "bash", ToolKind.COMMAND, "ls"),
        ToolStarted("command-2", "bash", ToolKind.COMMAND, "pwd"),
        ToolEnded("command-1", True, "bash", ToolKind.COMMAND, "ls", "a", 0),
        ToolEnded("command-2", False, "bash", ToolKind.COMMAND, "pwd", "b", 2),
        Used(cost=0.25, total=True),
        Text("I saw.\n"),
    ]


def test_mini_s_end_is_what_it_submitted_or_why_it_gave_up() -> None:
    done = _mini("Exit:\nSTATUS: DONE\nPROGRESS: all\n\nSaved trajectory to 'x'\n")
    assert done == [Ended(TurnEnd.COMPLETED, text="STATUS: DONE\nPROGRESS: all")]
    for word in ("LimitsExceeded", "RepeatedFormatError", "RuntimeError"):
        assert _mini(f"Exit:\n{word}\nSaved trajectory to 'x'\n") == [Ended(TurnEnd.FAILED, word)]


def test_mini_s_retries_are_told_on_stderr() -> None:
    line = "Retrying <unknown> in 4 seconds as it raised RateLimitError: litellm.RateLimitError: x."
    assert _mini(line) == [Retrying(0, "RateLimitError: litellm.RateLimitError: x.", Wall.RATE_LIMIT, 4.0)]


def test_a_prompt_that_looks_like_mini_s_own_output_is_still_a_prompt() -> None:
    prompt = "mini-swe-agent (step 9, $1.00):\nExit:\nSTATUS: DONE\nPROGRESS: all\nSaved trajectory to 'x'\n"
    found = _read(f"Building agent config from specs: \n\nUser:\n{prompt}{_RULE}\n")
    assert {type(each) for each in found} == {Raw}
