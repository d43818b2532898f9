"""What a person decides about work that stands still: blocked tickets, conflicts, landings to take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.actions import Situation

if TYPE_CHECKING:
    from lmawep_tui.engine.conflict_view import ConflictView
    from lmawep_tui.engine.undo import Undone
    from lmawep_tui.ui.screens.mission import MissionScreen


def decide(screen: MissionScreen, s: Situation) -> None:
    """A blocked ticket: let it go on, or one of the four other answers. A pod that was taken over: hand in."""
    from lmawep_tui.ui.modals.choose import Choose

    number = s.pod.ticket if s.pod else s.ticket.id if s.ticket else None
    assert number is not None  # the action's `when` said so
    rows = [("hand in", "what you committed goes up for review")] if _taken_over(s.pod) else _answers(s.pod)
    hold = s.snapshot.state.holds.get(number)
    asked = clean_line(hold.why)[:60] if hold else "yours to fix by hand"
    screen.lmawep.ask(Choose(f"#{number}: {asked}", rows), lambda chosen: _carry_out(screen, s, number, chosen))


def _taken_over(pod: Pod | None) -> bool:
    return pod is not None and pod.status is Status.ASSIGNED and pod.record.paused


def _answers(pod: Pod | None) -> list[tuple[str, str]]:
    by_hand = [("fix by hand", "the pod is yours until you hand your work in")] if pod is not None else []
    return [
        ("go on", "where it was, with all its attempts"),
        *by_hand,
        ("re-scope", "ask for less, or for something else"),
        ("later", "lowest priority, another try in its turn"),
        ("abandon", "give it up; its work stays in the vault"),
    ]


def _carry_out(screen: MissionScreen, s: Situation, number: TicketId, chosen: str | None) -> None:
    from lmawep_tui.engine import escalation

    key = s.pod.id if s.pod else f"ticket-{number}"
    bridge, say = screen.bridge, screen.lmawep.say
    if chosen == "go on":
        bridge.do(key, "unblocking", escalation.unblock, number)
    elif chosen == "later":
        bridge.do(key, "postponing", escalation.postpone, number)
    elif chosen == "re-scope":
        _ask_scope(screen, key, number)
    elif chosen == "abandon":
        _ask_abandon(screen, key, number)
    elif chosen == "fix by hand" and s.pod is not None:
        pod = s.pod
        bridge.do(
            key, "handing over", escalation.take_over, pod.id,
            then=lambda record: say(f"{pod.id} is yours: {record.path}. Commit there, then b hands it in."),
        )  # fmt: skip
    elif chosen == "hand in" and s.pod is not None:
        bridge.do(key, "handing in", escalation.hand_in, s.pod.id)


def _ask_scope(screen: MissionScreen, key: str, number: TicketId) -> None:
    from lmawep_tui.engine import escalation
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    async def send(text: str) -> None:
        await carried_out(screen.bridge, key, "re-scoping", escalation.rescope, number, text)

    says = ["This is added to the ticket's description, and work begins again with it."]
    screen.lmawep.ask(Prompt(f"What does #{number} ask for now?", says, send="re-scope it", deliver=send))


def _ask_abandon(screen: MissionScreen, key: str, number: TicketId) -> None:
    from lmawep_tui.engine import escalation
    from lmawep_tui.ui.modals.confirm import Confirm

    def told(ref: str | None) -> None:
        kept = f" Its work is kept in {ref}." if ref else ""
        screen.lmawep.say(f"#{number} is abandoned.{kept}")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do(key, "abandoning", escalation.abandon, number, then=told)

    says = ["Its pod goes; everything in it is kept in the vault, and its memory bank in git."]
    screen.lmawep.ask(Confirm(f"Abandon #{number}?", says, yes="abandon it"), decided)


def undo(screen: MissionScreen, s: Situation) -> None:
    """Looks first what would be undone, and then asks."""
    from lmawep_tui.engine.undo import undo as take_back

    def ask(found: Undone) -> None:
        from lmawep_tui.ui.modals.confirm import Confirm

        def decided(yes: bool | None) -> None:
            if yes:
                what = found.pod if found.kind == "removal" else found.undoes
                screen.bridge.do(
                    "undo", "undoing, tested first", take_back, what, then=lambda done: _tell(screen, done)
                )

        screen.lmawep.ask(Confirm(*_question(found), yes="undo it"), decided)

    _look(screen, "undo", "looking", take_back, dry_run=True, then=ask)


def _look(screen: MissionScreen, key: str, word: str, verb: Any, *args: Any, then: Any, **kwargs: Any) -> None:
    """Carries out what a question follows on; keys that come meanwhile are for the question, not for the list."""
    ended = False

    def asked(result: Any) -> None:
        nonlocal ended
        ended = True
        then(result)  # a dialog holds the keys itself from here on

    def refused(words: str) -> None:
        nonlocal ended
        ended = True
        screen.lmawep.say(words, "warning")

    screen.lmawep.key_line.hold_until(lambda: ended, patience_s=_GIT_PATIENCE_S)
    screen.bridge.do(key, word, verb, *args, then=asked, failed=refused, **kwargs)


def _question(found: Undone) -> tuple[str, list[str]]:
    if found.kind == "removal":
        return f"Bring {found.pod} back?", [f"For #{found.ticket}, with all its work, as a new pod."]
    says = ["A commit that takes it back is tested first; main moves only when the tests are green.", ""]
    says += [f"Changes {', '.join(clean_line(path) for path in found.files[:4])}{' …' if found.files[4:] else ''}."]
    if found.dependents:
        says.append(f"Builds on it, and is told: {', '.join(f'#{number}' for number in found.dependents)}.")
    what = "Put" if found.kind == "undo" else "Take"
    return f"{what} #{found.ticket} ({found.undoes[:7]}) {'on main again' if what == 'Put' else 'off main'}?", says


def _tell(screen: MissionScreen, done: Undone) -> None:
    screen.lmawep.say(f"{done.words}.")


_GIT_PATIENCE_S = 5.0
"""How long keys wait for a question that git has to be asked for first; the row says meanwhile what is under way."""
_RESOLVE: dict[str, str] = {
    "start": "merge main into the pod, to decide file by file",
    "by agent": "let an agent of role resolve try (again)",
    "this pod's side": "for every file that is not decided yet",
    "main's side": "for every file that is not decided yet",
    "edit": "open what is left in $EDITOR",
    "done": "commit the merge; the pod goes up for review",
    "abort": "undo the merge: the pod is as it was before",
}


def resolve(screen: MissionScreen, s: Situation) -> None:
    """How the pod stands to main, and what can be done about it."""
    from lmawep_tui.engine.conflict import describe

    assert s.pod is not None
    _look(screen, s.pod.id, "looking", describe, s.pod.id, then=lambda view: _ask_resolve(screen, view))


def _ask_resolve(screen: MissionScreen, view: ConflictView) -> None:
    from lmawep_tui.engine.conflict_view import MergeState
    from lmawep_tui.ui.modals.choose import Choose

    if view.state is MergeState.UP_TO_DATE:
        screen.lmawep.say(f"All of {view.main} is in {view.pod} already.")
        return
    merging = view.state in (MergeState.MERGING, MergeState.COMMITTED, MergeState.GONE)
    names = ("this pod's side", "main's side", "edit", "done", "abort") if merging else ("start", "by agent")
    if merging and not view.left:
        names = ("done", "abort")
    files = ", ".join(clean_line(file.path) for file in view.left[:3]) + (" …" if view.left[3:] else "")
    heading = f"{view.pod} and {view.main}: {view.state}" + (f" in {files}" if files else "")
    rows = [(name, _RESOLVE[name]) for name in names]
    screen.lmawep.ask(Choose(heading, rows), lambda chosen: _carry_out_resolve(screen, view, chosen))


def _carry_out_resolve(screen: MissionScreen, view: ConflictView, chosen: str | None) -> None:
    from lmawep_tui.engine import conflict
    from lmawep_tui.model.conflict import Side

    pod, do = view.pod, screen.bridge.do

    def again(_: Any) -> None:
        _look(screen, pod, "looking", conflict.describe, pod, then=lambda seen: _ask_resolve(screen, seen))

    if chosen == "start":
        _look(screen, pod, "merging", conflict.start_merge, pod, then=again)
    elif chosen == "by agent":
        do(pod, "starting", conflict.by_agent, pod)
    elif chosen in ("this pod's side", "main's side"):
        side = Side.OURS if chosen == "this pod's side" else Side.THEIRS
        _look(screen, pod, "deciding", conflict.take, pod, ["."], side, then=again)
    elif chosen == "edit":
        from lmawep_tui.ui.terminal import on_terminal

        if on_terminal(screen, "resolve", pod, "--edit"):
            again(None)
    elif chosen == "done":
        do(pod, "committing", conflict.finish, pod)
    elif chosen == "abort":
        do(pod, "aborting", conflict.abort, pod)
