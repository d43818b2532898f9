"""What a person does about a car of the train: land it next, hold it, take it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.ids import PodId

if TYPE_CHECKING:
    from lmawep_tui.engine.train import Landing
    from lmawep_tui.model.pod import Pod
    from lmawep_tui.ui.screens.view import ViewScreen


def _pod(screen: ViewScreen) -> Pod | None:
    pod = screen.bridge.snapshot.pods.get(PodId(screen.row))
    if pod is None:
        screen.lmawep.say(f"{screen.row} is gone.", "warning")
    return pod


def land(screen: ViewScreen) -> None:
    """Ask, then land the car past those before it; its tests on the combined tree are never skipped."""
    from lmawep_tui.engine import train
    from lmawep_tui.ui.modals.confirm import Confirm

    pod = _pod(screen)
    if pod is None:
        return

    def told(landing: Landing) -> None:
        words = f"{landing.words}." if landing.complete else f"did not land: {landing.why}."
        screen.lmawep.say(f"{pod.id} {words}", "information" if landing.complete else "warning")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do(pod.id, "landing", train.merge_pod, pod.id, now=True, then=told)

    says = [
        f"#{pod.ticket} {pod.title}",
        "",
        "It is built on main and tested like any other car; those before it wait.",
    ]
    screen.lmawep.ask(Confirm(f"Land {pod.id} next?", says, yes="land it"), decided)


def pause(screen: ViewScreen) -> None:
    """Let the others pass the car, or let it go on."""
    from lmawep_tui.engine import runs

    pod = _pod(screen)
    if pod is not None:
        verb, word = (runs.resume, "resuming") if pod.record.paused else (runs.pause, "holding")
        screen.bridge.do(pod.id, word, verb, pod.id)


def take_out(screen: ViewScreen) -> None:
    """Ask why, then send the car back to work."""
    from lmawep_tui.engine.review import reject
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    pod = _pod(screen)
    if pod is None:
        return

    async def send(why: str) -> None:
        await carried_out(screen.bridge, pod.id, "sending back", reject, pod.id, why)

    says = [f"#{pod.ticket} {pod.title}", "It leaves the train and goes back to work; its next agent reads this."]
    screen.lmawep.ask(Prompt(f"What has to change in {pod.id}?", says, send="take it out", deliver=send))
