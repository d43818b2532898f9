"""`agents` and `agents parse`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from lmawep_tui.cli.output import write, write_json, write_json_line, write_styled
from lmawep_tui.cli.place import workspace

if TYPE_CHECKING:
    from lmawep_tui.agents.streams import Parser
    from lmawep_tui.model.event import Event

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
_PIECE = 1 << 20


@click.group("agents", invoke_without_command=True)
@click.option(
    "--check",
    is_flag=False,
    flag_value="",
    metavar="[NAME]",
    help="Ask an agent, or those the project uses, for one word: exit 1 when one does not answer.",
)
@click.option("--go-on", metavar="NAME", help="Its quota or login is back: do not wait any longer.")
@as_json
@click.pass_context
def agents_command(ctx: click.Context, check: str | None, go_on: str | None, json_: bool) -> None:
    if ctx.invoked_subcommand is None:
        from lmawep_tui.cli.verbs.agent_list import list_agents

        list_agents(check, go_on, json_)


@agents_command.command("parse")
@click.argument("profile")
@click.argument("file")
@click.option("--exit", "exit_status", type=int, metavar="N", help="Its exit status; negative: the signal.")
@click.option("--stopped-by", metavar="WORDS", help="Who stopped it, when somebody did.")
@click.option("--events", is_flag=True, help="Print what happened, event by event.")
@as_json
def parse_command(
    profile: str, file: str, exit_status: int | None, stopped_by: str | None, events: bool, json_: bool
) -> None:
    """Tell what a run that left FILE behind came to.

    FILE is what the program of a PROFILE printed; - reads it from stdin. A format's name does as well as a profile's.
    """
    from lmawep_tui.agents.streams import parser_for
    from lmawep_tui.agents.streams.digest import Digest
    from lmawep_tui.agents.streams.shape import shape
    from lmawep_tui.agents.streams.verdict import verdict

    format_ = _format_of(profile)
    found = _events(file, parser_for(format_))
    if events and json_:
        for event in found:
            write_json_line(shape(event))
    elif events:
        for line in _lines(found):
            write(line)
    else:
        told = verdict(Digest().take_all(found).close(), format_, exit_status=exit_status, stopped_by=stopped_by)
        if json_:
            write_json(told)
        else:
            _tell(told)


def _format_of(profile: str) -> str:
    """Works outside a project too: there, only the built-in profiles are known."""
    from lmawep_tui.agents.profile import profile_of
    from lmawep_tui.agents.streams import FORMATS
    from lmawep_tui.model.config import Config
    from lmawep_tui.model.errors import LmawepError

    if profile in FORMATS:
        return profile
    try:
        ws = workspace()
    except LmawepError:
        return profile_of(profile, Config()).format
    return profile_of(profile, ws.config).format


def _events(file: str, parser: Parser) -> Iterator[Event]:
    from lmawep_tui.agents.streams.reader import Reader

    reader, fd = Reader(parser), 0 if file == "-" else _open(file)
    try:
        while data := os.read(fd, _PIECE):
            yield from reader.feed(data)
    finally:
        if fd:
            os.close(fd)
    yield from reader.close()


def _open(file: str) -> int:
    """A descriptor of a file that ends; raises LmawepError for anything else."""
    from lmawep_tui.model.errors import LmawepError

    try:
        fd = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise LmawepError(f"There is no file {file}.", "Give the path of a log, or - to read it from stdin.") from None
    except OSError as error:
        raise LmawepError(f"{file} cannot be read: {error.strerror}.") from error
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode):
        return fd
    os.close(fd)
    if stat.S_ISDIR(mode):
        raise LmawepError(f"{file} is a folder.", "A run's log is `output.log` in the run's folder.")
    raise LmawepError(f"{file} is no regular file.", "What a pipe or a device brings is read from stdin: give -.")


def _tell(told: dict[str, Any]) -> None:
    ended = "" if told["exit"] is None else f", exit {told['exit']}"
    stopped = f", stopped by {told['stopped_by']}" if told["stopped_by"] else ""
    style = {"completed": "ok", "waiting": "warn"}.get(told["outcome"], "blocked")
    write_styled((told["outcome"], style), f"{ended}{stopped}")
    write(f"session  {told['session'] or 'not told'}")
    cost = "" if told["cost"] is None else f", ${told['cost']:.4f}"
    write(f"turns    {told['turns_ended']}, retries {told['retries']}, lines that do not parse {told['broken_lines']}")
    write(f"tools    {told['tool_calls']}, failed {told['tool_errors']}, refused {told['permissions_denied']}")
    write(f"tokens   {told['tokens_in']:,} in, {told['tokens_cached']:,} cached, {told['tokens_out']:,} out{cost}")
    if told["error"]:
        write(f"error    {told['error']}")
    report = told["report"] or {"report": "none"}
    for key, words in report.items():
        write(f"{key}: {words}")


def _lines(events: Iterable[Event]) -> Iterator[str]:
    """Events for reading: one a line, texts whole."""
    from lmawep_tui.agents.streams.shape import shape

    kind, pieces = "", [""]
    for event in events:
        told = shape(event)
        name, words = told["event"], _words(told)
        if told.get("partial") and name == kind:
            pieces.append(words)
            continue
        if kind:
            yield f"{kind:12} {''.join(pieces)}"
        kind, pieces = name, [words]
    if kind:
        yield f"{kind:12} {''.join(pieces)}"


_TOLD_FIRST = (
    "ask",
    "how",
    "ok",
    "name",
    "tool",
    "target",
    "title",
    "text",
    "why",
    "error",
    "answer",
    "session",
    "model",
)
_TOLD_WITH_NAME = ("exit", "added", "removed", "attempt", "wait_s", "input", "cached", "output", "cost", "wall")


def _words(told: dict[str, Any]) -> str:
    """The fields of an event that are worth a line."""
    if told["event"] == "tool_ended":
        told = {**told, "ok": "ok" if told["ok"] else "failed", "output": ""}
    values = [told[key] for key in _TOLD_FIRST if told.get(key) not in (None, "")]
    named = [f"{key} {told[key]}" for key in _TOLD_WITH_NAME if told.get(key) not in (None, "", 0)]
    options = [option["label"] for option in told.get("options", ())]
    return "  ".join([*map(str, values), *named, *([f"[{' | '.join(options)}]"] if options else [])])
