"""What each action of mission control does: the selected id goes to an engine verb, the files say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.attention import first_line
from lmawep_tui.ui import answers, choices, navigation, peeking, taking_over, ticket_deeds, triage_deeds
from lmawep_tui.ui.actions import Situation
from lmawep_tui.ui.actions.when import has_question
from lmawep_tui.ui.panes.detail import TABS

if TYPE_CHECKING:
    from lmawep_tui.engine.remove import Removal
    from lmawep_tui.engine.train import Landing
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import PodId
    from lmawep_tui.model.pod import TestResult
    from lmawep_tui.ui.screens.mission import MissionScreen

Deed = Callable[["MissionScreen", Situation], None]


def _spawn(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine.spawn import spawn

    ticket = _ticket(s)
    screen.bridge.do(f"ticket-{ticket.id}", "spawning", spawn, ticket.id)


def _run(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import runs

    screen.bridge.do(_pod(s).id, "starting", runs.start, _pod(s).id)


def _answer(screen: MissionScreen, s: Situation) -> None:
    """Something is said to the agent: an answer where it asks, a follow-up where it works or rests."""
    from lmawep_tui.engine import tell
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    pod = _pod(s)
    if pod.asks:
        answers.answer_live(screen, pod)
        return
    says = [pod.hold.why if pod.hold else "It reads this before anything else, and notes it in its memory bank."]
    if pod.live:
        says = ["It is at work. It is told as soon as its run has ended, before anything else is done with its work."]
    says += [f"Waits already: {first_line(message.text)}" for message in pod.record.told]

    async def send(text: str) -> None:
        told = await carried_out(screen.bridge, pod.id, "telling", tell.tell, pod.id, text)
        if told.run is None:
            screen.lmawep.say(f"{pod.id} is told when its run has ended.")

    heading = f"Answer {pod.id}" if has_question(s) else f"Tell the agent of {pod.id}"
    words = "send when its run has ended" if pod.live else "send, and let it go on"
    screen.lmawep.ask(Prompt(f"{heading} · #{pod.ticket}", says, send=words, deliver=send))


def _stop(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import runs
    from lmawep_tui.ui.modals.confirm import Confirm

    pod = _pod(s)
    run = pod.run.name if pod.run else "Its run"
    says = [f"#{pod.ticket} {pod.title}", "", f"{run} is ended with all its processes.",
            "What it wrote stays in the pod; the pod is paused until you start it again."]  # fmt: skip

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do(pod.id, "stopping", runs.stop, pod.id)

    screen.lmawep.ask(Confirm(f"Stop {pod.id}?", says, yes="stop it"), decided)


def _pause(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import runs

    pod = _pod(s)
    if pod.record.paused:
        screen.bridge.do(pod.id, "resuming", runs.resume, pod.id)
    else:
        screen.bridge.do(pod.id, "pausing", runs.pause, pod.id)


def remove_and_hold(ws: Workspace, pod: PodId) -> Removal:
    """Remove a pod, whatever is in it; where a conductor drives, its ticket is held."""
    from lmawep_tui.engine.driven import is_driven
    from lmawep_tui.engine.remove import remove

    return remove(ws, pod, force=True, hold=is_driven(ws))


def _remove(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.ui.modals.confirm import Confirm

    pod = _pod(s)
    changes = screen.bridge.facts.changes.get(pod.id)
    says = [f"#{pod.ticket} {pod.title}", ""]
    if pod.live:
        says.append("Its live run is ended first.")
    if changes is not None and changes.ahead:
        commits, files = _count(changes.ahead, "commit"), _count(changes.files, "file")
        says.append(f"Not on main: {commits}, +{changes.insertions} −{changes.deletions} in {files}.")
    says += ["Whatever is not on main, committed or not, is kept in the vault.",
             "The memory bank is kept for the ticket's next pod. Ignored files go."]  # fmt: skip
    if s.snapshot.autopilot and not pod.status.closed:
        says += ["", f"Autopilot is on. #{pod.ticket} is held after this, so that it is not begun anew at once;",
                 "S sets it to ready again."]  # fmt: skip

    def told(removal: Removal) -> None:
        kept = f" Its work is kept in {removal.vault}." if removal.vault else ""
        held = f" #{pod.ticket} is held until you say so." if removal.held else ""
        screen.lmawep.say(f"{removal.pod} is removed.{kept}{held}")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.picked.expect_gone(pod.id)
            screen.bridge.do(pod.id, "removing", remove_and_hold, pod.id, then=told)

    screen.lmawep.ask(Confirm(f"Remove {pod.id}?", says, yes="remove it"), decided)


def _review(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.ui.screens.review import ReviewScreen

    screen.app.push_screen(ReviewScreen(screen.bridge, _pod(s)))


def _test(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import testing

    pod = _pod(s).id

    def told(result: TestResult) -> None:
        words = "green" if result.green else "red"
        screen.lmawep.say(f"{pod} tests {words}: {result.summary}", "information" if result.green else "warning")

    screen.bridge.do(pod, "testing", testing.test, pod, then=told)


def _merge(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import train

    pod = _pod(s)

    def told(landing: Landing) -> None:
        if landing.complete:
            screen.lmawep.say(f"{pod.id} #{pod.ticket} {landing.words}.")
        else:
            screen.lmawep.say(f"{pod.id} did not land: {landing.why}.", "warning")

    screen.bridge.do(pod.id, "landing", train.merge_pod, pod.id, then=told)


def _status(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.engine import tickets
    from lmawep_tui.ui.modals.choose import Choose

    ticket = _ticket(s)
    rows = [("ready", "may be spawned"), ("blocked", "waits for you"), ("abandoned", "will not be done")]

    def put(status: str) -> None:
        screen.bridge.do(f"ticket-{ticket.id}", "setting", tickets.set_status, ticket.id, Status(status))

    def chosen(status: str | None) -> None:
        if status and ticket.status is Status.COMPLETE:
            _ask_reopen(screen, ticket, status, lambda: put(status))
        elif status:
            put(status)

    heading = f"Status of #{ticket.id}, now {ticket.status}"
    screen.lmawep.ask(Choose(heading, [row for row in rows if row[0] != ticket.status]), chosen)


def _ask_reopen(screen: MissionScreen, ticket: Ticket, status: str, go_on: Callable[[], None]) -> None:
    from lmawep_tui.ui.modals.confirm import Confirm

    landed = screen.bridge.snapshot.state.landed.get(ticket.id, "")
    says = [f"{ticket.title}", "", f"It has landed{f' as {landed[:7]}' if landed else ''}, and that stays on main.",
            "Set to ready it is worked on once more, in a pod of its own."]  # fmt: skip
    ask = Confirm(f"#{ticket.id} is complete. Set it to {status}?", says, yes=f"set it to {status}")
    screen.lmawep.ask(ask, lambda yes: go_on() if yes else None)


_MOST_WHY = 12
"""Causes that are told at once of what is marked."""


def _why(screen: MissionScreen, s: Situation) -> None:
    from lmawep_tui.ui.why import why_words

    async def look() -> None:
        if s.marked:
            these = list(screen.picked.marked(most=_MOST_WHY))
            screen.lmawep.say(await screen.bridge.reads.run(triage_deeds.why_marked, s, these))
            return
        words = await screen.bridge.reads.run(why_words, s.snapshot, s.ticket, s.pod)
        name = s.pod.id if s.pod else f"#{s.ticket.id}" if s.ticket else ""
        screen.lmawep.say(f"{name}: {words}")

    screen.bridge.spawn_task(look(), "why")


def _autopilot(screen: MissionScreen, s: Situation) -> None:
    pilot = screen.lmawep.autopilot
    if not pilot.wanted and s.snapshot.autopilot and pilot.words() != "off":
        screen.lmawep.say("Autopilot is on already, in another process.", "warning")
        return
    pilot.toggle()
    screen.show_header()
    if not pilot.wanted:
        screen.lmawep.say("Autopilot is off. Runs under way go on.")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def _pod(s: Situation) -> Pod:
    assert s.pod is not None  # the action's `when` said so
    return s.pod


def _ticket(s: Situation) -> Ticket:
    assert s.ticket is not None
    return s.ticket


def _anywhere(name: str) -> Deed:
    """What every screen has is the app's to do."""
    return lambda screen, s: screen.lmawep.action_anywhere(name)


