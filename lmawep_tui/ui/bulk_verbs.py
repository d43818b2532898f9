"""What can be done with several pods or tickets at once, and what is asked before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.actions import Action, Situation
from lmawep_tui.ui.bulk import Many, Verb, ask, carry_out, count_words, listed, name_of

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.ui.screens.mission import MissionScreen


def _spawn(ws: Workspace, s: Situation) -> Any:
    from lmawep_tui.engine.spawn import spawn

    assert s.ticket is not None  # `when` said so, here and below
    return spawn(ws, s.ticket.id)


def _of_runs(name: str) -> Verb:
    def verb(ws: Workspace, s: Situation) -> Any:
        from lmawep_tui.engine import runs

        assert s.pod is not None
        return getattr(runs, name)(ws, s.pod.id)

    return verb


def _test(ws: Workspace, s: Situation) -> Any:
    from lmawep_tui.engine import testing

    assert s.pod is not None
    return testing.test(ws, s.pod.id)


def _merge(ws: Workspace, s: Situation) -> Any:
    from lmawep_tui.engine import train

    assert s.pod is not None
    return train.merge_pod(ws, s.pod.id)


def _pause(ws: Workspace, s: Situation) -> Any:
    assert s.pod is not None
    return None if s.pod.record.paused else _of_runs("pause")(ws, s)


def _remove(ws: Workspace, s: Situation) -> Any:
    from lmawep_tui.ui.deeds import remove_and_hold

    assert s.pod is not None
    return remove_and_hold(ws, s.pod.id)


MANY: dict[str, Many] = {
    "ticket.spawn": Many("Spawn", "spawning", "spawned", _spawn, in_turn=True),
    "pod.run": Many("Start", "starting", "started", _of_runs("start"), "An agent starts in each of them."),
    "pod.test": Many("Test", "testing", "green", _test, "The project's tests run in each of them.",
                     failed=lambda result: "" if result.green else f"red, {result.summary}"),
    "pod.merge": Many("Land", "landing", "landed", _merge, "Each is tested together with main, one after the other.",
                      in_turn=True, failed=lambda landing: "" if landing.complete else f"did not land, {landing.why}"),
    "pod.stop": Many("Stop", "stopping", "stopped", _of_runs("stop"),
                     "Their runs are ended with all processes; what they wrote stays."),
    "pod.remove": Many("Remove", "removing", "removed", _remove,
                       "Live runs are ended first. Whatever is not on main is kept in the vault."),
}  # fmt: skip
"""By the id of the action."""


# -- verbs that ask what first ----------------------------------------------------------------------------------------

_Ask = Callable[["MissionScreen", Action, Sequence[Situation], Sequence[str]], None]


def _pause_or_go_on(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    """Pause those that are not; let them go on when all are paused: never both with one key."""
    going = [s for s in good if s.pod is not None and not s.pod.record.paused]
    if going:
        paused = [name_of(s) for s in good if s not in going]
        many = Many("Pause", "pausing", "paused", _pause, "Their runs stand still; autopilot leaves them alone.")
        ask(screen, action, many, going, [*bad, *paused])
    else:
        ask(screen, action, Many("Resume", "resuming", "go on", _of_runs("resume")), good, bad)


def _tell(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    """The same words for all of them; what a live run asks is answered one by one, each is another question."""
    from lmawep_tui.ui.modals.prompt import Prompt

    good, asking = [s for s in good if s.pod and not s.pod.asks], [name_of(s) for s in good if s.pod and s.pod.asks]

    def send(text: str | None) -> None:
        if text:

            def tell_one(ws: Workspace, s: Situation) -> Any:
                from lmawep_tui.engine import tell

                assert s.pod is not None
                return tell.tell(ws, s.pod.id, text)

            screen.table.clear_marks()
            left_out = [*(f"{name}: needs {action.needs}" for name in bad),
                        *(f"{name}: asks something of its own" for name in asking)]  # fmt: skip
            carry_out(screen, Many("Tell", "telling", "told", tell_one), good, left_out)

    if not good:
        screen.lmawep.say("Each of them asks something of its own: answer them one by one.", "warning")
        return
    screen.lmawep.ask(Prompt(f"Tell the agents of {count_words(good)}", listed(good), send="tell them all"), send)


def _status(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    from lmawep_tui.ui.modals.choose import Choose

    landed = [name_of(s) for s in good if s.ticket and s.ticket.status is Status.COMPLETE]
    open_ = [s for s in good if s.ticket and s.ticket.status is not Status.COMPLETE]

    def chosen(status: str | None) -> None:
        if not status:
            return

        def set_one(ws: Workspace, s: Situation) -> Any:
            from lmawep_tui.engine import tickets

            assert s.ticket is not None
            return tickets.set_status(ws, s.ticket.id, Status(status))

        screen.table.clear_marks()
        left_out = [*(f"{name}: needs {action.needs}" for name in bad), *(f"{name}: has landed" for name in landed)]
        carry_out(screen, Many("Set", "setting", f"set to {status}", set_one, in_turn=True), open_, left_out)

    if not open_:
        screen.lmawep.say("What has landed is set one by one: it asks first.", "warning")
        return
    rows = [("ready", "may be spawned"), ("blocked", "waits for you"), ("abandoned", "will not be done")]
    screen.lmawep.ask(Choose(f"Status of {count_words(open_)}", rows), chosen)


def _decide(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    """Of the answers to a block those that are the same for everybody."""
    from lmawep_tui.ui.modals.choose import Choose

    def chosen(answer: str | None) -> None:
        if not answer:
            return

        def decide_one(ws: Workspace, s: Situation) -> Any:
            from lmawep_tui.engine import escalation

            assert s.ticket is not None
            verbs: dict[str, Callable[..., Any]] = {
                "go on": escalation.unblock, "later": escalation.postpone, "abandon": escalation.abandon,
            }  # fmt: skip
            return verbs[answer](ws, s.ticket.id)

        says = {"go on": "Each goes on where it was, with all its attempts.",
                "later": "Each gets the lowest priority and another try in its turn.",
                "abandon": "Their pods go; everything in them is kept in the vault."}[answer]  # fmt: skip
        title, done = {"go on": ("Unblock", "unblocked"), "later": ("Put off", "put off"),
                       "abandon": ("Abandon", "abandoned")}[answer]  # fmt: skip
        many = Many(title, "deciding", done, decide_one, says, in_turn=True)
        if answer == "abandon":
            ask(screen, action, many, good, bad)
        else:
            screen.table.clear_marks()
            carry_out(screen, many, good, [f"{name}: needs {action.needs}" for name in bad])

    rows = [("go on", "where they were"), ("later", "lowest priority, in their turn"), ("abandon", "give them up")]
    screen.lmawep.ask(Choose(f"{count_words(good)}, blocked", rows), chosen)


def _snooze(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    from lmawep_tui.ui.triage_deeds import snooze_these

    snooze_these(screen, good, bad)


def _pin(screen: MissionScreen, action: Action, good: Sequence[Situation], bad: Sequence[str]) -> None:
    from lmawep_tui.ui.triage_deeds import pin_these

    pin_these(screen, good)


CHOICES: dict[str, _Ask] = {
    "pod.pause": _pause_or_go_on,
    "pod.answer": _tell,
    "ticket.status": _status,
    "ticket.decide": _decide,
    "triage.snooze": _snooze,
    "triage.pin": _pin,
}
