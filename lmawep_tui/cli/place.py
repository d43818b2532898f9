"""Which project a call is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.model.errors import Refused, UsageError

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import PodId


def here() -> Path:
    """The folder to work in: `-C`, the pod's project for an agent, else the current one."""
    import click

    given = click.get_current_context().find_object(Path)
    return given or current_folder()


def current_folder() -> Path:
    """The project an agent was started for, else the current folder."""
    root = os.environ.get("LMAWEP_ROOT")
    return Path(root) if root else Path.cwd()


def refuse_agents(what: str) -> None:
    """Raises Refused inside a run: a verdict is the person's, or a reviewer's by its report (safety C4)."""
    if os.environ.get("LMAWEP_RUN"):
        raise Refused(f"An agent cannot {what}.", "End the run with a report instead; the person decides.")


def the_pod(ws: Workspace, text: str) -> PodId:
    """The pod of this name or number, or the pod of a ticket; raises UsageError, or NotFound when there is neither."""
    from lmawep_tui.model.errors import NotFound
    from lmawep_tui.model.ids import parse_pod_id, parse_ticket_id
    from lmawep_tui.store.queries import pod_of_ticket

    if text.startswith("pod-"):
        return parse_pod_id(text)
    if not text.startswith(("#", "ticket-")):
        pod = parse_pod_id(text)
        if pod in ws.snapshot().pods or (ws.layout.runs / pod).is_dir():
            return pod
    ticket = parse_ticket_id(text)
    found = pod_of_ticket(ws.snapshot(), ticket)
    if found is None and ticket not in ws.snapshot().tickets:
        raise NotFound(f"There is neither pod-{ticket} nor a ticket {ticket}.", "`lmawep pods` lists the pods.")
    if found is None:
        raise NotFound(f"Ticket {ticket} has no pod.", f"`lmawep spawn {ticket}` makes one.")
    return found.id


def workspace() -> Workspace:
    """The project of this call."""
    from lmawep_tui.cli.output import warn_later
    from lmawep_tui.engine.workspace import Workspace

    found = Workspace.open(here())
    found.warn = warn_later
    return found


def own_pod(given: str | None, ws: Workspace) -> PodId:
    """The pod a call is about: the one named, that of the agent's run, or the one around the current folder.

    Raises UsageError when there is none.
    """
    from lmawep_tui.model.ids import parse_pod_id

    named = given or os.environ.get("LMAWEP_POD")
    if named:
        return parse_pod_id(named)
    here_now = Path.cwd()
    for record in ws.snapshot().state.pods.values():
        if here_now.is_relative_to(record.path):
            return record.id
    raise UsageError("This is not inside a pod.", "Name one: --pod pod-1.")
