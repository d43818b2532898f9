"""`review`, `test`, `merge`, `train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import refuse_agents, the_pod, workspace
from lmawep_tui.cli.verbs.setup import as_json
from lmawep_tui.model.errors import UsageError

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import PodId


@click.command("review")
@click.argument("pod")
@click.option("--approve", is_flag=True, help="This commit may land.")
@click.option("--reject", metavar="WHY", help="Request changes; the next agent reads why, and the open comments.")
@click.option("--force", is_flag=True, help="With --approve: although comments are open.")
@click.option("--comment", "said", nargs=2, multiple=True, metavar="PATH:LINE[-LINE] TEXT", help="Comment on lines.")
@click.option("--old", is_flag=True, help="With --comment: the lines are removed ones, numbered as on main.")
@click.option("--uncomment", multiple=True, type=int, metavar="N", help="Delete a comment.")
@click.option("--reviewed", multiple=True, metavar="PATH", help="Mark a file as reviewed, as it is now.")
@click.option("--unreviewed", multiple=True, metavar="PATH", help="Take such a mark away.")
@click.option("--comments", is_flag=True, help="List the comments.")
@click.option("--since-look", is_flag=True, help="Print only what changed since the commit you last looked at.")
@as_json
def review_command(
    pod: str, approve: bool, reject: str | None, force: bool, said: tuple[tuple[str, str], ...], old: bool,
    uncomment: tuple[int, ...], reviewed: tuple[str, ...], unreviewed: tuple[str, ...], comments: bool,
    since_look: bool, json_: bool,
) -> None:  # fmt: skip
    from lmawep_tui.cli.verbs import review_notes as notes

    if approve and reject is not None:
        raise UsageError("Say either --approve or --reject WHY.", f"`lmawep diff {pod}` shows the work.")
    if (force and not approve) or (old and not said):
        raise UsageError("--force goes with --approve, --old with --comment.")
    if (said or uncomment or reviewed or unreviewed or approve or reject is not None) and json_:
        raise UsageError("--json tells, it changes nothing.", f"`lmawep review {pod} --json` after it tells the rest.")
    ws = workspace()
    number = the_pod(ws, pod)
    changed = bool(said or uncomment or reviewed or unreviewed)
    if changed or approve or reject is not None:
        refuse_agents("review a pod by command")
    if changed:
        notes.change(ws, number, said, old=old, uncomment=uncomment, reviewed=reviewed, unreviewed=unreviewed)
    if approve:
        _approve(ws, number, force=force)
    elif reject is not None:
        _reject(ws, number, reject)
    elif comments or since_look or not changed:
        notes.tell(ws, number, comments=comments, since_look=since_look, json_=json_)


def _approve(ws: Workspace, pod: PodId, *, force: bool) -> None:
    from lmawep_tui.engine import review

    record = review.approve(ws, pod, over_comments=force)
    commit = record.verdict.commit[:7] if record.verdict else ""
    write(f"{pod} approved at {commit}. Next: lmawep test {pod}, then lmawep merge {pod}")


def _reject(ws: Workspace, pod: PodId, why: str) -> None:
    from lmawep_tui.engine import review

    review.reject(ws, pod, why)
    write(f"{pod} goes back to work. Next: lmawep run {pod}")


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
