"""How a run ended whose program prints events: by its closing event, never by its exit status alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from lmawep_tui.agents.limited import Limited, recognise, reset_time
from lmawep_tui.agents.listen import Listener
from lmawep_tui.agents.outcome import Killed, exit_words, reported
from lmawep_tui.agents.streams.digest import Digest, Phase
from lmawep_tui.agents.streams.event_words import denied_words
from lmawep_tui.model.event import Ask, Wall
from lmawep_tui.model.report import Claim, Report
from lmawep_tui.model.run import Outcome

_WALLS = {Wall.RATE_LIMIT: Outcome.RATE_LIMITED, Wall.AUTH: Outcome.AUTH}
_WALL_WORDS = {
    Wall.RATE_LIMIT: "its quota is used up",
    Wall.AUTH: "it is not logged in",
    Wall.OVERLOADED: "the model's server is overloaded",
    Wall.CONTEXT: "the conversation is too long for its model",
}
_ASKING_TOOLS = ("askuserquestion", "request_user_input", "ask_followup_question", "question")
_DONE = (Claim.COMPLETE, Claim.NO_CHANGE, Claim.NEEDS_REVIEW, Claim.APPROVED, Claim.CHANGES_REQUESTED)
_NAMED = 3
_REASON = 300
_UNKNOWN_SESSION = re.compile(
    r"\b(no|not|cannot|can't|could not|unable to|unknown|invalid|missing|failed to|error)\b"
    r"[^\n]{0,60}\b(session|conversation|thread|rollout|chat)s?\b"
    r"|\b(session|conversation|thread|rollout|chat)\b[^\n]{0,80}"
    r"\b(not found|no such|does not exist|doesn't exist|unknown|invalid|not be found)\b",
    re.IGNORECASE,
)


def derive(
    told: Listener,
    *,
    exit_status: int | None,
    killed_by: Killed | None,
    report: Report | None,
    limited: Limited | None,
    committed: Callable[[], bool],
    exit_outcomes: Mapping[int, str] | None = None,
) -> tuple[Outcome, str]:
    """The outcome and its reason in words, from all that was told (see Listener.finish) and what ended the process.

    `committed` is asked only where it decides: whether there is a new commit since the run began. `exit_outcomes` says
    what an exit status means where no event says how it ended.
    """
    digest = told.digest
    if killed_by is not None and killed_by.outcome in (Outcome.TIMEOUT, Outcome.STALLED) and told.turn_over:
        killed_by = None  # its turn was over, only the process went on: we ended that, and it is no failure
    if killed_by is not None and killed_by.outcome is Outcome.COMPLETED:
        killed_by = None
    if killed_by is not None and killed_by.outcome in (Outcome.KILLED, Outcome.CRASHED):
        return killed_by.outcome, killed_by.reason
    if limited is not None:
        return limited.outcome, limited.words
    if digest.unanswered is not None:
        asked = digest.unanswered
        outcome = Outcome.QUESTION if asked.ask is Ask.QUESTION else Outcome.DENIED
        words = asked.title or asked.tool or "it did not say what"
        return outcome, words if outcome is Outcome.QUESTION else f"nobody answered: {words}"
    if killed_by is not None:
        return killed_by.outcome, killed_by.reason
    if digest.phase is Phase.LOST and exit_status in (exit_outcomes or {}):
        last = told.last_words().splitlines() or [exit_words(exit_status)]
        return Outcome((exit_outcomes or {})[exit_status or 0]), _first_line(last[-1])
    return _by_closing(digest, exit_status, report, committed)


def _by_closing(
    digest: Digest, exit_status: int | None, report: Report | None, committed: Callable[[], bool]
) -> tuple[Outcome, str]:
    claim = report.claim if report is not None else None
    if digest.phase is Phase.LOST:
        words = exit_words(exit_status)
        return (Outcome.LOST if exit_status == 0 else Outcome.CRASHED), f"{words}, without a word on how it ended"
    question = _question(digest)
    if question and claim not in _DONE:
        return Outcome.QUESTION, question
    failed = digest.phase is not Phase.COMPLETED
    stands = claim in _DONE and not failed
    hindered = digest.denied and digest.wall is None and claim is not Claim.QUESTION and not stands
    if hindered and (failed or claim is Claim.BLOCKED or not committed()):
        return Outcome.DENIED, _denials(digest)
    if failed:
        return Outcome.CRASHED, _failure(digest)
    if report is None:
        outcome, reason = Outcome.COMPLETED, "it ended without a report"
    else:
        outcome, reason = reported(0, report)
    told = digest.denied and outcome in (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW)
    also = [f"was denied on the way: {_denials(digest)}"] if told else []
    also += [f"{exit_words(exit_status)} after its turn had ended"] if exit_status and exit_status > 0 else []
    return outcome, "; ".join(filter(None, (reason, *also)))


def _failure(digest: Digest) -> str:
    why = _first_line(digest.error or digest.problem) or _WALL_WORDS.get(digest.wall or Wall.OTHER, "")
    if digest.phase is Phase.INTERRUPTED:
        return "it was interrupted" + (f": {why}" if why else "")
    return f"its turn failed: {why}" if why else "its turn failed"


def _question(digest: Digest) -> str:
    """What it wanted to ask the person and was not let, for programs that refuse their own asking tool."""
    asked = [denied for denied in digest.denied if denied.tool.lower() in _ASKING_TOOLS]
    return (asked[-1].target or asked[-1].why) if asked else ""


def _denials(digest: Digest) -> str:
    words = list(dict.fromkeys(_first_line(denied_words(denied)) for denied in digest.denied))
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return "; ".join(words[:_NAMED]) + more


def wall_of(told: Listener, *, failed: bool, now: datetime | None = None) -> Limited | None:
    """The quota or login that stopped the run, by its events; by its last words where it told no events at all.

    `failed` says that the process ended by itself and badly.
    """
    digest, now = told.digest, now or datetime.now(UTC)
    if digest.phase is Phase.COMPLETED or digest.unanswered is not None:
        return None
    outcome = _WALLS.get(digest.wall) if digest.wall is not None else None
    if outcome is None:
        return None if told.worked or told.turn_over else recognise(told.last_words(), failed=failed, now=now)
    retry = told.retry
    said = " ".join(filter(None, (digest.error, digest.problem, retry.why if retry else "")))
    why = retry.why if retry is not None and " " in retry.why else ""  # one word alone tells nobody anything
    words = _first_line(digest.error or digest.problem or why) or _WALL_WORDS[digest.wall or Wall.OTHER]
    until = _until(told, said, now) if outcome is Outcome.RATE_LIMITED else None
    return Limited(outcome, words, until)


def _until(told: Listener, said: str, now: datetime) -> datetime | None:
    """When the quota starts anew: what it told as a fact, else in words, else when it meant to try again."""
    if told.digest.resets > now.timestamp():
        return datetime.fromtimestamp(told.digest.resets, UTC)
    found = reset_time(said, now)
    if found is None and told.retry is not None and told.retry.at and told.retry.wait_s:
        again = told.retry.at + told.retry.wait_s
        found = datetime.fromtimestamp(again, UTC) if again > now.timestamp() else None
    return found


def session_unknown(told: Listener) -> bool:
    """Whether a program that was to go on with a session said that it does not know it, and did nothing."""
    if told.worked or told.digest.phase is Phase.COMPLETED or told.digest.wall is not None:
        return False
    return _UNKNOWN_SESSION.search(f"{told.digest.error}\n{told.last_words()}") is not None


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _REASON else f"{line[:_REASON]} …"
