"""What moving a card means: for each pair of columns the verb that does it, or why no verb can."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui.actions import ACTIONS, Situation, refusal, when

PIPELINE = ("To do", "Working", "Review", "Testing", "Merging", "Done")


@dataclass(frozen=True, slots=True)
class Move:
    """A deed of the board (`start`, `block`, `request changes`, `hand in`), an action by its id, or a refusal."""

    deed: str = ""
    action: str = ""
    why: str = ""


def move(s: Situation, goal: str, source: str) -> Move:
    """What brings the card of the situation from one column to another."""
    if s.ticket is None or goal == source:
        return Move()
    if not s.free:
        return Move(why=refusal(ACTIONS["pod.run"], s))
    found = _wanted(s, goal, source)
    action = ACTIONS.get(found.action)
    if action is not None and not action.when(s):
        return Move(why=refusal(action, s))
    return found


def _wanted(s: Situation, goal: str, source: str) -> Move:
    if source == "Done":
        return _from_done(s, goal)
    if goal == "Needs you":
        return Move(deed="block")
    if source == "Needs you":
        return _from_blocked(s, goal)
    if goal == "To do":
        return Move(action="pod.remove")
    if goal == "Done":
        return _to_done(s, source)
    if PIPELINE.index(goal) > PIPELINE.index(source):
        return _forward(s, goal, source)
    return _back(s, goal)


def _from_done(s: Situation, goal: str) -> Move:
    if goal == "To do" and s.pod is None:
        return Move(action="ticket.status")
    return Move(why=f"#{_number(s)} is done: u undoes a landing, and moved to To do it is worked on once more.")


def _from_blocked(s: Situation, goal: str) -> Move:
    """A question is answered; anything else is decided, and that says where it goes on."""
    if goal == "Working" and s.pod is not None and when.has_question(s):
        return Move(action="pod.answer")
    if goal == "Working" and s.pod is None:
        return Move(deed="start") if when.can_spawn(s) else Move(action="ticket.decide")
    return Move(action="ticket.decide")


def _to_done(s: Situation, source: str) -> Move:
    if source in ("Testing", "Merging"):
        return Move(action="pod.merge")
    if s.pod is None:
        return Move(action="ticket.status")
    return Move(why=f"#{_number(s)} is done when it has landed: {_next_step(source)}")


def _next_step(source: str) -> str:
    return {
        "Working": "its work has to be reviewed and tested first.",
        "Review": "move it to Testing to look at it and approve it.",
    }.get(source, "it has to be worked on first.")


def _forward(s: Situation, goal: str, source: str) -> Move:
    if source == "To do":
        return (
            _start(s) if goal == "Working" else Move(why=f"#{_number(s)} has to be worked on first: Working starts it.")
        )
    if source == "Working":
        return _from_work(s, goal)
    if source == "Review":
        if goal == "Testing":
            return Move(action="pod.review")
        return Move(why=f"{_pod(s)} is not approved yet: move it to Testing to look at it.")
    return Move(action="pod.test")  # Testing → Merging: green tests put it into the train


def _start(s: Situation) -> Move:
    return Move(deed="start") if when.can_spawn(s) else Move(why=refusal(ACTIONS["ticket.spawn"], s))


def _from_work(s: Situation, goal: str) -> Move:
    if goal != "Review":
        return Move(why=f"{_pod(s)} is still at work: Review comes first.")
    if s.pod is not None and s.pod.record.paused and not s.pod.live:
        return Move(deed="hand in")
    if s.pod is not None and s.pod.live:
        return Move(why=f"{_pod(s)} is at work: it comes to review when its run has ended and the evidence holds.")
    return Move(why=f"{_pod(s)} has nothing to review yet: e starts its agent; work by hand is handed in with b.")


def _back(s: Situation, goal: str) -> Move:
    if goal == "Working":
        return Move(deed="request changes")
    if s.ticket is not None and s.ticket.status in (Status.TESTING, Status.MERGING) and goal == "Review":
        return Move(action="pod.review")
    return Move(why=f"{_pod(s)} is past that: moved to Working it goes back with what has to change.")


def _pod(s: Situation) -> str:
    return s.pod.id if s.pod is not None else f"#{_number(s)}"


def _number(s: Situation) -> int:
    return s.ticket.id if s.ticket is not None else 0
