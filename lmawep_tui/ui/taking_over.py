"""The person takes a pod over, on this terminal: the screen stands aside meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.ui.actions import Situation
from lmawep_tui.ui.terminal import on_terminal

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

_SHELL = "shell"


def attach(screen: MissionScreen, s: Situation) -> None:
    """The agent's own program in the pod; a live run is ended only when the person says so."""
    from lmawep_tui.ui.modals.confirm import Confirm

    pod = s.pod
    assert pod is not None  # the action's `when` said so
    if not pod.live:
        on_terminal(screen, "attach", pod.id)
        return
    run = pod.run.name if pod.run else "Its run"
    says = [f"#{pod.ticket} {pod.title}", "", f"{run} is at work. It is ended first; what it wrote stays in the pod.",
            "To only say something to it, use i: it is told when it has ended."]  # fmt: skip

    def decided(yes: bool | None) -> None:
        if yes:
            on_terminal(screen, "attach", pod.id, "--stop")

    screen.lmawep.ask(Confirm(f"Take {pod.id} over?", says, yes="end it and take over"), decided)


def open_in(screen: MissionScreen, s: Situation) -> None:
    """One of the programs that the config names, or a shell."""
    from lmawep_tui.ui.modals.choose import Choose

    pod = s.pod
    assert pod is not None  # the action's `when` said so
    programs = s.snapshot.config.open
    rows = [(name, _line(command)) for name, command in programs.items()]
    rows += [] if _SHELL in programs else [(_SHELL, "your own shell, in the pod")]

    def chosen(name: str | None) -> None:
        if name is None:
            return
        words = ("open", pod.id, name) if name in programs else ("attach", pod.id, "--shell")
        on_terminal(screen, *words)

    screen.lmawep.ask(Choose(f"Open {pod.id} in", rows), chosen)


def _line(command: str | tuple[str, ...]) -> str:
    return command if isinstance(command, str) else " ".join(command)
