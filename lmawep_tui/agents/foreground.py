"""A program on the person's own terminal, in a pod: given the terminal, waited for, and tidied up after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lmawep_tui.agents.child import die_with_parent
from lmawep_tui.agents.process_tree import Found, Tree, end_tree
from lmawep_tui.model.errors import LmawepError

_PLAIN = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m"
"""No mouse reports, no marked pastes, a cursor, no colour: what a program may have left switched on."""
_MAIN_SCREEN = b"\x1b[?1049l"
_GRACE_S = 2.0


def run_foreground(argv: Sequence[str], cwd: Path, env: Mapping[str, str], mark: str) -> tuple[int, list[Found]]:
    """Runs a program on our terminal to its end; its exit status (negative: a signal), and what outlived it and was
    ended, known by `mark`.

    The terminal is as it was afterwards, however the program died. Raises LmawepError when it cannot be started.
    """
    with _terminal_kept() as reset, _signals_are_its() as forward:
        try:
            child = subprocess.Popen(argv, cwd=cwd, env=dict(env), stderr=_errors(), preexec_fn=_before_exec)
        except OSError as error:
            raise LmawepError(f"{argv[0]!r} cannot be started: {error.strerror}.") from error
        forward.append(child)
        status = child.wait()
        reset(status)
    tree = Tree(mark)
    left = tree.members()
    end_tree(tree, first=signal.SIGTERM, grace_s=_GRACE_S)
    return status, left


def _errors() -> int | None:
    """The terminal, also where the screen that called us listens to what we say went wrong."""
    with contextlib.suppress(OSError, ValueError):
        out = sys.stdout.fileno()
        return out if os.isatty(out) else None
    return None


def _before_exec() -> None:
    for sig in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_DFL)
    die_with_parent(signal.SIGHUP)


@contextlib.contextmanager
def _signals_are_its() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Ctrl-C belongs to the program; who ends us ends it first, so that we can still tidy up."""
    children: list[subprocess.Popen[bytes]] = []

    def hand_on(*_: Any) -> None:
        for child in children:
            child.send_signal(signal.SIGHUP)

    before = {sig: signal.signal(sig, signal.SIG_IGN) for sig in (signal.SIGINT, signal.SIGQUIT)}
    before |= {sig: signal.signal(sig, hand_on) for sig in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield children
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)


@contextlib.contextmanager
def _terminal_kept() -> Iterator[Any]:
    """The settings of the terminal are put back; `reset` also switches off what programs switch on."""
    import termios

    try:
        fd = sys.stdin.fileno()
        kept = termios.tcgetattr(fd)
    except (OSError, ValueError, termios.error):  # no terminal: nothing to keep
        yield lambda status: None
        return

    def reset(status: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            out = sys.stdout.fileno()
            if os.isatty(out):
                os.write(out, (_MAIN_SCREEN if status < 0 else b"") + _PLAIN)

    try:
        yield reset
    finally:
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(fd, termios.TCSANOW, kept)
