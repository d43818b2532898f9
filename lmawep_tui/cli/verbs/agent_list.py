"""The list of `agents`, and whether they answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import workspace

if TYPE_CHECKING:
    from lmawep_tui.engine.agent_check import Checked
    from lmawep_tui.engine.agent_list import Listed
    from lmawep_tui.engine.workspace import Workspace


def list_agents(check: str | None, go_on: str | None, json_: bool) -> None:
    """What `lmawep agents` does when it is asked for nothing else.

    `check` names the agent to ask; empty: those that the project uses. Raises Refused when one of them does not answer.
    """
    ws = workspace()
    if go_on is not None:
        from lmawep_tui.engine.limit_hold import lift

        lift(ws, go_on)
        write(f"{go_on} goes on.")
        return
    if check is not None:
        _check(ws, check, json_)
        return
    from lmawep_tui.engine.agent_list import listed

    found = listed(ws)
    if json_:
        write_json({"agents": [_shape(ws, item) for item in found]})
        return
    limited = ws.snapshot().state.limited
    write_table(("agent", "version", "program", ""), [_row(ws, item, limited) for item in found],
                ["" if item.path else "muted" for item in found])  # fmt: skip
    write("* is the default: `agent:` in .lmawep/config.yaml. `lmawep agents --check NAME` asks whether one answers.")


def _row(ws: Workspace, item: Listed, limited: Any) -> tuple[str, str, str, str]:
    from lmawep_tui.store.attention import limit_phrase

    said = item.trouble or (item.profile.text if item.profile else "")
    if item.name in limited:
        said = limit_phrase(item.name, limited[item.name], time.time()).removeprefix(f"{item.name} ")
    mark = " *" if item.name == ws.config.agent else ""
    return item.name + mark, item.version, item.path or "not installed", said


def _shape(ws: Workspace, item: Listed) -> dict[str, Any]:
    limited, profile = ws.snapshot().state.limited, item.profile
    return {
        "name": item.name,
        "text": profile.text if profile else "",
        "command": list(profile.command) if profile else [],
        "prompt": profile.prompt if profile else None,
        "format": profile.format if profile else None,
        "protocol": profile.protocol if profile else None,
        "permissions": profile.policy if profile else None,
        "resumes": bool(profile and profile.resume),
        "path": item.path,
        "version": item.version or None,
        "default": item.name == ws.config.agent,
        "waits_until": limited[item.name].until if item.name in limited else None,
        "trouble": item.trouble or None,
    }


def _check(ws: Workspace, name: str, json_: bool) -> None:
    from lmawep_tui.engine.agent_check import check
    from lmawep_tui.engine.agent_list import used
    from lmawep_tui.model.errors import Refused

    asked: list[Checked] = []
    for each in [name] if name else used(ws.config):
        one = check(ws, each)
        asked.append(one)
        if not json_:
            write_styled((f"{one.name}  ", "ok" if one.answers else "blocked"), one.words)
    if json_:
        write_json({"checks": [{"name": c.name, "answers": c.answers, "words": c.words, "model": c.model or None}
                               for c in asked]})  # fmt: skip
    failed = [one for one in asked if not one.answers]
    if failed:
        names = ", ".join(one.name for one in failed)
        raise Refused(
            f"{len(failed)} of {len(asked)} did not answer: {names}.", "Start it by hand to see what it needs."
        )
