"""What a live run waits for: a question or a permission, asked by files in the run's folder and answered by them."""

from __future__ import annotations

import time

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.event import Ask

MAX_TITLE = 4000
MAX_DETAIL = 16_000
MAX_OPTIONS = 20
MAX_LABEL = 300
MAX_ANSWER = 8000
"""Characters; longer text is cut where it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that an agent waits for while its run goes on."""

    ask: Ask
    title: str
    tool: str = ""
    """What a permission is asked for, as its program names it."""
    detail: str = ""
    """The command or the change a permission is asked for, as text of several lines."""
    options: tuple[tuple[str, str], ...] = ()
    """Its own answers: an id and a label. A permission is answered by one of them, a question by any text."""
    since: str = ""
    until: float = 0.0
    """When nobody waits for the answer any more, in seconds since the epoch; 0 as long as the run lives."""
    number: int = 0
    """From 1 within its run, given when it is asked."""

    def expired(self, now: float | None = None) -> bool:
        """Whether whoever asked has stopped waiting."""
        return 0 < self.until <= (time.time() if now is None else now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: an option's id, or text; `withdrawn` when whoever asked took the question back."""

    option: str = ""
    text: str = ""
    withdrawn: bool = False
    at: str = ""


def chosen(question: Question, said: str) -> Answer:
    """What a person's words mean to a question: one of its options (id, label, place from 1 or beginning), else text.

    Raises UsageError when the words are empty, or a permission is answered by none of its options.
    """
    words = said.strip()
    if not words:
        raise UsageError("The answer is empty.", _choices(question))
    option = _option(question, words)
    if option is not None:
        return Answer(option=option[0], text=option[1])
    if question.ask is Ask.PERMISSION:
        raise UsageError(f"{words[:80]!r} is none of the answers.", _choices(question))
    return Answer(text=words[:MAX_ANSWER])


def _option(question: Question, words: str) -> tuple[str, str] | None:
    low = words.casefold()
    exact = [o for o in question.options if words == o[0]] or [
        o for o in question.options if low in (o[0].casefold(), o[1].casefold())
    ]
    if exact:
        return exact[0]
    if words.isascii() and words.isdigit() and 0 < int(words[:6]) <= len(question.options):
        return question.options[int(words) - 1]
    near = [o for o in question.options if o[1].casefold().startswith(low) or o[0].casefold().startswith(low)]
    # A question takes any text, and `a` at its beginning would not be the option that happens to start with an a.
    return near[0] if len(near) == 1 and question.ask is Ask.PERMISSION else None


def _choices(question: Question) -> str:
    if not question.options:
        return "Write what the agent should know."
    return "Choose one: " + ", ".join(f"{label} ({id_})" if label != id_ else id_ for id_, label in question.options)
