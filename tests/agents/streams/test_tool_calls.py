"""What a tool call does and to what, from its name and arguments."""

from __future__ import annotations

import pytest

from lmawep_tui.agents.streams.tools import MAX_TARGET, call, changed, command_line, kind_of, patched, relative
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import ToolKind, Wall


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("Read read_file readFile read_many_files NotebookRead ls list_directory view_image", ToolKind.READ),
        ("Edit MultiEdit Write write_file replace NotebookEdit apply_patch str_replace_based_edit_tool", ToolKind.EDIT),
        ("Bash bash run_shell_command execute_command shell run_commands", ToolKind.COMMAND),
        ("Grep Glob grep_search search_file_content glob search_codebase", ToolKind.SEARCH),
        ("WebFetch web_fetch WebSearch google_web_search fetch_web_content", ToolKind.FETCH),
        ("TodoWrite todo_write write_todos ExitPlanMode update_plan", ToolKind.PLAN),
        ("Task Agent agent task Skill", ToolKind.AGENT),
        ("AskUserQuestion mcp__github__create_issue StructuredOutput ToolSearch", ToolKind.OTHER),
    ],
)
def test_a_tool_s_kind_is_told_by_its_name(names: str, kind: ToolKind) -> None:
    assert {name: kind_of(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


_CALLS = [
    ("Read", {"file_path": "/repo/src/a.py", "limit": 5}, "src/a.py", None, None),
    ("Read", {"file_path": "/elsewhere/a.py"}, "/elsewhere/a.py", None, None),
    ("ls", {"path": "/repo"}, ".", None, None),
    ("Edit", {"file_path": "/repo/a", "old_string": "one\ntwo", "new_string": "one\n2\n3"}, "a", 2, 1),
    ("Edit", {"file_path": "/repo/a", "old_string": "", "new_string": "x\ny\n"}, "a", 2, 0),
    ("replace", {"file_path": "a", "old_string": "x", "new_string": ""}, "a", 0, 1),
    ("edit", {"path": "a", "oldText": "x", "newText": "y"}, "a", 1, 1),
    ("Write", {"file_path": "/repo/n.txt", "content": "1\n2\n3\n"}, "n.txt", 3, None),
    ("MultiEdit", {"file_path": "m", "edits": [{"old_string": "a", "new_string": "b"}] * 3}, "m", 3, 3),
    ("apply_patch", {"path": "p", "patch": "--- a\n+++ b\n@@\n-x\n+y\n+z\n"}, "p", 2, 1),
    ("NotebookEdit", {"notebook_path": "/repo/n.ipynb", "new_source": "a\nb"}, "n.ipynb", 2, None),
    ("Edit", {"file_path": "/repo/a"}, "a", None, None),
    ("Bash", {"command": "cd /repo && ls", "description": "List"}, "ls", None, None),
    ("shell", {"command": ["git", "commit", "-m", "two words"]}, "git commit -m 'two words'", None, None),
    ("run_commands", {"commands": ["ls", "pwd"]}, "ls\npwd", None, None),
    ("Grep", {"pattern": "TODO", "path": "/repo/src"}, "TODO in src", None, None),
    ("Grep", {"pattern": "TODO", "path": "/repo"}, "TODO", None, None),
    ("Glob", {"pattern": "**/*.py"}, "**/*.py", None, None),
    ("WebFetch", {"url": "https://x/y", "prompt": "what"}, "https://x/y", None, None),
    ("WebSearch", {"query": "a b"}, "a b", None, None),
    (
        "TodoWrite",
        {"todos": [{"content": "a", "status": "completed"}, {"content": "b", "status": "in_progress"}]},
        "1/2 b",
        None,
        None,
    ),
    ("Task", {"description": "Look around", "prompt": "long"}, "Look around", None, None),
    ("AskUserQuestion", {"questions": [{"question": "Which?"}, {"question": "Why?"}]}, "Which?\nWhy?", None, None),
    ("mcp__x__y", {"title": "An issue", "n": 1}, "An issue", None, None),
    ("mcp__x__y", {"n": 1}, "", None, None),
    ("Bash", {}, "", None, None),
    ("Bash", {"command": None}, "", None, None),
]


@pytest.mark.parametrize(("name", "given", "target", "added", "removed"), _CALLS)
def test_a_call_is_told_by_what_a_person_would_name_it_by(
    name: str, given: dict[str, object], target: str, added: int | None, removed: int | None
) -> None:
    told = call(name, given, "/repo")
    assert (told.target, told.added, told.removed) == (target, added, removed)


def test_a_target_is_of_bearable_length() -> None:
    assert len(call("Bash", {"command": "x" * 1_000_000}).target) == MAX_TARGET + 1


@pytest.mark.parametrize(
    ("command", "plain"),
    [
        ("/bin/bash -lc 'cat hello.py'", "cat hello.py"),
        ("/bin/bash -lc ls", "ls"),
        ("bash -lc \"git commit -m 'two words'\"", "git commit -m 'two words'"),
        ("/usr/bin/zsh -lc 'echo '\"'\"'x'\"'\"''", "echo 'x'"),
        ('sh -c "echo \\$HOME"', "echo $HOME"),
        ("/bin/bash -lc 'cut off", "'cut off"),
        ("/bin/bash -lc 'a' 'b'", "'a' 'b'"),
        ("bash script.sh", "bash script.sh"),
        ("bash", "bash"),
        ("cd /repo && make", "make"),
        ("cd /repo/sub && make", "cd /repo/sub && make"),
        ("/bin/bash -lc 'cd /repo && make'", "make"),
        ("", ""),
    ],
)
def test_a_command_line_is_told_without_the_shell_around_it(command: str, plain: str) -> None:
    assert command_line(command, "/repo") == plain


@pytest.mark.parametrize(
    ("path", "cwd", "told"),
    [
        ("/repo/a", "/repo", "a"),
        ("/repo/a", "/repo/", "a"),
        ("/repo", "/repo", "."),
        ("/repo/", "/repo", "."),
        ("/repository/a", "/repo", "/repository/a"),
        ("a", "/repo", "a"),
        ("/a", "", "/a"),
        ("/a", "/", "/a"),
    ],
)
def test_a_path_is_told_as_seen_from_where_the_agent_works(path: str, cwd: str, told: str) -> None:
    assert relative(path, cwd) == told


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [("a\nb\nc", "a\nX\nc", (1, 1)), ("a", "a", (0, 0)), ("", "a\nb", (2, 0)), ("a\na", "a", (0, 1)), ("", "", (0, 0))],
)
def test_lines_that_stay_the_same_are_not_counted(old: str, new: str, counts: tuple[int, int]) -> None:
    assert changed(old, new) == counts


def test_a_patch_is_counted_without_its_head() -> None:
    assert patched(["--- a", "+++ b", "@@", "-x", "+y", "+z", " same", None]) == (2, 1)


@pytest.mark.parametrize(
    ("words", "status", "wall"),
    [
        ("", 429, Wall.RATE_LIMIT),
        ("whatever", 401, Wall.AUTH),
        ("", 529, Wall.OVERLOADED),
        ("rate_limit", 0, Wall.RATE_LIMIT),
        ("API Error: Request rejected (429) · Rate limit reached for requests", 0, Wall.RATE_LIMIT),
        ("exceeded retry limit, last status: 429 Too Many Requests", 0, Wall.RATE_LIMIT),
        ("unexpected status 401 Unauthorized: Invalid API key", 0, Wall.AUTH),
        ('[API Error: {"error":{"code":401,"message":"Invalid API key"}}]', 0, Wall.AUTH),
        ('[API Error: {"error":{"code":500,"message":"Internal server error"}}]', 0, Wall.OVERLOADED),
        ("Missing environment variable: `FAKE_KEY`.", 0, Wall.AUTH),
        ("Not logged in · Please run /login", 0, Wall.AUTH),
        ("authentication_failed", 0, Wall.AUTH),
        ("You've hit your limit · resets 3pm", 0, Wall.RATE_LIMIT),
        ("Claude AI usage limit reached|1795231517", 0, Wall.RATE_LIMIT),
        ("Your credit balance is too low", 0, Wall.RATE_LIMIT),
        ("We’re currently experiencing high demand", 0, Wall.OVERLOADED),
        ("prompt_too_long", 0, Wall.CONTEXT),
        ("Prompt is too long", 0, Wall.CONTEXT),
        ("Reached maximum number of turns (2)", 0, None),
        ("Unterminated string in JSON at position 429", 0, None),
        ("exit code 3", 0, None),
        ("", 0, None),
        ("", 404, None),
    ],
)
def test_a_wall_is_told_by_its_status_or_its_words(words: str, status: int, wall: Wall | None) -> None:
    assert wall_of(words, status) is wall
