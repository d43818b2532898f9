"""What live runs ask: a word when something new waits, and the dialog that answers the oldest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.model.event import Ask
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.question import Question
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.attention import first_line

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

_LONGEST = 120


class Asking:
    """Knows which questions were there before."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str, int]] | None = None

    def news(self, snapshot: Snapshot) -> list[str]:
        """A sentence for each question that is new since the last time; none the first time, the list shows those."""
        now = {
            (pod.id, pod.run.name, question.number): f"{pod.id} {_words(question)} · i answers"
            for pod in snapshot.pods.values()
            if pod.run is not None
            for question in pod.asks
        }
        known, self._known = self._known, set(now)
        return [words for key, words in now.items() if known is not None and key not in known]


def _words(question: Question) -> str:
    lead = "asks permission" if question.ask is Ask.PERMISSION else "asks"
    return f"{lead}: {first_line(question.title)[:_LONGEST]}"


def answer_live(screen: MissionScreen, pod: Pod) -> None:
    """Ask the person for the answer to what the pod's live run has waited for longest.

    Another one that waits is not put at once: a key meant for the first must not answer the second.
    """
    from lmawep_tui.engine import questions
    from lmawep_tui.ui.modals.permission import Permission
    from lmawep_tui.ui.modals.prompt import Prompt
    from lmawep_tui.ui.sending import carried_out

    question = pod.asks[0]
    of_permission = question.ask is Ask.PERMISSION

    def choose(said: str | None) -> None:
        if said:
            screen.bridge.do(
                pod.id, "answering", questions.answer, pod.id, said, number=question.number, option=True, then=more
            )

    def more(_: object) -> None:
        _more(screen, pod, question)

    async def send(said: str) -> None:
        await carried_out(screen.bridge, pod.id, "answering", questions.answer, pod.id, said, number=question.number,
                          option=False)  # fmt: skip
        more(None)

    if of_permission:
        screen.lmawep.ask(Permission(screen.bridge, pod.id, pod.ticket, question), choose)
        return
    says = [question.title, *(f" {place}  {label}" for place, (_, label) in enumerate(question.options, 1))]
    screen.lmawep.ask(Prompt(f"{pod.id} · #{pod.ticket} asks", says, send="answer", deliver=send))


def _more(screen: MissionScreen, pod: Pod, answered: Question) -> None:
    rest = [question for question in pod.asks if question.number != answered.number]
    if rest:
        screen.lmawep.say(f"{pod.id} {_words(rest[0])} · i answers")
