"""`snooze`, `pin`: put aside what needs you for a while, keep something on top."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json
from lmawep_tui.cli.place import refuse_agents, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import parse_pod_id, parse_ticket_id, pod_number

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace

_USUAL = "1h"


@click.command("snooze")
@click.argument("words", nargs=-1, metavar="[POD|ID]… [15m|1h|2d|14:30|tomorrow|change]")
@click.option("--wake", is_flag=True, help="Bring them back now; with nothing named, all of them.")
@as_json
def snooze_command(words: tuple[str, ...], wake: bool, json_: bool) -> None:
    """Put aside what needs you for a while (an hour, if not said otherwise), or list what is put aside.

    It comes back when the time is up, or as soon as what it asks changes.
    """
    from lmawep_tui.engine import triage

    ws = workspace()
    names, until = _split(words)
    if names or wake:
        refuse_agents("snooze")
    keys = [_key(ws, name) for name in names]
    if wake:
        if until is not None:
            raise UsageError("--wake takes no time.", "Name what to bring back, or nothing for all of it.")
        triage.wake(ws, keys or list(ws.snapshot().snoozed))
    elif until is not None and not keys:
        raise UsageError("Nothing to snooze was named.", f"`lmawep snooze POD {until}`.")
    elif keys:
        triage.snooze(ws, keys, until or _USUAL)
    _tell(ws, json_=json_)


@click.command("pin")
@click.argument("names", nargs=-1, required=True, metavar="POD|ID…")
@click.option("--off", is_flag=True, help="Let go of them.")
def pin_command(names: tuple[str, ...], off: bool) -> None:
    from lmawep_tui.engine import triage

    refuse_agents("pin")
    ws = workspace()
    keys = [_pinned_key(name) for name in names]
    triage.pin(ws, keys, on=not off)
    pinned = ws.snapshot().pinned
    write(
        "Pinned: " + ", ".join(f"#{key}" if key.isdigit() else key for key in pinned)
        if pinned
        else "Nothing is pinned."
    )


def _split(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The names, and the time where the last word is one."""
    last = words[-1] if words else ""
    if not words or pod_number(last) is not None or last.removeprefix("#").removeprefix("ticket-").isdigit():
        return words, None
    return words[:-1], last


def _pinned_key(name: str) -> str:
    return parse_pod_id(name) if name.startswith("pod-") else str(parse_ticket_id(name))


def _key(ws: Workspace, name: str) -> str:
    """The key that asks: of a ticket with a pod that is the pod."""
    from lmawep_tui.store.queries import pod_of_ticket

    if name.startswith("pod-"):
        return parse_pod_id(name)
    ticket = parse_ticket_id(name)
    pod = pod_of_ticket(ws.snapshot(), ticket)
    return pod.id if pod else str(ticket)


def _tell(ws: Workspace, *, json_: bool) -> None:
    from lmawep_tui.files.plain import to_plain

    snapshot = ws.snapshot()
    if json_:
        write_json({"snoozed": {key: to_plain(one) for key, one in snapshot.snoozed.items()}})
        return
    for key, one in snapshot.snoozed.items():
        name = f"#{key}" if key.isdigit() else key
        write(f"{name} is snoozed {one.words(time.time())}: {one.asks.partition(' | ')[0]}")
    if not snapshot.snoozed:
        write("Nothing is snoozed.")
