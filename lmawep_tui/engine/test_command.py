"""Which commands test the project: the ticket's own, the configured one, or one that is found; and targeted ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lmawep_tui.engine.detect import detect_tests
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.command import words_of
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.targeted import Targeted, commands_for

_HINT = "Set `tests: {command: …}` in .lmawep/config.yaml."


def test_command(ws: Workspace, override: str | None = None) -> tuple[str, ...]:
    """The tests as an argv list: the ticket's own, the configured ones, else those found in the project.

    Raises Refused when there are none (nothing lands untested, safety C4), or when only a shell could run them.
    """
    command = override or ws.config.tests.command or detect_tests(ws.layout.root)
    if not command:
        raise Refused("No test command is known for this project.", _HINT)
    whose = "ticket's test command" if override else "test command"
    try:
        argv = words_of(command)
    except ValueError as error:
        raise Refused(f"The {whose} {error}.", _HINT if not override else "") from error
    require_accepted(ws.layout, ws.git, "test command", argv)
    return argv


test_command.__test__ = False  # type: ignore[attr-defined]  # not a pytest case


def is_projects(ws: Workspace, command: tuple[str, ...]) -> bool:
    """Whether this is the command for the whole project, and not one that a ticket or a path asks for."""
    own = ws.config.tests.command or detect_tests(ws.layout.root)
    return bool(own) and words_of(own or "") == command


def targeted_commands(ws: Workspace, changed: Iterable[str], folder: Path) -> Targeted:
    """The commands of the path rules that match, as far as the files they name are there.

    A rule that turns `src/a.py` into `tests/test_a.py` says nothing about a file without tests of its own.
    """
    found = commands_for(ws.config.tests.targeted, changed)
    here = tuple(command for command in found.commands if all((folder / path).exists() for path in command.files))
    if here:  # what is accepted is the rule: its command changes with every path
        for rule in ws.config.tests.targeted:
            require_accepted(ws.layout, ws.git, "targeted test command", words_of(rule.run))
    return Targeted(here, found.too_many)
