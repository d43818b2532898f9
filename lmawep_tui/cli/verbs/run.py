"""`run`, `stop`, `pause`, `resume`, and `settle`, which supervisors call."""

from __future__ import annotations

from pathlib import Path

import click

from lmawep_tui.cli.output import write, write_json
from lmawep_tui.cli.place import refuse_agents, the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import parse_pod_id
from lmawep_tui.model.run import Outcome, Role

_ROLES = click.Choice([str(role) for role in Role if role.by_agent or role is Role.COMMAND])


@click.command("run", context_settings={"ignore_unknown_options": False})
@click.argument("pod")
@click.option("-r", "--role", type=_ROLES, help="What the run is for; default: what the pod needs next.")
@click.option("-a", "--agent", help="Agent profile.")
@click.option("-m", "--message", default="", help="A follow-up, or the answer to the agent's question.")
@click.option("--detach", is_flag=True, help="Return when it runs.")
@click.option("--over-budget", is_flag=True, help="Although the budget of the day or of the ticket is used up.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@as_json
def run_command(
    pod: str,
    role: str | None,
    agent: str | None,
    message: str,
    detach: bool,
    over_budget: bool,
    command: tuple[str, ...],
    json_: bool,
) -> int:
    from lmawep_tui.engine import runs
    from lmawep_tui.engine.settle import settle
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = the_pod(ws, pod)
    run = runs.start(
        ws,
        number,
        role=Role(role) if role else None,
        argv=command,
        agent=agent,
        message=message,
        over_budget=over_budget,
    )
    if detach:
        write_json(to_plain(run)) if json_ else write(f"{run.pod} {run.name}")
        return 0
    if not json_:
        from lmawep_tui.cli.verbs.logs import show

        show(run, ws.run_dir(number, run.name))
    run = runs.wait(ws, run)
    settle(ws, number)
    if json_:
        write_json(to_plain(run))
    else:
        write(f"{run.pod} {run.name}: {run.outcome}" + (f" ({run.reason})" if run.reason else ""))
    return 0 if run.outcome in (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW) else 1


@click.command("stop")
@click.argument("pod")
def stop_command(pod: str) -> None:
    from lmawep_tui.engine.runs import stop

    ws = workspace()
    run = stop(ws, the_pod(ws, pod))
    write(f"{run.pod} {run.name}: {run.outcome} ({run.reason})")


@click.command("pause")
@click.argument("pod")
def pause_command(pod: str) -> None:
    from lmawep_tui.engine.runs import pause

    ws = workspace()
    number = the_pod(ws, pod)
    pause(ws, number)
    write(f"{number} is paused.")


@click.command("resume")
@click.argument("pod")
def resume_command(pod: str) -> None:
    from lmawep_tui.engine.runs import resume

    ws = workspace()
    number = the_pod(ws, pod)
    resume(ws, number)
    write(f"{number} goes on.")


@click.command("settle")
@click.argument("pod")
@click.option("--root", type=click.Path(path_type=Path), required=True)
def settle_command(pod: str, root: Path) -> None:
    from lmawep_tui.engine.settle import settle
    from lmawep_tui.engine.tell import send_waiting
    from lmawep_tui.engine.workspace import Workspace

    ws = Workspace.open(root)
    settle(ws, parse_pod_id(pod))
    send_waiting(ws, parse_pod_id(pod))


@click.command("tell")
@click.argument("pod")
@click.argument("message", required=False)
@click.option("--drop", is_flag=True, help="Take back what was said and not sent yet.")
@as_json
def tell_command(pod: str, message: str | None, drop: bool, json_: bool) -> None:
    from lmawep_tui.engine import tell
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = the_pod(ws, pod)
    if drop:
        if message is not None:
            raise UsageError("--drop goes by itself.")
        gone = tell.take_back(ws, number)
        write_json({"pod": number, "dropped": to_plain(gone)}) if json_ else write(
            "\n".join(f"Taken back: {said.text}" for said in gone)
        )
        return
    refuse_agents("speak for the person")
    if message is None:
        raise UsageError("Say what.", f"`lmawep tell {number} 'use the other parser'`, or `-` to read it from stdin.")
    told = tell.tell(ws, number, _stdin() if message == "-" else message)
    if json_:
        write_json({"pod": number, "run": told.run.name if told.run else None, "waiting": told.waiting})
    elif told.run is not None:
        how = "goes on with its conversation" if told.run.resumes else "begins, told of it"
        write(f"{number} {told.run.name} {how}.")
    else:
        write(f"{number} is at work; it is told when its run has ended ({told.waiting} waiting).")


def _stdin() -> str:
    """What is piped in, as far as a message may go."""
    import sys

    from lmawep_tui.model.message import MAX_MESSAGE

    return sys.stdin.buffer.read(8 * MAX_MESSAGE).decode("utf-8", "replace")
