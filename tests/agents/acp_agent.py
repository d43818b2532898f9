"""A small real ACP agent, made with the package's agent side: `python acp_agent.py WAY`.

Each WAY is one way of behaving, well or badly; `edit` is the ordinary one.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from acp import (
    InitializeResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    run_agent,
    start_tool_call,
    update_agent_message_text,
    update_tool_call,
)
from acp.schema import AgentCapabilities, PermissionOption, ToolCallUpdate

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.agents.acp_agent_words import HOSTILE

WAY = sys.argv[1]
REPORT = "STATUS: COMPLETE\nPROGRESS: did it\nBLOCKERS: none\nNEXT: review\n"
OPTIONS = [
    PermissionOption(option_id="always", name="Always allow", kind="allow_always"),
    PermissionOption(option_id="once", name="Allow once", kind="allow_once"),
    PermissionOption(option_id="no", name="Reject", kind="reject_once"),
]


def diff(path: Path, old: str, new: str) -> list[dict[str, Any]]:
    return [{"type": "diff", "path": str(path), "oldText": old, "newText": new}]


class Agent:
    """Does in each turn what its way says."""

    def on_connect(self, conn: Any) -> None:
        self.client = conn
        self.cancelled = asyncio.Event()

    async def initialize(self, protocol_version: int, **_: Any) -> InitializeResponse:
        if WAY == "old":
            return InitializeResponse(protocol_version=0)
        if WAY == "silent":
            await asyncio.sleep(3600)
        can = AgentCapabilities(load_session=WAY != "forgetful")
        return InitializeResponse(protocol_version=1, agent_capabilities=can)

    async def new_session(self, cwd: str, mcp_servers: list[Any] | None = None, **_: Any) -> NewSessionResponse:
        if WAY == "login":
            raise RequestError.auth_required()
        self.servers = [f"{server.name}: {server.args[-1]}" for server in mcp_servers or []]
        self.cwd = Path(cwd)
        return NewSessionResponse(session_id="ses-new")

    async def load_session(self, cwd: str, session_id: str, **_: Any) -> None:
        self.cwd = Path(cwd)
        await self.say(session_id, f"earlier words of {session_id}")

    async def cancel(self, session_id: str, **_: Any) -> None:
        self.cancelled.set()

    async def say(self, session: str, words: str) -> None:
        await self.client.session_update(session_id=session, update=update_agent_message_text(words))

    async def ask(self, session: str, id_: str = "call-1", **facts: Any) -> str:
        """The option chosen, or `cancelled`."""
        call = ToolCallUpdate.model_validate({"toolCallId": id_, **facts})
        reply = await self.client.request_permission(session_id=session, tool_call=call, options=OPTIONS)
        return getattr(reply.outcome, "option_id", "cancelled")

    async def run_command(self, session: str, command: str) -> str:
        chosen = await self.ask(session, kind="execute", title=command, rawInput={"command": command})
        await self.say(session, f"chosen: {chosen}\n")
        if chosen in ("once", "always"):
            subprocess.run(["sh", "-c", command], cwd=self.cwd, check=False, stdout=subprocess.DEVNULL)
        return chosen

    async def prompt(self, session_id: str, prompt: list[Any], **_: Any) -> PromptResponse:
        stop = await getattr(self, f"way_{WAY}", self.way_edit)(session_id, prompt[0].text)
        return PromptResponse(stop_reason=stop or "end_turn")

    async def way_edit(self, session: str, prompt: str) -> None:
        """Edits through the client, commits by a command, reports."""
        path = self.cwd / "src" / "made.txt"
        start = start_tool_call(
            "call-1", "Write made.txt", kind="edit", status="pending", raw_input={"path": str(path)}
        )
        await self.client.session_update(session_id=session, update=start)
        if await self.ask(session, content=diff(path, "", "made\n")) == "cancelled":
            return
        await self.client.write_text_file(session_id=session, path=str(path), content="made\n")
        back = await self.client.read_text_file(session_id=session, path=str(path))
        assert back.content == "made\n"
        await self.client.session_update(session_id=session, update=update_tool_call("call-1", status="completed"))
        await self.run_command(session, "git add -A src && git commit -q -m 'Make it'")
        await self.say(session, REPORT)

    async def way_command(self, session: str, prompt: str) -> str | None:
        """Asks for one command, and ends the turn as a rejected or cancelled one ends."""
        await self.run_command(session, "touch ran.txt")
        if self.cancelled.is_set():
            return "cancelled"
        await self.say(session, REPORT)
        return None

    async def way_twice(self, session: str, prompt: str) -> None:
        """Asks for the same command twice and then for another, all three at the end of the other."""
        await self.run_command(session, "touch ran.txt")
        await self.run_command(session, "touch ran.txt")
        await self.run_command(session, "touch other.txt")
        await self.say(session, REPORT)

    async def way_servers(self, session: str, prompt: str) -> None:
        await self.say(session, f"servers: {self.servers}")

    async def way_echo(self, session: str, prompt: str) -> None:
        (self.cwd / "prompt.txt").write_bytes(prompt.encode())

    async def way_outside(self, session: str, prompt: str) -> None:
        """Tries to reach files that are not of the pod."""
        (self.cwd / "link").symlink_to(self.cwd.parent)
        (self.cwd / "secret").symlink_to("/etc/passwd")
        os.mkfifo(self.cwd / "pipe")
        for path in ("/etc/passwd", "link/x", "secret", "../x", "pipe", ".git/config", "a\0b", ".", "nothing"):
            for name in ("read", "write"):
                full = path if path.startswith("/") else f"{self.cwd}/{path}"
                try:
                    if name == "read":
                        await self.client.read_text_file(session_id=session, path=full)
                    elif path != "nothing":
                        await self.client.write_text_file(session_id=session, path=full, content="evil")
                    else:
                        continue
                except RequestError as error:
                    await self.say(session, f"{name} {path!r}: {error}\n")
                else:
                    await self.say(session, f"REACHED {name} {path!r}\n")

    async def way_elsewhere(self, session: str, prompt: str) -> None:
        await self.ask(session, kind="edit", title="Write", locations=[{"path": "/etc/motd"}])

    async def way_hostile(self, session: str, prompt: str) -> None:
        sys.stderr.write(f"err {HOSTILE}\n")
        sys.stderr.flush()
        await self.say(session, HOSTILE)
        await self.run_command(session, f"echo {HOSTILE}")

    async def way_dies(self, session: str, prompt: str) -> None:
        os._exit(3)

    async def way_killed(self, session: str, prompt: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def way_dies_asking(self, session: str, prompt: str) -> None:
        asyncio.get_running_loop().call_later(0.5, os._exit, 3)
        await self.run_command(session, "true")

    async def way_fails(self, session: str, prompt: str) -> None:
        raise RequestError(-32603, "429 Too many requests", {"errorKind": "rate_limit"})

    async def way_waits(self, session: str, prompt: str) -> str:
        """Works until it is cancelled."""
        await self.say(session, "working")
        await self.cancelled.wait()
        return "cancelled"

    async def way_deaf(self, session: str, prompt: str) -> None:
        """Hears neither a cancel nor a signal, nor that its input is closed."""
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, signal.SIG_IGN)
        await self.say(session, "deaf")
        while True:
            await asyncio.sleep(3600)

    async def way_refuses(self, session: str, prompt: str) -> str:
        return "refusal"

    async def way_strange(self, session: str, prompt: str) -> None:
        """Messages that are none, and requests of every wrong shape."""
        os.set_blocking(1, True)
        for message in (
            *('{"id": [1], "result": 1}', '{"id": {}, "method": "x"}', '{"id": null, "method": "fs/read_text_file"}'),
            *('{"id": 90, "method": 7}', '{"id": 91, "method": "no/such", "params": [1]}', '{"method": "no/such"}'),
            '{"id": 92, "method": "session/request_permission", "params": {"options": 3, "_meta": {"options": 1}}}',
            '{"id": 93, "method": "fs/write_text_file", "params": {"sessionId": "s", "path": 1, "content": null}}',
            '{"id": 94, "method": "terminal/create", "params": {"sessionId": "s", "command": "sh"}}',
            *(
                '{"method": "session/update", "params": 5}',
                '{"method": "session/update"}',
                '{"id": 0.5, "method": "x"}',
            ),
        ):
            os.write(1, message.encode() + b"\n")
        await self.say(session, REPORT)

    async def way_flood(self, session: str, prompt: str) -> None:
        """20,000 updates, lines that are no messages, unknown kinds, and one line far too long."""
        os.set_blocking(1, True)
        out = sys.stdout.buffer
        update = b'{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s","update":%b}}\n'
        for n in range(20_000):
            out.write(
                update % b'{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"word %d "}}' % n
            )
        out.write(update % b'{"sessionUpdate":"of_tomorrow","x":[1,{"y":null}]}')
        out.write(b"no message\n{]\n[1]\nnull\n\xff\xfe\n\n")
        out.write(update % (b'{"sessionUpdate":"x","text":"%b"}' % (b"y" * (int(os.environ.get("LONG", "0"))))))
        out.flush()


async def main() -> None:
    if WAY == "chatter":
        print("Welcome to the agent!", flush=True)
    agent = Agent()
    await run_agent(agent)  # type: ignore[arg-type]
    if WAY == "deaf":
        await asyncio.sleep(3600)


asyncio.run(main())