def _choose_tab(tab: str) -> Deed:
    return lambda screen, s: navigation.choose_tab(screen, tab)


DEEDS: dict[str, Deed] = {
    "ticket.spawn": _spawn,
    "ticket.new": ticket_deeds.new,
    "ticket.edit": ticket_deeds.edit,
    "ticket.status": _status,
    "pod.review": _review,
    "pod.answer": _answer,
    "pod.attach": taking_over.attach,
    "pod.open": taking_over.open_in,
    "pod.run": _run,
    "pod.test": _test,
    "pod.merge": _merge,
    "pod.stop": _stop,
    "pod.pause": _pause,
    "pod.remove": _remove,
    "ticket.decide": choices.decide,
    "pod.resolve": choices.resolve,
    "undo": choices.undo,
    "why": _why,
    "triage.snooze": triage_deeds.snooze,
    "triage.pin": triage_deeds.pin,
    "marks.all": triage_deeds.mark_all,
    "digest": lambda screen, s: screen.lmawep.absence.show(),
    "peek": lambda screen, s: peeking.toggle(screen),
    "autopilot": _autopilot,
    "next": lambda screen, s: navigation.go_to_next(screen),
    "run.previous": lambda screen, s: screen.detail.step_run(-1),
    "run.next": lambda screen, s: screen.detail.step_run(1),
    "filter": lambda screen, s: navigation.open_filter(screen),
    "pane.next": lambda screen, s: screen.step_pane(1),
    "pane.previous": lambda screen, s: screen.step_pane(-1),
    "back": lambda screen, s: navigation.back(screen),
    **{name: _anywhere(name) for name in ("palette", "theme", "suspend", "help")},
    "layout": lambda screen, s: screen.next_layout(),
    "watch": lambda screen, s: navigation.open_watch(screen),
    "views": lambda screen, s: navigation.choose_view(screen),
    "settings": lambda screen, s: navigation.open_settings(screen),
    "quit": lambda screen, s: screen.lmawep.leave(),
    **{f"tab.{tab}": _choose_tab(tab) for tab in TABS},
}
