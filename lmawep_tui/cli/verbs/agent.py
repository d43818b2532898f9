"""`alert`, `alerts`, `claim`, `report`, `signal`: what agents and scripts say."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import own_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.claim import Severity
from lmawep_tui.model.errors import UsageError

_pod = click.option("--pod", help="The pod it is about; inside a pod it is known.")


@click.command("alert")
@click.option("--file", default="", help="The file that changed.")
@click.option("--change", default="", help="What changed.")
@click.option("--affects", default="", help="Files, names, pods or tickets that have to follow.")
@click.option("--migration", default="", help="How to follow.")
@click.option("--ack", type=click.IntRange(1), help="Mark alert N as seen, by this pod or (outside) by all.")
@_pod
def alert_command(file: str, change: str, affects: str, migration: str, ack: int | None, pod: str | None) -> None:
    from lmawep_tui.engine.alerts import acknowledge, send, unknown_names
    from lmawep_tui.model.report import Alert

    ws = workspace()
    if ack is not None:
        if file or change or affects or migration:
            raise UsageError("--ack goes by itself.")
        try:
            mine = own_pod(pod, ws)
        except UsageError:
            mine = None
        acknowledge(ws, ack, mine)
        write(f"Alert {ack} is marked as seen" + (f" by {mine}." if mine else "."))
        return
    found = send(ws, own_pod(pod, ws), Alert("", file, change, affects, migration))
    if found is None:
        write("This alert was sent before.")
    elif found.to:
        write(f"Alert {found.number} is for {', '.join(f'#{ticket}' for ticket in found.to)}.")
    else:
        write(f"Alert {found.number} is kept; no open ticket seems to use what changed.")
    for name in unknown_names(ws, found) if found is not None else ():
        write_styled((f"--affects names {name}, and there is none.", "warn"))


@click.command("alerts")
@as_json
def alerts_command(json_: bool) -> None:
    from lmawep_tui.engine.alerts import alerts_shape

    snapshot = workspace().snapshot()
    alerts = snapshot.state.alerts
    if json_:
        write_json({"alerts": alerts_shape(snapshot.state, snapshot)})
    elif not alerts:
        write("No alerts.")
    for alert in () if json_ else alerts:
        write_styled((f"{alert.number}  {alert.pod} #{alert.ticket}  {alert.file}", "strong"), f"  {alert.change}")
        if alert.migration:
            write(f"   migration: {' '.join(alert.migration.split())}")
        for ticket in alert.to:
            seen = ticket in alert.acked
            write_styled((f"   #{ticket} {'has seen it' if seen else 'has not seen it yet'}", "ok" if seen else "warn"))


@click.command("claim")
@click.argument("paths", nargs=-1)
@click.option(
    "--severity",
    type=click.Choice([str(s) for s in Severity]),
    default=str(Severity.WARN),
    help="note: listed; warn: told to other agents; block: autopilot starts no ticket that touches it.",
)
@click.option("--release", is_flag=True, help="Give up these claims, or all.")
@_pod
@as_json
def claim_command(paths: tuple[str, ...], severity: str, release: bool, pod: str | None, json_: bool) -> None:
    from lmawep_tui.engine import claims
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    if release:
        gone = claims.release(ws, own_pod(pod, ws), paths)
        write(f"{gone[0].pod} gave up {', '.join(c.pattern for c in gone)}.")
        return
    if paths:
        mine = own_pod(pod, ws)
        claims.claim(ws, mine, paths, Severity(severity))
        write(f"{mine} claims {', '.join(paths)} ({severity}).")
        return
    found = claims.claims_of(ws.snapshot())
    if json_:
        write_json({"claims": to_plain(found)})
    elif found:
        write_table(("pod", "ticket", "severity", "path"), [(c.pod, f"#{c.ticket}", str(c.severity), c.pattern)
                                                            for c in found])  # fmt: skip
    else:
        write("No paths are claimed.")


@click.command("report")
@click.option("--status", required=True, help="COMPLETE, NO_CHANGE, NEEDS_REVIEW, BLOCKED, QUESTION, PARTIAL, FAILED …")
@click.option("--progress", default="", help="What was done.")
@click.option("--blockers", default="", help="What is in the way.")
@click.option("--next", "next_", default="", help="What should be done next.")
@click.option("--question", default="", help="The question, with status QUESTION.")
@_pod
def report_command(status: str, progress: str, blockers: str, next_: str, question: str, pod: str | None) -> None:
    from lmawep_tui.engine.agent_report import report
    from lmawep_tui.model.report import Report

    ws = workspace()
    run = report(ws, own_pod(pod, ws), Report(status, progress, blockers, next_, question))
    write(f"Reported for {run.pod} {run.name}: {status}")


@click.command("signal")
@click.argument("name")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help="Something to go with it; may be given often.")
@_pod
def signal_command(name: str, data: tuple[str, ...], pod: str | None) -> None:
    from lmawep_tui.engine.driven import is_driven
    from lmawep_tui.engine.signals import give_signal

    pairs = [item.partition("=") for item in data]
    if wrong := next((item for item, (key, equals, _) in zip(data, pairs, strict=True) if not key or not equals), None):
        raise UsageError(f"{wrong!r} is not KEY=VALUE.")
    ws = workspace()
    try:
        mine = own_pod(pod, ws)
    except UsageError:
        if pod is not None:
            raise
        mine = None
    give_signal(ws, name, {key: value for key, _, value in pairs}, mine)
    write(f"Signal {name} given.")
    on = dict.fromkeys(trigger.on for trigger in ws.config.triggers)
    if name not in on:
        waiting = (
            f"They wait for: {', '.join(on)}." if on else "None is configured: `triggers:` in .lmawep/config.yaml."
        )
        write_styled((f"No trigger waits for it, so nothing follows. {waiting}", "warn"))
    elif not is_driven(ws):
        write("Autopilot acts on it, and does not run now: `lmawep up` starts it.")
