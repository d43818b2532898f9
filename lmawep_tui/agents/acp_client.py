"""The client of an agent that speaks ACP: `python -m lmawep_tui.agents.acp_client --run-dir DIR -- AGENT…`.

It is the command of such a run, so everything that holds for an agent's process holds for it: the prompt is its stdin,
its output is the log, and the supervisor ends it together with the agent, which stays in the same process group.
The agent starts before the protocol's package is imported: both take their time, and so they take it together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from lmawep_tui.agents.acp_order import FAILED, NOT_INSTALLED, UNUSABLE, Order, installed, parse_order
from lmawep_tui.agents.outcome import exit_words
from lmawep_tui.model.errors import LmawepError

_LEAVE_S = 2.0
"""How long an agent may take to end when its input is closed, and again when it is asked to by a signal."""


class Told:
    """Signals to end: the first asks for a cancel, a second one does not wait for it."""

    def __init__(self) -> None:
        self.status = 0
        self.first = asyncio.Event()
        self.again = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sig, self._take, sig)

    def _take(self, sig: signal.Signals) -> None:
        if self.first.is_set():
            self.again.set()
        self.status = self.status or 128 + sig
        self.first.set()


def say(words: str) -> None:
    """A line in the log; our own errors and the agent's go to the same file."""
    with contextlib.suppress(OSError):
        os.write(2, f"[lmawep] {words}\n".encode("utf-8", "replace"))


async def run(order: Order, prompt: str) -> int:
    """Starts the agent, holds the conversation and ends the agent; returns the exit status."""
    told = Told()
    try:
        process = await asyncio.create_subprocess_exec(*order.argv, stdin=PIPE, stdout=PIPE, limit=1 << 18)
    except OSError as error:
        say(f"the agent {order.argv[0]} could not be started: {error.strerror}")
        return FAILED
    hurry = asyncio.create_task(_kill_when(told.again, process))
    try:
        return await _converse(order, prompt, process, told)
    finally:
        await _end(process)
        hurry.cancel()


async def _converse(order: Order, prompt: str, process: Process, told: Told) -> int:
    from lmawep_tui.agents.acp_call import Call, CallFailed

    call = Call(order, process)
    try:
        return await call.hold(prompt, told)
    except CallFailed as error:
        say(str(error))
        return FAILED
    except OSError:  # a pipe to the agent broke
        if told.status:
            return told.status
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), _LEAVE_S)
        how = "closed its output" if process.returncode is None else f"ended ({exit_words(process.returncode)})"
        say(f"the agent {how} before its turn was over")
        return FAILED
    finally:
        await call.close()


async def _kill_when(again: asyncio.Event, process: Process) -> None:
    await again.wait()
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _terminate(process: Process) -> None:
    """Asks the agent, and what it started in our group: some agents are two processes, and the first alone hears."""
    if os.getpgrp() != os.getpid():  # started by hand: the group is somebody else's
        process.terminate()
        return
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)


async def _end(process: Process) -> None:
    """Closes its input, then asks, then kills; its own commands are the supervisor's to end."""
    assert process.stdin is not None
    for step in (process.stdin.close, lambda: _terminate(process), process.kill):
        if process.returncode is not None:
            return
        with contextlib.suppress(OSError):
            step()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), _LEAVE_S)


def main(argv: Sequence[str]) -> int:
    if not installed():
        say(NOT_INSTALLED)
        return UNUSABLE
    # The package logs what it answers to the agent as errors, with tracebacks; the log has those answers already.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        order = parse_order(argv)
        prompt = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        say("the prompt is not UTF-8 text, and ACP takes no other")
        return UNUSABLE
    except LmawepError as error:
        say(str(error))
        return UNUSABLE
    return asyncio.run(run(order, prompt))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
