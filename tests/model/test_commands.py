"""Commands: a line is split as a shell would, or refused; path rules fill in data, never syntax."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lmawep_tui.files.config_file import parse_config
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.model.command import split_command, words_of
from lmawep_tui.model.config import Config, TargetedTests
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.targeted import MOST_COMMANDS, Targeted, commands_for
from lmawep_tui.model.test_report import Report, difference, difference_words, join

_SHELL = [
    *("cd x && pytest", "FOO=1 pytest", "a; b", "a | b", "pytest > log", "pytest < in", "echo $HOME", "echo `id`"),
    *('echo "$HOME"', 'echo "\\$HOME"', "(a)", "a &", "npm ci\nnpm test", "a \\\n b", "_X9=y z", "A+=b c"),
]


@pytest.mark.parametrize("text", _SHELL)
def test_what_only_a_shell_could_run_is_refused_and_told_how(text: str) -> None:
    with pytest.raises(ValueError, match=r"without a shell: write `\[sh, -c, '"):
        split_command(text)


@pytest.mark.parametrize("text", ["pytest 'x", 'pytest "x', "pytest \\"])
def test_what_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quote that is not closed|ends in a backslash"):
        split_command(text)


_PLAIN = [
    *("pytest -k 'a or (b and $c)' -q", "sh -c 'a && b'", "go test -run 'A|B' ./...", "make test J=4"),
    *('x "a b" a\\ b', "cargo test --quiet", "x --y=z", "é ü"),
]


@pytest.mark.parametrize("text", _PLAIN)
def test_what_needs_no_shell_is_split(text: str) -> None:
    assert split_command(text) == tuple(shlex.split(text)) and words_of(split_command(text)) == split_command(text)


@given(st.text(st.sampled_from("ab '\"\\;|&$`()<>=\n\tX"), max_size=12))
@example("a '$b'")
def test_what_is_split_is_what_a_shell_would_run(text: str) -> None:
    """The shell itself is asked: whatever is not refused means just the same to it."""
    try:
        words = split_command(text)
    except ValueError:
        return
    asked = subprocess.run(["sh", "-c", f"set -f; printf '%s\\0' {text.strip()}"], capture_output=True, check=True)
    assert asked.stdout.decode().split("\0")[:-1] == list(words)


def read(text: str) -> Config:
    return parse_config(text, Path("config.yaml"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tests: {command: 'a && b'}", r"config.yaml:1: `tests.command` holds shell syntax \(`&`\)"),
        ("main: main\nworktree:\n  setup: 'npm ci; x'", r"config.yaml:3: `worktree.setup` holds shell syntax"),
        ("agents: {me: {command: 'claude | tee log'}}", "`agents.me.command` holds shell syntax"),
        ("tests:\n  targeted:\n  - {paths: x, run: 'a > b'}", r":3: `tests.targeted.0.run` holds shell syntax"),
        ("tests:\n  targeted:\n  - {paths: 'x(', run: a}", r":3: `tests.targeted.0`: the pattern 'x\(' cannot be read"),
        ("tests:\n  targeted:\n  - {paths: x, run: 'a {b}'}", r"\{b\} in `run` is no group of `paths`"),
        ("tests:\n  targeted:\n  - {paths: '(?P<b>.*)', run: '{b} x'}", "program in `run` cannot come from a path"),
        ("tests:\n  targeted:\n  - {paths: x}", "`run` is empty"),
        ('tests: {command: "a \'b"}', "quote that is not closed"),
        ("tests: {command: [1]}", "`tests.command`: input should be a valid string"),
        ("tests: {junit: '../x.xml'}", "not a path or glob inside"),
        ("tests: {junit: 'x**/y'}", "not a path or glob inside"),
        ("tests: {rerun: 2}", "`tests.rerun`: input should be 0 or 1"),
        ("tests: {known: maybe}", "`tests.known`: input should be 'forbid' or 'allow'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(text)


def test_a_command_is_a_line_or_words_and_stays_as_it_was_written() -> None:
    config = read("tests: {command: [sh, -c, 'a && b']}\nworktree: {setup: npm ci}\nagents: {me: {command: claude -p}}")
    assert config.tests.command == ("sh", "-c", "a && b") and config.worktree.setup == "npm ci"
    assert config.agents["me"].command == ("claude", "-p")
    assert from_plain(Config, to_plain(config)) == config, "the cache keeps either form"


def rule(paths: str, run: str | tuple[str, ...]) -> TargetedTests:
    return TargetedTests(paths=paths, run=run)


def argvs(found: Targeted) -> tuple[tuple[str, ...], ...]:
    return tuple(command.argv for command in found.commands)


def test_files_made_up_from_a_path_are_named() -> None:
    (found,) = commands_for([rule(r"s/(?P<n>.*)", "t tests/{n}::x a/b --y=c/{n} {n}")], ["s/q"]).commands
    assert found.files == ("tests/q",)


def test_rules_make_commands_of_changed_paths() -> None:
    rules = [rule(r"src/(?P<name>\w+)\.py", "pytest tests/test_{name}.py -k {name}"), rule(r"docs/.*", "make docs")]
    found = commands_for(rules, ["src/b.py", "src/a.py", "docs/x.md", "docs/y.md", "xsrc/a.py", "src/a.pyc", "z"])
    assert argvs(found) == (("pytest", "tests/test_a.py", "-k", "a"), ("pytest", "tests/test_b.py", "-k", "b"),
                              ("make", "docs"))  # fmt: skip


@pytest.mark.parametrize("name", ["-x", "--junitxml=/etc/passwd", "", "a\0b"])
def test_a_value_that_could_be_an_option_makes_no_command(name: str) -> None:
    assert commands_for([rule(r"s/(?P<name>(.|\n)*)", "pytest {name}")], [f"s/{name}"]).commands == ()


@given(st.text(max_size=20).filter(lambda text: "\0" not in text and text and not text.startswith("-")))
def test_a_value_is_one_argument_whatever_it_holds(value: str) -> None:
    found = commands_for([rule(r"(?s:(?P<name>.*))", "x a{name}b {name}")], [value])
    assert argvs(found) == (("x", f"a{value}b", value),)


def test_many_targeted_commands_are_no_quick_look() -> None:
    found = commands_for([rule(r"(?P<n>.*)", "t {n}")], map(str, range(50)))
    assert len(found.commands) == MOST_COMMANDS and found.too_many


names = st.sets(st.sampled_from("abcdef"))


@given(names, names, names)
def test_a_difference_adds_up(passed: set[str], failing: set[str], base: set[str]) -> None:
    found = difference(passed - failing, failing, base)
    assert {*found.new, *found.known} == failing and not {*found.new} & base and {*found.known} <= base
    assert {*found.fixed} == base & (passed - failing)


def test_a_difference_in_words() -> None:
    assert difference_words(difference("ab", "", "abc")) == "0 new, 2 fixed, 0 known"
    assert difference_words(difference("", "abcde", "e")) == "4 new failures (a, b, c, …), 0 fixed, 1 known"
    assert difference_words(difference("", "a", "")) == "1 new failure (a), 0 fixed, 0 known"


def test_a_test_that_failed_anywhere_has_failed() -> None:
    both = join([Report(frozenset("ab")), Report(frozenset("c"), {"a": "no"}, 1)])
    assert both.passed == {"b", "c"} and both.failing == {"a": "no"} and both.total == 4
