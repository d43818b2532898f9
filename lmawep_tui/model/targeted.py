"""Tests by path rules: which commands belong to these changed paths. Pure; values from paths are data, never syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from lmawep_tui.model.command import Command, words_of
from lmawep_tui.model.dataclass import dataclass

_PLACE = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_LONGEST_PATH = 1024
MOST_COMMANDS = 20
"""More targeted commands than this would be no quick look any more."""


class Rule(Protocol):
    """A rule as the config has it."""

    @property
    def paths(self) -> str: ...

    @property
    def run(self) -> Command: ...


@dataclass(frozen=True, slots=True)
class TargetedCommand:
    """One command, and the files it names that were made up from a changed path: they need not exist."""

    argv: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targeted:
    """The commands for some changed paths, and what was left out."""

    commands: tuple[TargetedCommand, ...]
    too_many: bool = False


def check_rule(paths: str, run: Command) -> None:
    """Raises ValueError, in words, when the two do not make a rule."""
    try:
        groups = re.compile(paths).groupindex
    except re.error as error:
        raise ValueError(f"the pattern {paths!r} cannot be read: {error}") from None
    try:
        words = words_of(run)
    except ValueError as error:
        raise ValueError(f"`run` {error}") from None
    unknown = {name for word in words for name in _PLACE.findall(word)} - groups.keys()
    if unknown:
        raise ValueError(f"{{{min(unknown)}}} in `run` is no group of `paths`; name it: (?P<{min(unknown)}>…)")
    if _PLACE.search(words[0]):
        raise ValueError("the program in `run` cannot come from a path")


def commands_for(rules: Sequence[Rule], changed: Iterable[str]) -> Targeted:
    """The commands of the rules that match, each once, in the order of the rules.

    A value that could pass for an option, or that holds a NUL character, makes no command: paths are named by agents.
    """
    paths = sorted({path for path in changed if len(path) <= _LONGEST_PATH})
    found: dict[TargetedCommand, None] = {}
    for rule in rules:
        pattern, words = re.compile(rule.paths), words_of(rule.run)
        for path in paths:
            match = pattern.fullmatch(path)
            filled = None if match is None else _filled(words, match.groupdict(default=""))
            if filled is not None:
                found[filled] = None
    commands = tuple(found)
    return Targeted(commands[:MOST_COMMANDS], len(commands) > MOST_COMMANDS)


def _filled(words: tuple[str, ...], values: dict[str, str]) -> TargetedCommand | None:
    used = {name for word in words for name in _PLACE.findall(word)}
    if any(not values[name] or values[name].startswith("-") or "\0" in values[name] for name in used):
        return None
    argv = tuple(_PLACE.sub(lambda m: values[m[1]], word) for word in words)
    made_up = [new for word, new in zip(words, argv, strict=True) if new != word]
    return TargetedCommand(argv, tuple(path for word in made_up if (path := _path_in(word))))


def _path_in(word: str) -> str:
    """The path that a word seems to name: `tests/test_a.py::test_x` names a file, `--only=a/b` does not."""
    path = word.partition("::")[0]
    return path if "/" in path and not path.startswith(("-", "/")) and "://" not in path else ""
