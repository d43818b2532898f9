"""`up`: autopilot without a screen."""

from __future__ import annotations

import signal
import sys
import time

import click

from lmawep_tui.cli.output import write, write_styled
from lmawep_tui.cli.place import workspace
from lmawep_tui.model.errors import Refused
from lmawep_tui.store.queries import needing_you


@click.command("up")
@click.option("--until-done", is_flag=True, help="End when every ticket is closed, or nothing moves by itself.")
def up_command(until_done: bool) -> int:
    from lmawep_tui.engine.conductor import Conductor, Told
    from lmawep_tui.engine.preflight import notes, preflight, ticket_agents

    ws = workspace()
    troubles = preflight(ws)
    if troubles:
        raise Refused(" ".join(troubles))
    for note in (*notes(ws), *ticket_agents(ws)):
        write_styled(("note: ", "muted"), note)

    def tell(told: Told) -> None:
        write_styled((time.strftime("%H:%M:%S "), "muted"), (told.text, "warn" if told.trouble else ""))

    conductor = Conductor(ws, tell)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: conductor.stop())
    ending = conductor.run(until_done=until_done, started=lambda: write("Autopilot is on. Ctrl-C ends it; runs go on."))
    snapshot = ws.snapshot()
    closed = sum(t.status.closed for t in snapshot.tickets.values())
    write(f"Autopilot ended ({ending}): {closed} of {len(snapshot.tickets)} tickets closed.")
    for pod in needing_you(snapshot):
        write_styled((f"  {pod.id} #{pod.ticket} {pod.attention}", "warn"))
    sys.stdout.flush()
    return 1 if ending == "stuck" else 0
