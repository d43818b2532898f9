"""The server itself: the tables of tools and documents, spoken as MCP over stdin and stdout."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from lmawep_tui import __version__
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line
from lmawep_tui.mcp.caller import Call, Caller
from lmawep_tui.mcp.resources import content, documents
from lmawep_tui.mcp.tools import INSIDE, OUTSIDE, Tool
from lmawep_tui.model.errors import LmawepError

T = TypeVar("T")
Context = ServerRequestContext[Any]
_PROGRESS_S = 10.0
"""How often a client that asked for it hears that we still wait."""

# The first 200 characters say what matters most: some programs cut the rest.
_INSIDE = (
    "lmawep started you on one ticket in a pod (a git worktree). Call report once, at the end: it is checked. Ask the "
    "person with ask_person what only they can decide: never guess. Read the memory bank first (memory_read) and write "
    "what the next agent has to know last (memory_write). Commit your work in the pod; announce what breaks others "
    "(alert)."
)
_OUTSIDE = (
    "lmawep drives coding agents on local tickets. Here you can look (status, ticket_list, ticket_show, memory_read) "
    "and make tickets. Starting, approving and landing work is the person's: on lmawep's screen or command line."
)


def serve(caller: Caller) -> None:
    """Serves one client until it closes our stdin. Nothing but the protocol goes to stdout."""
    anyio.run(_serve, make_server(caller))


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def make_server(caller: Caller) -> Server[Any]:
    """The server for a caller, not running yet."""
    tools = {tool.name: tool for tool in (INSIDE if caller.inside else OUTSIDE)}

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_told(tool) for tool in tools.values()])

    async def call_tool(ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _failed(f"There is no tool {params.name[:80]!r}. There are {', '.join(tools)}.")
        try:
            said = tool.takes.model_validate(params.arguments or {})
        except ValidationError as error:
            return _failed(_sentence(tool, error))
        try:
            text = await _in_thread(ctx, caller, lambda call: tool.do(call, said))
        except LmawepError as error:
            return _failed(str(error))
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)])

    async def list_documents(ctx: Context, _: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        found = await _or_protocol_error(ctx, caller, documents)
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=d.uri, name=d.name, description=clean_line(d.text), mime_type=d.mime) for d in found
            ]
        )

    async def read_document(ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        found = await _or_protocol_error(ctx, caller, lambda call: content(call, str(params.uri)))
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=found.uri, text=found.text, mime_type=found.mime)]
        )

    return Server(
        "lmawep",
        version=__version__,
        instructions=_INSIDE if caller.inside else _OUTSIDE,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_documents,
        on_read_resource=read_document,
    )


def _told(tool: Tool) -> types.Tool:
    """A tool as its client is told of it."""
    hints = types.ToolAnnotations(read_only_hint=tool.reads, destructive_hint=False, open_world_hint=False)
    schema = tool.takes.model_json_schema()
    return types.Tool(name=tool.name, description=tool.text, input_schema=schema, annotations=hints)


async def _in_thread(ctx: Context, caller: Caller, do: Callable[[Call], T]) -> T:
    """Does something in a thread of its own, with the project as it is now; raises LmawepError for every failure."""
    gone = threading.Event()

    def work() -> T:
        try:
            return do(Call(caller, Workspace.open(caller.start), gone.is_set))
        except OSError as error:
            raise LmawepError(f"The system refused: {error.strerror or error}.") from error

    found: list[T | LmawepError] = []
    async with anyio.create_task_group() as group:
        group.start_soon(_tell_progress, ctx)
        try:
            found.append(await anyio.to_thread.run_sync(work, abandon_on_cancel=True))
        except LmawepError as error:  # kept: out of a task group it would come as a group of errors
            found.append(error)
        finally:
            gone.set()
            group.cancel_scope.cancel()
    result = found[0]
    if isinstance(result, LmawepError):
        raise result
    return result


async def _tell_progress(ctx: Context) -> None:
    """Tells a client that wants to know that its call is not lost; many end a call that is silent for a minute."""
    seconds = 0.0
    while True:
        await anyio.sleep(_PROGRESS_S)
        seconds += _PROGRESS_S
        await ctx.session.report_progress(seconds, message="waits for the person")


async def _or_protocol_error(ctx: Context, caller: Caller, do: Callable[[Call], T]) -> T:
    try:
        return await _in_thread(ctx, caller, do)
    except LmawepError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from None


def _failed(sentence: str) -> types.CallToolResult:
    """A refusal, as the tool's result: the model reads it and can do better."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)


def _sentence(tool: Tool, error: ValidationError) -> str:
    """What is wrong with the arguments, without repeating them: they may be huge."""
    wrong = [f"{'.'.join(str(part) for part in e['loc'])[:80] or 'arguments'}: {e['msg']}" for e in error.errors()[:3]]
    return clean_line(f"{tool.name} was not called: {'; '.join(wrong)}.")
