"""What a live run asks the person, and the answer: `answer`, and the first thing that key i tries."""

from __future__ import annotations

from lmawep_tui.agents import questions
from lmawep_tui.engine.memory_bank import add_note
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import NotFound, Refused, UsageError
from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.question import Answer, Question
from lmawep_tui.store.queries import must_have_pod

_ASKING = (HoldKind.QUESTION, HoldKind.DENIED, HoldKind.BLOCKED)


def asked(ws: Workspace, pod: PodId) -> tuple[Question, ...]:
    """What the pod's live run waits for, oldest first; raises NotFound for an unknown pod."""
    return must_have_pod(ws.snapshot(), pod).asks


def ended_asking(ws: Workspace, pod: PodId) -> bool:
    """Whether no run waits, but the last one ended with a question or a wish: the answer goes to the next one."""
    found = must_have_pod(ws.snapshot(), pod)
    return not found.asks and found.hold is not None and found.hold.kind in _ASKING


def answer(
    ws: Workspace, pod: PodId, said: str, *, number: int | None = None, option: bool = False
) -> tuple[Question, Answer]:
    """Answers what the pod's live run waits for: question `number`, else the oldest.

    `said` is text, or names one of the question's options; with `option` it must. Raises Refused when nothing waits,
    NotFound for a number that does not, UsageError when `said` cannot be an answer to it.
    """
    open_ = asked(ws, pod)
    run = newest(ws, pod)
    if not open_ or run is None:
        raise Refused(f"{pod} waits for no answer now.", f"`lmawep why {pod}` says what it does.")
    question = next((q for q in open_ if number in (None, q.number)), None)
    if question is None:
        known = ", ".join(str(q.number) for q in open_)
        raise NotFound(f"{pod} has no open question {number}.", f"Open: {known}.")
    if option and said not in (id_ for id_, _ in question.options):
        known = ", ".join(id_ for id_, _ in question.options) or "none"
        raise UsageError(f"{said[:80]!r} is no option of question {question.number}.", f"Options: {known}.")
    given = questions.answer(ws.run_dir(pod, run.name), question.number, said)
    if question.ask is Ask.QUESTION:  # whoever asked may be gone before it reads this: the next agent finds it
        record = must_have_pod(ws.snapshot(), pod).record
        add_note(record, "activeContext.md", "The person answers", f"{question.title}\n\n{given.text}")
    words = given.text[:500]
    ws.journal("answered", pod=pod, ticket=run.ticket, run=run.name, question=question.title[:500], answer=words)
    return question, given


def answer_live(ws: Workspace, pod: PodId, text: str) -> bool:
    """Gives `text` to the oldest question of the pod's live run; False when none waits. Raises as `answer`."""
    if not asked(ws, pod):
        return False
    answer(ws, pod, text)
    return True
