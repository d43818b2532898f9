"""What the journal tells of each ticket: a fold of its events, oldest first, into stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.report import Claim, classify
from lmawep_tui.model.run import Outcome, Role
from lmawep_tui.model.story import History, Phase, Story, Trouble
from lmawep_tui.model.ticket import Status

Entry = Mapping[str, Any]
"""One line of the journal."""


@dataclass(slots=True)
class _Now:
    """Where a ticket stands while its story is told."""

    status: str = Status.READY
    since: float = 0.0
    driven: float = 0.0
    """How long autopilot had been on, all in all, at `since`."""
    run: str = ""
    role: str = ""
    held_back: bool = False
    """Its last run ended for want of quota or a login."""
    last: str = ""
    """Its last agent run that ended well, until its work turned out not to hold."""
    doubted: bool = False
    """The run that is open was sent back before its end was told: its supervisor was killed."""
    why: str = ""
    outcome: str = ""
    """As which the last run was counted."""


_DID = {
    "failed": "failed",
    "question": "asked",
    "blocked": "was blocked",
    "denied": "was denied",
    "killed": "was stopped",
}
_SUCCESS = frozenset({Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW})
_HOLDS = frozenset({Outcome.RATE_LIMITED, Outcome.AUTH})
FAILED = "failed"
"""A run that ended by itself, and whose report or evidence says that the work is not done. No outcome of a process."""
_NOT_DONE = frozenset({Claim.FAILED, Claim.PARTIAL, Claim.BLOCKED, Claim.QUESTION})
_REPORTED = "it reported "
_WRITING = frozenset(role for role in Role if role.writes)
_PLAYED = frozenset(role for role in Role if role.by_agent)


def succeeded(outcome: str) -> bool:
    """Whether a run that ended so did what it was for."""
    return outcome in _SUCCESS


def seconds_of(text: object) -> float | None:
    """A time as the journal has it, in seconds since the epoch; None when it is none."""
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def tell(
    entries: Iterable[Entry],
    *,
    now: float,
    since: float = 0.0,
    dependencies: Mapping[TicketId, tuple[TicketId, ...]] | None = None,
) -> History:
    """The history in `entries`, up to `now`; only what happened after `since` is counted.

    `dependencies` are those of the tickets, so that waiting for another ticket is told from waiting for a slot.
    """  # fmt: skip
    return _Teller(since).tell(entries, now, dependencies or {})


class _Teller:
    def __init__(self, since: float) -> None:
        self.since = since
        self.history = History()
        self._now: dict[TicketId, _Now] = {}
        self._ready: dict[TicketId, list[tuple[float, float, float]]] = {}
        """Stretches in which a ticket was ready: from, to, seconds of it without autopilot."""
        self._at_work: set[tuple[TicketId, str]] = set()
        self._on_since: float | None = None
        self._driven = 0.0
        self._at = 0.0
        self._tickets: dict[str, TicketId] = {}
        """Tickets by pod: some events only name the pod."""

    def tell(
        self, entries: Iterable[Entry], now: float, dependencies: Mapping[TicketId, tuple[TicketId, ...]]
    ) -> History:
        text, at = "", None
        for entry in entries:
            if entry.get("at") != text:
                text, at = str(entry.get("at")), seconds_of(entry.get("at"))
            if at is not None:
                self._at = max(at, self._at)  # a clock that was set back makes no time negative
                self._take(entry)
        for number, place in self._now.items():
            if place.status not in (Status.COMPLETE, Status.ABANDONED):
                self._spend(number, place, max(now, self._at))
        self._part_ready(dependencies)
        self.history.stories = {n: s for n, s in sorted(self.history.stories.items()) if self._counts(s)}
        return self.history

    def _counts(self, story: Story) -> bool:
        return bool(story.phases or story.runs or story.landings or (story.created or 0) >= self.since)

    def _take(self, entry: Entry) -> None:
        history, event, ticket = self.history, entry.get("event"), entry.get("ticket")
        if self._at >= self.since:
            history.first = self._at if history.first is None else history.first
            history.last = self._at
        if event == "conductor started":
            self._on_since = self._at
        elif event == "conductor stopped" and self._on_since is not None:
            self._driven, self._on_since = self._driven + self._at - self._on_since, None
        elif event == "limited" and self._at >= self.since:
            agent = str(entry.get("agent"))[:100]
            history.limits[agent] = history.limits.get(agent, 0) + 1
        elif event == "flaky" and ticket is None:
            ticket = self._tickets.get(str(entry.get("pod")))
        if type(ticket) is int:
            handle = _HANDLERS.get(str(event))
            if handle is not None:
                story = history.stories.setdefault(TicketId(ticket), Story(TicketId(ticket)))
                place = self._now.get(TicketId(ticket))
                if place is None:
                    place = self._now[TicketId(ticket)] = _Now(since=self._at, driven=self._driven_s())
                handle(self, story, place, entry)

    def _driven_s(self, at: float | None = None) -> float:
        return self._driven + ((self._at if at is None else at) - self._on_since if self._on_since is not None else 0.0)

    def _spend(self, number: TicketId, place: _Now, until: float) -> None:
        """Books the time since the ticket's last step."""
        spent = until - max(place.since, self.since)
        driven = self._driven_s(until)
        if spent > 0 and place.status not in (Status.COMPLETE, Status.ABANDONED):
            undriven = min(spent, max(0.0, (until - place.since) - (driven - place.driven)))
            if place.status == Status.READY:
                self._ready.setdefault(number, []).append((until - spent, until, undriven))
            else:
                self._book(number, _phase(place), spent, undriven)
        place.since, place.driven = until, driven

    def _book(self, number: TicketId, phase: Phase, spent: float, undriven: float) -> None:
        phases = self.history.stories[number].phases
        off = undriven if phase in (Phase.SLOT, Phase.TRAIN, Phase.TEST) else 0.0
        for which, part in ((phase, spent - off), (Phase.OFF, off)):
            if part > 0:
                phases[which] = phases.get(which, 0.0) + part

    def _part_ready(self, dependencies: Mapping[TicketId, tuple[TicketId, ...]]) -> None:
        """Time as a ready ticket: until its last dependency had landed it waited for that, then for a slot."""
        stories = self.history.stories
        for number, stretches in self._ready.items():
            ends = [stories[d].ended if d in stories else None for d in dependencies.get(number, ())]
            free_at = max((float("inf") if end is None else end for end in ends), default=0.0)
            for begin, end, undriven in stretches:
                blocked = min(max(0.0, free_at - begin), end - begin)
                rest = end - begin - blocked
                for phase, part, off in ((Phase.DEPENDENCY, blocked, 0.0), (Phase.SLOT, rest, min(undriven, rest))):
                    if part > 0:
                        self._book(number, phase, part, off)

    # -- one event of a ticket ------------------------------------------------------------------------------------

    def _created(self, story: Story, place: _Now, entry: Entry) -> None:
        story.title, story.created = str(entry.get("title", "")), self._at
        place.since, place.driven = self._at, self._driven_s()

    def _spawned(self, story: Story, place: _Now, entry: Entry) -> None:
        self._tickets[str(entry.get("pod"))] = story.id
        if story.started is None or story.ended is not None:
            story.started, story.ended = self._at, None

    def _moved(self, story: Story, place: _Now, entry: Entry) -> None:
        self._spend(story.id, place, self._at)
        was, to, by = place.status, str(entry.get("to")), entry.get("by")
        story.status = place.status = to
        if to == Status.COMPLETE or to == Status.ABANDONED:
            story.ended = self._at
        elif story.ended is not None and was in (Status.COMPLETE, Status.ABANDONED):
            story.ended = None
        if self._at < self.since:
            return
        if by == "conflict with main":
            story.conflicts += 1
            self._trouble(story, "its work conflicts with main")
        elif by == "tests red":
            combined = was == Status.MERGING
            story.combined_reds += combined
            story.reds += not combined
            self._trouble(story, "the tests are red together with main" if combined else "the tests are red in its pod")
        elif by == "changes requested":
            story.rejections += 1

    def _overridden(self, story: Story, place: _Now, entry: Entry) -> None:
        if entry.get("to") != place.status:
            self._moved(story, place, {"to": entry.get("to")})

    def _rejected(self, story: Story, place: _Now, entry: Entry) -> None:
        why = str(entry.get("why", ""))
        self._trouble(story, f"{entry.get('by', 'somebody')} asked for changes" + (f": {why}" if why else ""))

    def _began(self, story: Story, place: _Now, entry: Entry) -> None:
        self._spend(story.id, place, self._at)
        place.run, place.role, place.held_back = str(entry.get("run")), str(entry.get("role")), False
        place.last, place.outcome, place.doubted, place.why = "", "", False, ""
        if place.role in _PLAYED:
            self._at_work.add((story.id, place.run))
            if self._at >= self.since:
                story.runs += 1
                story.attempts += place.role in _WRITING
                self.history.most_at_once = max(self.history.most_at_once, len(self._at_work))

    def _ended(self, story: Story, place: _Now, entry: Entry) -> None:
        """Told by the supervisor, or by whoever settled the run when that was killed; counted once."""
        if not place.run or entry.get("run") != place.run:
            return
        self._spend(story.id, place, self._at)
        outcome, role = str(entry.get("outcome")), place.role
        place.run, place.role, place.held_back = "", "", outcome in _HOLDS
        self._at_work.discard((story.id, str(entry.get("run"))))
        if role not in _PLAYED or self._at < self.since:
            return
        why = str(entry.get("reason") or entry.get("why") or "")
        doubted = place.doubted or says_not_done(role, why)
        place.last = str(entry.get("run"))
        if succeeded(outcome) and doubted:
            outcome, why = FAILED, place.why or why
        story.outcomes[outcome] = story.outcomes.get(outcome, 0) + 1
        if not succeeded(outcome):
            did = _DID.get(outcome, f"ended as {outcome.replace('_', ' ')}")
            self._trouble(story, f"{place.last} {did}" + (f": {why}" if why else ""))
            place.last = ""
        elif role in _WRITING:
            place.outcome = outcome

    def _sent_back(self, story: Story, place: _Now, entry: Entry) -> None:
        """The evidence did not hold: a run that had ended well is a failed one after all."""
        if entry.get("by") != Event.FAILED:
            return
        why = str(entry.get("why") or "its work was not believed")
        if place.run:
            place.doubted, place.why = True, why
        elif place.last and place.outcome:
            story.outcomes[place.outcome] -= 1
            if not story.outcomes[place.outcome]:
                del story.outcomes[place.outcome]
            story.outcomes[FAILED] = story.outcomes.get(FAILED, 0) + 1
            self._trouble(story, f"{place.last} {_DID[FAILED]}: {why}")
            place.last = place.outcome = ""

    def _escalated(self, story: Story, place: _Now, entry: Entry) -> None:
        if self._at >= self.since:
            story.escalations += 1
        self._trouble(story, _because("escalated to you", entry.get("why")))

    def _landed(self, story: Story, place: _Now, entry: Entry) -> None:
        story.commit, story.ended = str(entry.get("commit", "")), self._at
        if self._at >= self.since:
            story.landings += 1
            self.history.commits.append(story.commit)

    def _undone(self, story: Story, place: _Now, entry: Entry) -> None:
        """A landing was taken back, or one that had been is on main again; both are commits on main."""
        commit, undoes = str(entry.get("commit", "")), str(entry.get("undoes", ""))
        again = entry.get("kind") == "undo"
        story.commit = commit if again else ""
        if self._at >= self.since:
            story.undone += not again
            self.history.commits.append(commit)
        if again:
            self._step(story, f"on main again as {commit[:7]}: {undoes[:7]} was undone")
        else:
            self._trouble(story, f"landed as {undoes[:7]}, taken back as {commit[:7]}")

    def _told(self, story: Story, place: _Now, entry: Entry) -> None:
        """What people did about a ticket, and other steps that only have to be told."""
        words, key = _STEPS[str(entry.get("event"))]
        what = entry.get(key)
        self._step(story, _because(words, ", ".join(map(str, what[:3])) if isinstance(what, list) else what))

    def _trouble(self, story: Story, what: str) -> None:
        if self._at >= self.since:
            story.trouble.append(Trouble(self._at, " ".join(what.split())[:300]))

    def _step(self, story: Story, what: str) -> None:
        if self._at >= self.since:
            story.steps.append(Trouble(self._at, " ".join(what.split())[:300]))


