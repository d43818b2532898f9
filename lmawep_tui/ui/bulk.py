"""One key for all that is marked: one question, one answer, and the names of those it is not possible for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.actions import ACTIONS, Action, Situation

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.ui.screens.mission import MissionScreen

Verb = Callable[["Workspace", Situation], Any]
_NAMED = 8
"""How many are named in the question; the others are counted."""
_LOOKED_AT = 200
"""How many marked rows the footer looks at: it is made anew at every step."""


@dataclass(frozen=True, slots=True)
class Many:
    """A verb on several pods or tickets."""

    ask: str
    """How the question begins: `Stop`."""
    doing: str
    """What their rows say meanwhile: `stopping`."""
    done: str
    """What the result counts: `stopped`."""
    verb: Verb
    says: str = ""
    """What would happen, in a sentence."""
    in_turn: bool = False
    """One after the other: they would only wait for each other's lock."""
    failed: Callable[[Any], str] = lambda _: ""
    """What a result says against it: a verb may well end, and its tests be red."""


def offers(screen: MissionScreen) -> list[Action]:
    """Return what can be done with at least one of the marked rows, in the table's order."""
    from lmawep_tui.ui.bulk_verbs import CHOICES, MANY

    marked = list(screen.picked.marked(most=_LOOKED_AT))
    return [a for a in ACTIONS.values() if (a.id in MANY or a.id in CHOICES) and any(a.when(s) for s in marked)]


def act(screen: MissionScreen, action: Action) -> None:
    """Ask once about all that is marked, then do it to those it is possible for."""
    from lmawep_tui.ui.bulk_verbs import CHOICES, MANY

    marked = list(screen.picked.marked())
    title = action.title.capitalize()
    good = [s for s in marked if action.when(s)]
    bad = [name_of(s) for s in marked if not action.when(s)]
    if action.id not in MANY and action.id not in CHOICES:
        screen.lmawep.say(f"{title} is for one at a time. Esc takes the marks away.", "warning")
    elif not good:
        screen.lmawep.say(f"{title} needs {action.needs}; none of the {len(marked)} marked is that.", "warning")
    elif action.id in CHOICES:
        CHOICES[action.id](screen, action, good, bad)
    else:
        ask(screen, action, MANY[action.id], good, bad)


def ask(screen: MissionScreen, action: Action, many: Many, good: Sequence[Situation], bad: Sequence[str]) -> None:
    """Ask whether it is to be done to all of these."""
    from lmawep_tui.ui.modals.confirm import Confirm

    what = count_words(good)
    says = [*listed(good), *([many.says] if many.says else [])]
    if bad:
        says += ["", f"Not {', '.join(bad[:_NAMED])}{' …' if bad[_NAMED:] else ''}: needs {action.needs}."]

    def decided(yes: bool | None) -> None:
        if yes:
            screen.table.clear_marks()
            for s in good if action.id == "pod.remove" else ():
                screen.picked.expect_gone(name_of(s))
            carry_out(screen, many, good, [f"{name}: needs {action.needs}" for name in bad])

    screen.lmawep.ask(Confirm(f"{many.ask} {what}?", says, yes=f"{many.ask.lower()} {what}"), decided)


def carry_out(screen: MissionScreen, many: Many, these: Sequence[Situation], left_out: Sequence[str] = ()) -> None:
    """Do it to all of these, and say once what came of it."""

    async def work() -> None:
        if many.in_turn:
            ends = [await _one(screen, many, s) for s in these]
        else:
            ends = list(await asyncio.gather(*[_one(screen, many, s) for s in these]))
        bad = [f"{name_of(s)}: {why}" for s, why in zip(these, ends, strict=True) if why]
        words = result_words(many.done, len(these) - len(bad), [*bad, *left_out])
        screen.lmawep.say(words, "warning" if bad else "information")

    screen.bridge.spawn_task(work(), f"{many.doing} {len(these)}")


def result_words(done: str, count: int, troubles: Sequence[str]) -> str:
    """Return one line for all: `2 stopped; pod-3: nothing runs.`"""
    lead = f"{count} {done}" if count else f"None {done}"
    line = "; ".join((lead, *(" ".join(text.split()).rstrip(".") for text in troubles)))
    return line + "."


def _one(screen: MissionScreen, many: Many, s: Situation) -> asyncio.Future[str]:
    """Do it to one; the future says why it did not work, or nothing."""
    end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    screen.bridge.do(busy_key(s), many.doing, lambda ws: many.verb(ws, s),
                     then=lambda result: end.set_result(many.failed(result)), failed=end.set_result)  # fmt: skip
    return end


def busy_key(s: Situation) -> str:
    """Return under which key a verb on this is known to be under way."""
    return s.pod.id if s.pod is not None else f"ticket-{s.ticket.id}" if s.ticket is not None else ""


def name_of(s: Situation) -> str:
    """Return what a person calls it."""
    return s.pod.id if s.pod is not None else f"#{s.ticket.id}" if s.ticket is not None else ""


def count_words(these: Sequence[Situation]) -> str:
    thing = "pod" if all(s.pod is not None for s in these) else "ticket"
    return f"{len(these)} {thing}{'s' if len(these) != 1 else ''}"


def listed(these: Sequence[Situation]) -> list[str]:
    lines = [f"{name_of(s)}  {s.ticket.title if s.ticket else ''}"[:70] for s in these[:_NAMED]]
    return [*lines, *([f"and {len(these) - _NAMED} more"] if len(these) > _NAMED else [])]
