"""What the keys of the review do: a verdict is bound to the commit that was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.review import ReviewScreen


def _approve(screen: ReviewScreen) -> None:
    from lmawep_tui.engine import review

    seen, pod = screen.seen, screen.pod_id
    if seen is None or seen.commit is None:
        screen.lmawep.say(f"Nothing is shown yet that could be approved. {seen.problem if seen else ''}", "warning")
        return
    commit = seen.commit
    app = screen.lmawep
    nxt = "" if app.autopilot.on else " m lands it."
    app.bridge.do(
        pod, "approving", review.approve, pod, commit=commit,
        then=lambda _: app.say(f"{pod} is approved at {commit[:7]}.{nxt}"),
    )  # fmt: skip
    screen.dismiss()


def _reject(screen: ReviewScreen) -> None:
    from lmawep_tui.engine import review
    from lmawep_tui.ui.modals.prompt import Prompt

    app, pod = screen.lmawep, screen.pod_id

    def send(why: str | None) -> None:
        if why:
            app.bridge.do(pod, "sending back", review.reject, pod, why)
            screen.dismiss()

    says = ["The pod goes back to work. Its next agent reads this first."]
    app.ask(Prompt(f"What has to change in {pod}?", says, send="request changes"), send)


def _help(screen: ReviewScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


DEEDS: dict[str, Callable[[ReviewScreen], object]] = {
    "review.approve": _approve,
    "review.reject": _reject,
    "review.ticket": lambda screen: screen.turn(),
    "review.reload": lambda screen: screen.load(),
    "review.back": lambda screen: screen.dismiss(),
    "help": _help,
}