_STEPS = {
    "unblocked": ("you unblocked it", "message"),
    "rescoped": ("you re-scoped it", "text"),
    "postponed": ("you put it off to lowest priority", ""),
    "abandoned": ("you gave it up", ""),
    "taken over": ("you took it over", ""),
    "handed in": ("you handed your work in", ""),
    "fixed in review": ("a review committed changes of its own", "by"),
    "flaky": ("red once, green when run again", "tests"),
}
"""Events that are told as they are: in which words, and which field says more."""


def _because(words: str, why: object) -> str:
    return f"{words}: {why}" if why else words


def says_not_done(role: str, why: str) -> bool:
    """Whether the reason of a run that ended well is a report that it failed; a review has to give a verdict."""
    if not why.startswith(_REPORTED):
        return False
    return role == Role.REVIEW or classify(why.removeprefix(_REPORTED)) in _NOT_DONE


_HANDLERS = {
    "ticket created": _Teller._created,
    "spawned": _Teller._spawned,
    "moved": _Teller._moved,
    "override": _Teller._overridden,
    "changes requested": _Teller._rejected,
    "run": _Teller._began,
    "run_ended": _Teller._ended,
    "settled": _Teller._ended,
    "sent back": _Teller._sent_back,
    "escalated": _Teller._escalated,
    "landed": _Teller._landed,
    "undone": _Teller._undone,
    **dict.fromkeys(_STEPS, _Teller._told),
}


def _phase(place: _Now) -> Phase:
    """What time goes into in a status, with or without a run."""
    role = place.role
    if place.status == Status.BLOCKED:
        return Phase.YOU
    if place.status == Status.WORKING:
        return Phase.WORK
    if place.status == Status.REVIEW:
        return Phase.REVIEWING if role == Role.REVIEW else Phase.REVIEW
    if role in (Role.CHECK, Role.MERGE):
        return Phase.TESTING
    if place.status == Status.TESTING:
        return Phase.TEST
    if place.status == Status.MERGING:
        return Phase.TRAIN
    return Phase.QUOTA if place.held_back else Phase.SLOT
