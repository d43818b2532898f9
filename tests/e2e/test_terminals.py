"""Terminals with few colours, none, or no screen at all; and put aside with Ctrl+Z."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.e2e.keyboard import Keyboard
from tests.repos import Project

SCREEN = [sys.executable, "-m", "lmawep_tui"]


@pytest.fixture
def made(project: Project) -> Project:
    """A project with a ticket, so that there are styles to paint."""
    subprocess.run([*SCREEN, "ticket", "create", "One"], cwd=project.root, check=True, capture_output=True)
    return project


def _codes(painted: bytes) -> set[int]:
    """Every SGR code that was sent, those of 256 and of all colours as 38 and 48."""
    found: set[int] = set()
    for parameters in re.findall(rb"\x1b\[([0-9;:]*)m", painted):
        found |= {int(code or 0) for code in re.split(rb"[;:]", parameters)}
    return found


COLOURS = {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}


def _tour(made: Project, env: dict[str, str]) -> bytes:
    """Look at the main things on a terminal of this kind and leave."""
    with Keyboard(SCREEN, made.root, columns=100, rows=30, env=env) as person:
        person.until("101", "One", "ready")
        person.press(":")
        person.until("What, or where to?")
        person.press("<esc>")
        person.until("quit", gone="What, or where to?")
        person.press("?")
        person.until("Keys")
        person.press("<esc>")
        person.until("quit", gone="Keys")
        person.press("q")
        assert person.ended() == 0
        return bytes(person.painted)


def test_no_colour_is_sent_where_none_is_wanted(made: Project) -> None:
    codes = _codes(_tour(made, {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}))
    assert not codes & COLOURS, codes & COLOURS
    assert {1, 2, 7} <= codes  # what colours say is said by weight and by reversed rows


def test_sixteen_colours_where_there_are_no_more(made: Project) -> None:
    codes = _codes(_tour(made, {"TERM": "linux"}))
    assert not codes & {38, 48} and codes & COLOURS
    assert max(codes) <= 107


def test_256_colours_where_there_are_so_many(made: Project) -> None:
    painted = _tour(made, {"TERM": "screen-256color"})
    assert b"38;5;" in painted and b"38;2;" not in painted


def test_a_dumb_terminal_is_told_what_there_is_for_it(made: Project) -> None:
    with Keyboard(SCREEN, made.root, env={"TERM": "dumb"}) as person:
        person.until("lmawep status --watch")
        assert person.ended() == 1
        assert b"\x1b" not in person.painted


def test_put_aside_and_taken_up_again(made: Project) -> None:
    with Keyboard(SCREEN, made.root) as person:
        person.until("101", "One", "ready")
        person.press("\x1a")
        person.until_true(lambda: os.waitpid(person.pid, os.WNOHANG | os.WUNTRACED)[0] == person.pid, "stopped")
        person.look(0.05)
        assert person.painted.rindex(b"\x1b[?1049l") > person.painted.rindex(b"\x1b[?1049h")
        assert person.painted.rindex(b"\x1b[?25h") > person.painted.rindex(b"\x1b[?25l")
        before = len(person.painted)
        os.kill(person.pid, signal.SIGCONT)
        person.until_true(lambda: b"One" in person.painted[before:], "the screen again")
        person.press("n")
        person.until("Title")
        person.press("<esc>")
        person.until("quit", gone="Title")
        person.press("q")
        assert person.ended() == 0


def test_the_fleet_in_sentences(made: Project) -> None:
    with Keyboard([*SCREEN, "status", "--watch"], made.root, columns=200) as person:
        person.until("Ticket 101, One, is ready to be worked on.", "Autopilot is off.")
        subprocess.run([*SCREEN, "spawn", "101"], cwd=made.root, check=True, capture_output=True)
        person.until(": Pod 1, for ticket 101, rests", ": Ticket 101, One, has a pod")
        assert b"\x1b" not in person.painted and person.painted.isascii()
        assert person.painted.count(b"Autopilot is off.") == 1
        person.press("\x03")
        assert person.ended() == 130
