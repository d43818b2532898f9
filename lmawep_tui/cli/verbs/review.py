"""`review`, `test`, `merge`, `train`."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import refuse_agents, the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError


@click.command("review")
@click.argument("pod")
@click.option("--approve", is_flag=True, help="This commit may land.")
@click.option("--reject", metavar="WHY", help="Request changes; the next agent reads why.")
def review_command(pod: str, approve: bool, reject: str | None) -> None:
    from lmawep_tui.engine import review

    if approve == (reject is not None):
        raise UsageError("Say either --approve or --reject WHY.", f"`lmawep diff {pod}` shows the work.")
    refuse_agents("review a pod by command")
    ws = workspace()
    number = the_pod(ws, pod)
    if approve:
        record = review.approve(ws, number)
        commit = record.verdict.commit[:7] if record.verdict else ""
        write(f"{number} approved at {commit}. Next: lmawep test {number}, then lmawep merge {number}")
    else:
        review.reject(ws, number, reject or "")
        write(f"{number} goes back to work. Next: lmawep run {number}")


@click.command("test")
@click.argument("pod")
@as_json
def test_command(pod: str, json_: bool) -> int:
    from lmawep_tui.engine import testing
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = the_pod(ws, pod)
    result = testing.test(ws, number)
    if json_:
        write_json(to_plain(result))
    else:
        write_styled(("green " if result.green else "red ", "ok" if result.green else "blocked"),
                     f"{number} at {result.commit[:7]}: {result.summary}")  # fmt: skip
    return 0 if result.green else 1


@click.command("merge")
@click.argument("pod")
@click.option("--now", is_flag=True, help="Skip the queue, never the tests.")
@as_json
def merge_command(pod: str, now: bool, json_: bool) -> int:
    from lmawep_tui.engine.train import merge_pod
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    number = the_pod(ws, pod)
    landing = merge_pod(ws, number, now=now, tell=(lambda _: None) if json_ else write)
    if json_:
        write_json(to_plain(landing))
    elif not landing.complete:
        write_styled((f"{number} did not land: {landing.why}", "warn"))
    elif landing.commit is None:
        write(f"{number} is {landing.why}.")
    return 0 if landing.complete else 1


@click.command("train")
@as_json
def train_command(json_: bool) -> None:
    from lmawep_tui.engine.train_view import train_view
    from lmawep_tui.files.plain import to_plain

    cars = train_view(workspace())
    if json_:
        write_json({"train": [to_plain(car) for car in cars]})
    elif not cars:
        write("The train is empty. Approved and tested pods join it.")
    else:
        rows = [(str(car.place + 1), car.pod, f"#{car.ticket}" if car.ticket else "", str(car.step),
                 _short(car.elapsed_s), car.tests[:40], car.why or car.title) for car in cars]  # fmt: skip
        styles = ["" if car.step == "waiting" else "busy" for car in cars]
        write_table(("", "pod", "ticket", "step", "for", "tests", "why"), rows, styles)


def _short(seconds: float) -> str:
    """`45s`, `12m`, `3h`."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"
