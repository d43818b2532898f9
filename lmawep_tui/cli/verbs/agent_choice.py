"""Which agent does the work: named, asked for, or the first that is installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from lmawep_tui.cli.output import write


def chosen_agent(named: str | None, *, ask: bool) -> str | None:
    """The agent for a new project; None when none is installed. Raises LmawepError for a name without a profile.

    `ask` lets the person choose, where several are installed and there is a terminal to ask at.
    """
    from lmawep_tui.agents.profile import find_command, profile_of
    from lmawep_tui.engine.agent_list import installed
    from lmawep_tui.model.config import Config

    if named is not None:
        profile = profile_of(named, Config())
        if find_command(profile.command[0]) is None:
            write(f"Agent: {named}, which is not installed yet.")
        return named
    names = installed()
    if not names:
        write("Agent: none that lmawep knows is installed. `lmawep agents` lists them; your own go under `agents:`.")
        return None
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if len(names) > 1 and ask and at_terminal:
        return _ask(names)
    others = f" Also installed: {', '.join(names[1:])}; `agent:` in .lmawep/config.yaml chooses." if names[1:] else ""
    write(f"Agent: {names[0]}, the first that is installed.{others}" if names[1:] else f"Agent: {names[0]}.")
    return names[0]


def _ask(names: Sequence[str]) -> str:
    """The answer, by name or number; the first when there is none."""
    from lmawep_tui.agents.profile import profile_of
    from lmawep_tui.model.config import Config

    write("Several agents are installed:")
    for number, name in enumerate(names, 1):
        write(f"  {number}  {name}  ({profile_of(name, Config()).text})")
    while True:
        write(f"Which one shall do the work? Its name or number, or Enter for {names[0]}:")
        line = sys.stdin.readline()
        answer = line.strip()
        if not answer:
            return names[0]
        if answer in names:
            return answer
        if answer.isascii() and answer.isdigit() and 1 <= int(answer[:4]) <= len(names):
            return names[int(answer) - 1]
        write(f"{answer!r:.40} is none of them.")
