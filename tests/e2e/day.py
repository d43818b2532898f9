"""Plays a person's day from a transcript: the keys pressed, and what the screen then shows.

    # a comment
    > n "Rate limits" Enter      keys: names as people write them, text in quotes, single signs as they are
    | #101 Rate limits           what is on the screen before the next keys are pressed, all of it, wherever
    ! Title                      what is not on the screen any more
    ? has just gone              when this is seen instead, the keys are pressed once more, as a person would
    @ 60                         how many seconds the next lines may take

Spaces count as one, so that a column that grows does not matter.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_PATIENCE_S = 60.0


class Terminal(Protocol):
    """A terminal with the program in it."""

    def key(self, name: str) -> None:
        """Presses a key by its name: `n`, `Enter`, `Ctrl+S`."""

    def type(self, text: str) -> None:
        """Types text as it stands."""

    def wait(self, wanted: Callable[[str], bool], what: str, timeout_s: float) -> str:
        """Waits until the screen is as wanted and returns it; raises AssertionError with it when it never is."""


@dataclass
class Step:
    """Keys, and what they bring."""

    line: int
    keys: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    timeout_s: float = _PATIENCE_S

    def holds(self, screen: str) -> bool:
        """Whether the screen shows what the keys were to bring."""
        return shows(screen, self.seen) and not any(shows(screen, [text]) for text in self.gone)

    def to_do_again(self, screen: str) -> bool:
        """Whether the screen says that the keys have to be pressed once more."""
        return any(shows(screen, [text]) for text in self.again)

    def __str__(self) -> str:
        """What is waited for."""
        return f"{self.seen}{f' without {self.gone}' if self.gone else ''}"


def steps(text: str) -> Iterator[Step]:
    """The steps of a transcript."""
    step = Step(0)
    for number, line in enumerate(text.splitlines(), 1):
        sign, rest = line[:1], line[1:].strip()
        if sign == ">":
            yield step
            step = Step(number, _keys(rest))
        elif sign == "|":
            step.seen.append(rest)
        elif sign == "!":
            step.gone.append(rest)
        elif sign == "?":
            step.again.append(rest)
        elif sign == "@":
            step.timeout_s = float(rest)
        else:
            assert sign in ("", "#"), f"line {number}: {line}"
    yield step


def _keys(text: str) -> list[str]:
    """`n "Rate limits"` → `n`, `"Rate limits`: what was quoted keeps a mark in front."""
    lexer = shlex.shlex(text, posix=False, punctuation_chars=False)
    lexer.quotes, lexer.commenters, lexer.whitespace_split = '"', "", True
    return [f'"{part[1:-1]}' if len(part) > 1 and part[0] == part[-1] == '"' else part for part in lexer]


def play(transcript: Path, terminal: Terminal) -> None:
    """Plays the whole; raises AssertionError with the line that was not seen."""
    for step in steps(transcript.read_text("utf-8")):
        try:
            _press(step, terminal)
            screen = terminal.wait(lambda screen, step=step: step.holds(screen) or step.to_do_again(screen), str(step),
                                   step.timeout_s)  # fmt: skip
            if not step.holds(screen):
                _press(step, terminal)
                terminal.wait(step.holds, str(step), step.timeout_s)
        except AssertionError as error:
            raise AssertionError(f"{transcript.name}:{step.line} {' '.join(step.keys)}\n{error}") from None


def _press(step: Step, terminal: Terminal) -> None:
    for key in step.keys:
        if key.startswith('"') and len(key) > 1:
            terminal.type(key[1:])
        else:
            terminal.key(key)


def shows(screen: str, texts: list[str]) -> bool:
    """Whether all the texts stand on the screen; several spaces count as one."""
    plain = _one_space(screen)
    return all(_one_space(text) in plain for text in texts)


def _one_space(text: str) -> str:
    return re.sub(r"\s+", " ", text)
