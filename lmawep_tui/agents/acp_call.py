"""One turn of an ACP conversation: initialise, a session, the prompt, and its cancelling."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from pathlib import Path
from typing import TYPE_CHECKING, Final

from acp import PROTOCOL_VERSION, InitializeResponse, RequestError, connect_to_agent, text_block
from acp.schema import (
    AcpMcpServer,
    ClientCapabilities,
    EnvVariable,
    FileSystemCapabilities,
    HttpMcpServer,
    Implementation,
    McpServerStdio,
    SseMcpServer,
)
from pydantic import ValidationError

from lmawep_tui import __version__
from lmawep_tui.agents.acp_answers import Answers
from lmawep_tui.agents.acp_order import CUT, FAILED, REFUSED, UNANSWERED, Order, mcp_servers
from lmawep_tui.agents.acp_wire import Wire
from lmawep_tui.files.clean import clean_line

if TYPE_CHECKING:
    from lmawep_tui.agents.acp_client import Told

_STATUS: Final = {
    "end_turn": 0,
    "refusal": REFUSED,
    "max_tokens": CUT,
    "max_turn_requests": CUT,
    "cancelled": FAILED,  # by itself: nobody asked it to
}
_CANCEL_S = 2.0
"""How long an agent may take to cancel its turn before it is ended."""
_LOGIN = -32000
"""The protocol's error code for a login that is missing."""


class CallFailed(Exception):
    """The agent said no, or nothing that the protocol knows."""


class Call:
    """The conversation with a started agent; its folder is ours."""

    def __init__(self, order: Order, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._order = order
        self._worktree = Path.cwd()
        self._session = ""
        self._wire = Wire(process.stdout, process.stdin, on_update=lambda update: self._answers.calls.note(update))
        self._answers = Answers(
            self._worktree, order.run_dir, order.permissions, wait_s=order.wait_s, say=self._wire.say
        )
        self._agent = connect_to_agent(self._answers, self._wire)  # type: ignore[arg-type]

    async def hold(self, prompt: str, told: Told) -> int:
        """Holds the turn to its end, or cancels it when told to or when nobody answers; returns the exit status.

        Raises CallFailed in words, OSError when the agent is gone.
        """
        turn = asyncio.create_task(self._turn(prompt))
        stop = asyncio.create_task(told.first.wait())
        unanswered = asyncio.create_task(self._answers.unanswered.wait())
        try:
            await asyncio.wait({turn, stop, unanswered}, return_when=asyncio.FIRST_COMPLETED)
            if turn.done():
                return turn.result()
            await self._cancel(turn)
            return told.status or UNANSWERED
        finally:
            for task in (turn, stop, unanswered):
                task.cancel()
            await asyncio.gather(turn, stop, unanswered, return_exceptions=True)

    async def close(self) -> None:
        """Stops listening."""
        with contextlib.suppress(OSError):
            await self._agent.close()

    async def _turn(self, prompt: str) -> int:
        try:
            known = await self._agent.initialize(
                protocol_version=PROTOCOL_VERSION,
                client_capabilities=ClientCapabilities(
                    fs=FileSystemCapabilities(read_text_file=True, write_text_file=True)
                ),
                client_info=Implementation(name="lmawep", version=__version__),
            )
            self._session = await self._open(known)
            reply = await self._agent.prompt(session_id=self._session, prompt=[text_block(prompt)])
        except RequestError as error:
            login = " (it wants a login: start it by hand once)" if error.code == _LOGIN else ""
            raise CallFailed(f"the agent failed: {clean_line(str(error))[:500]}{login}") from error
        except ValidationError as error:
            raise CallFailed(f"the agent gave an answer that is not of the protocol ({error.title})") from error
        if reply.stop_reason != "end_turn" and not self._answers.over.is_set():
            self._wire.say(f"the agent ended its turn: {reply.stop_reason}")
        return _STATUS[reply.stop_reason]

    async def _open(self, known: InitializeResponse) -> str:
        """A new session, or the one that is gone on with."""
        if known.protocol_version != PROTOCOL_VERSION:
            raise CallFailed(f"the agent speaks version {known.protocol_version} of ACP, and not {PROTOCOL_VERSION}")
        session = self._order.session
        if not session:
            return (await self._agent.new_session(cwd=str(self._worktree), mcp_servers=self._servers())).session_id
        if known.agent_capabilities is None or not known.agent_capabilities.load_session:
            raise CallFailed("the agent cannot go on with an earlier session; start it afresh")
        await self._agent.load_session(cwd=str(self._worktree), session_id=session, mcp_servers=self._servers())
        return session

    def _servers(self) -> list[HttpMcpServer | SseMcpServer | AcpMcpServer | McpServerStdio]:
        """The MCP servers the run was given."""
        found: list[HttpMcpServer | SseMcpServer | AcpMcpServer | McpServerStdio] = []
        for name, server in mcp_servers(self._order.run_dir).items():
            env = [EnvVariable(name=key, value=value) for key, value in server.env.items()]
            found.append(McpServerStdio(name=name, command=server.command, args=list(server.args), env=env))
        return found

    async def _cancel(self, turn: asyncio.Task[int]) -> None:
        """Asks the agent to stop, lets go of what it asked, and waits a little for its word."""
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            if self._session:
                await asyncio.wait_for(self._agent.cancel(session_id=self._session), 1.0)
        self._answers.over.set()
        if self._session:
            await asyncio.wait({turn}, timeout=_CANCEL_S)
