"""What the keys of the review do: a verdict is bound to the commit that was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmawep_tui.ui import comments, reading_marks
from lmawep_tui.ui.actions import ACTIONS
from lmawep_tui.ui.keymap import keys_of, shown

if TYPE_CHECKING:
    from lmawep_tui.model.ids import PodId
    from lmawep_tui.model.pod import TestResult
    from lmawep_tui.ui.screens.review import ReviewScreen

_MOST_NAMED = 5
"""Failing tests named when a test run ends; the page behind `4` has more."""


def _approve(screen: ReviewScreen) -> None:
    reading = screen.reading
    if reading is None:
        screen.lmawep.say(f"Nothing is shown yet that could be approved. {screen.problem}".strip(), "warning")
        return
    waiting = reading.view.notes.open
    if not waiting:
        _give_approval(screen, over_comments=False)
        return
    from lmawep_tui.ui.modals.confirm import Confirm
    from lmawep_tui.ui.present.comment_lines import comments_count

    says = [f"{comments_count(len(waiting))} of yours {'was' if len(waiting) == 1 else 'were'} not sent to anybody.",
            "Approved, the work lands without them. n sends them, and the pod back to work."]  # fmt: skip
    ask = Confirm(f"Approve {screen.pod_id} all the same?", says, yes="approve", no="not yet")
    screen.lmawep.ask(ask, lambda yes: _give_approval(screen, over_comments=True) if yes else None)


def _give_approval(screen: ReviewScreen, *, over_comments: bool) -> None:
    from lmawep_tui.engine import review

    reading = screen.reading
    if reading is None:
        return
    app, pod, commit = screen.lmawep, screen.pod_id, reading.view.commit
    nxt = "" if app.autopilot.on else " m lands it."
    others = _others(screen)

    def told(_: object) -> None:
        app.say(f"{pod} is approved at {commit[:7]}.{_and_now(screen, others) or nxt}")
        _leave(screen, pod, others)

    app.bridge.do(pod, "approving", review.approve, pod, commit=commit, over_comments=over_comments, then=told)


def _reject(screen: ReviewScreen) -> None:
    from lmawep_tui.engine import review
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.present.comment_lines import sending_words
    from lmawep_tui.ui.sending import carried_out

    app, pod, reading = screen.lmawep, screen.pod_id, screen.reading
    sending = sending_words(reading.placed) if reading is not None else ""
    commit = reading.view.commit if reading is not None else None
    others = _others(screen)

    async def send(why: str) -> None:
        screen.draft = why
        await carried_out(app.bridge, pod, "sending back", review.reject, pod, why, commit=commit)

    def told(why: str | None) -> None:
        if why is None:
            return
        if screen.pod_id == pod:
            screen.draft = ""
        if others:
            app.say(f"{pod} goes back to work.{_and_now(screen, others)}")
        _leave(screen, pod, others)

    says = ["The pod goes back to work. Its next agent reads this first."]
    says += [sending] if sending else []
    ask = Prompt(f"What has to change in {pod}?", says, send="request changes", text=screen.draft, empty=bool(sending),
                 deliver=send)  # fmt: skip
    app.ask(ask, told)


def _leave(screen: ReviewScreen, pod: PodId, others: list[PodId]) -> None:
    """After a verdict: back to the list, unless more reviews wait. A verdict that was refused leaves all as it was.

    It never goes on to another pod by itself: a second `y` by mistake must not approve what nobody has seen.
    """
    if not others and screen.is_current and screen.pod_id == pod:
        keys = keys_of(ACTIONS["review.back"], screen.lmawep.own_keys)
        screen.lmawep.key_line.closed(keys)  # who wants to leave it, too, does not want to leave the whole screen
        screen.dismiss()


def _others(screen: ReviewScreen) -> list[PodId]:
    """The other pods that wait for a review, as the list has them, from the one after this on."""
    from lmawep_tui.model.ticket import Status
    from lmawep_tui.store.queries import decision_list

    pods = [pod.id for pod in decision_list(screen.bridge.snapshot).flat
            if pod.status is Status.REVIEW or pod.id == screen.pod_id]  # fmt: skip
    here = pods.index(screen.pod_id) if screen.pod_id in pods else -1
    return [pod for pod in (*pods[here + 1 :], *pods[: max(0, here)]) if pod != screen.pod_id]


def _and_now(screen: ReviewScreen, others: list[PodId]) -> str:
    if not others or not screen.is_attached:
        return ""
    return f" {shown(keys_of(ACTIONS['review.next'], screen.lmawep.own_keys)[0])} goes on to {others[0]}."


def _next(screen: ReviewScreen) -> None:
    others = _others(screen)
    if not others:
        screen.lmawep.say("No other pod waits for your review.")
        return
    _remember(screen)
    screen.show_pod(others[0])


def _back(screen: ReviewScreen) -> None:
    _remember(screen)
    screen.dismiss()


def _remember(screen: ReviewScreen) -> None:
    """Note which commit was looked at, so that the next look can leave out what it showed."""
    from lmawep_tui.engine import review_notes

    if screen.reading is not None:
        view = screen.reading.view
        screen.remarks.change(review_notes.looked, view.commit, view.base)


def _test(screen: ReviewScreen) -> None:
    from lmawep_tui.engine import testing

    pod = screen.pod_id

    def told(result: TestResult) -> None:
        named = ", ".join(result.failing[:_MOST_NAMED])
        more = f" and {len(result.failing) - _MOST_NAMED} more" if len(result.failing) > _MOST_NAMED else ""
        words = f"{pod} tests {'green' if result.green else 'red'}: {result.summary}"
        screen.lmawep.say(f"{words}\n{named}{more}" if named else words, "information" if result.green else "warning")

    screen.bridge.do(pod, "testing", testing.test, pod, then=told)


def _since(screen: ReviewScreen) -> None:
    reading = screen.reading
    if reading is not None:
        screen.load(since_look=reading.view.since is None)


def _edit(screen: ReviewScreen) -> None:
    """The person's editor on the file of the pod, at the line of the cursor or the first one behind it."""
    from lmawep_tui.ui.terminal import on_terminal

    reading, file = screen.reading, screen.diff_view.file
    if reading is None or file is None:
        screen.lmawep.say("There is no file here that could be opened.", "warning")
        return
    place = reading.place_of(file)
    lines = [(at, spot[2]) for at, spot in reading.shown_lines(place) if spot[1] == "new"]
    line = next((number for at, number in lines if at >= screen.diff_view.line), lines[-1][1] if lines else 1)
    on_terminal(screen, "open", screen.pod_id, "--file", f"{reading.paths[place]}:{line}")
    screen.load()


def _help(screen: ReviewScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


DEEDS: dict[str, Callable[[ReviewScreen], object]] = {
    "review.approve": _approve,
    "review.reject": _reject,
    "review.comment": comments.comment_here,
    "review.comments": comments.list_all,
    "review.mark": reading_marks.mark_here,
    "review.unread": reading_marks.go_to_unread,
    "review.files": lambda screen: screen.switch(),
    "review.since": _since,
    "review.editor": _edit,
    "review.test": _test,
    "review.next": _next,
    "review.ticket": lambda screen: screen.turn(),
    "review.reload": lambda screen: screen.load(),
    "review.back": _back,
    "help": _help,
}
