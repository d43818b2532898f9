"""What waits for the person, in words, and how urgent it is."""

from __future__ import annotations

from collections.abc import Sequence

from lmawep_tui.model.age import moment
from lmawep_tui.model.config import Config
from lmawep_tui.model.event import Ask
from lmawep_tui.model.pod import Hold, HoldKind, Limit, PodRecord, Refusal
from lmawep_tui.model.question import Question
from lmawep_tui.model.run import Outcome, Run
from lmawep_tui.model.ticket import Status

_LEADS = {
    HoldKind.QUESTION: "asks: ",
    HoldKind.DENIED: "was denied: ",
    HoldKind.BLOCKED: "is blocked: ",
    HoldKind.FAILED: "failed: ",
    HoldKind.CONFLICT: "",
    HoldKind.PERSON: "",
    HoldKind.TAMPERED: "tampered: ",
}


def attention(
    record: PodRecord,
    status: Status,
    hold: Hold | None,
    run: Run | None,
    config: Config,
    refused: Refusal | None = None,
    *,
    autopilot: bool = True,
    asks: Sequence[Question] = (),
    dear: str = "",
    limit: Limit | None = None,
    review: str | None = None,
    live: bool = False,
) -> str | None:
    """What this pod wants of the person, or None when it goes on by itself.

    Without `autopilot` nobody takes up again what was set back, or has an agent review it unless a run is `live`: then
    it is the person's. `asks` is what its live run waits for, `dear` says that the budget of its ticket is used up,
    `limit` that its agent ran into a quota or is not logged in, `review` who reviews it by its ticket's own word.
    """
    by = config.review_by(review)
    if record.merging is not None:
        return f"a merge with main is half done: lmawep resolve {record.id}"
    if asks:
        return question_words(asks)
    if status is Status.BLOCKED:
        return _LEADS[hold.kind] + first_line(hold.why) if hold else "is blocked"
    if record.setup is not None and not record.setup.ok and status is Status.ASSIGNED:
        return f"setup failed: {first_line(record.setup.summary)}"
    if refused is not None and not status.closed:
        return refusal_words(refused)
    if dear and not record.paused and _wants_agent(record, status, by):
        return dear
    if run is not None and status is Status.ASSIGNED and (walled := _walled(run, limit, autopilot=autopilot)):
        return walled
    recommended = by == "both" and record.verdict is not None and record.verdict.approved
    if status is Status.REVIEW and (by == "human" or recommended):
        red = record.tests is not None and not record.tests.green
        return "waits for your review" + ("; its tests are red" if red else "")
    if status is Status.REVIEW and not autopilot and not live and not record.paused:
        return "waits for a review; autopilot is off"
    if status is Status.ASSIGNED and record.setback and not autopilot and not record.paused:
        return first_line(record.setback)
    return None


def question_words(asks: Sequence[Question]) -> str:
    """What a live run waits for: its oldest question, and how many more there are."""
    oldest = asks[0]
    lead = "asks permission: " if oldest.ask is Ask.PERMISSION else "asks: "
    more = f" (and {len(asks) - 1} more)" if len(asks) > 1 else ""
    return lead + (first_line(oldest.title) or oldest.tool or "it does not say what") + more


def _wants_agent(record: PodRecord, status: Status, by: str) -> bool:
    """Whether an agent would be started in it next; `by` is who reviews."""
    to_review = by == "agent" or (by == "both" and (record.verdict is None or not record.verdict.approved))
    return status is Status.ASSIGNED or (status is Status.REVIEW and to_review)


def _walled(run: Run, limit: Limit | None, *, autopilot: bool) -> str:
    """What a run that ended at a wall wants of the person: a login, or to be started again when nobody else does."""
    if run.outcome is Outcome.AUTH:
        login = f"log in ({limit.login})" if limit is not None and limit.login else "auth"
        return f"{login}: {first_line(run.reason)}"
    if run.outcome is Outcome.RATE_LIMITED and not autopilot:
        return f"out of quota: {first_line(run.reason)}"
    return ""


def limit_phrase(agent: str, limit: Limit, now: float) -> str:
    """Who waits until when, and for what: `claude waits until 14:05 for its quota`."""
    how = f" ({limit.login})" if limit.login else ""
    what = f"to be logged in{how}" if limit.kind == "auth" else "for its quota"
    return f"{agent} waits until {moment(limit.until, now)} {what}"


def refusal_words(refused: Refusal) -> str:
    """What autopilot would do and cannot, in words."""
    return f"autopilot cannot {refused.verb}: {first_line(refused.why)}"


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


URGENCY = {Status.BLOCKED: 0, Status.REVIEW: 1, Status.MERGING: 2, Status.TESTING: 3, Status.WORKING: 4,
           Status.ASSIGNED: 5, Status.COMPLETE: 6, Status.READY: 7, Status.ABANDONED: 8}  # fmt: skip
"""Order of pods in the decision list: needs you, ready to land, in flight, idle."""
