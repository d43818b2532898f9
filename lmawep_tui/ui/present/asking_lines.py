"""What a pod or ticket asks of the person, in words: whole enough to decide by."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Changes, HoldKind, Pod
from lmawep_tui.model.question import Question
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Status, Ticket
from lmawep_tui.model.triage import Snooze
from lmawep_tui.store.attention import refusal_words
from lmawep_tui.store.queries import invalid_needing_you, needing_you, tickets_needing_you
from lmawep_tui.ui.present.glyphs import FLAG, SNOOZED
from lmawep_tui.ui.present.styled import StyledLine

NOTHING = "Nothing selected: n makes a ticket, s its pod, e starts the agent."
_MOST_FILES = 4
_LEADS = {
    HoldKind.QUESTION: "asks",
    HoldKind.DENIED: "was denied",
    HoldKind.BLOCKED: "is blocked",
    HoldKind.FAILED: "failed",
    HoldKind.CONFLICT: "",
    HoldKind.PERSON: "",
    HoldKind.TAMPERED: "was tampered with",
}

_ANSWERS = {
    HoldKind.QUESTION: ("pod.answer", "ticket.decide"),
    HoldKind.DENIED: ("pod.answer", "ticket.decide", "pod.attach"),
    HoldKind.BLOCKED: ("pod.answer", "ticket.decide"),
    HoldKind.FAILED: ("ticket.decide", "pod.answer", "pod.attach"),
    HoldKind.CONFLICT: ("pod.resolve", "ticket.decide"),
    HoldKind.PERSON: ("ticket.decide",),
    HoldKind.TAMPERED: ("ticket.decide",),
}


def answering(snapshot: Snapshot, ticket: Ticket | InvalidTicket | None, pod: Pod | None) -> tuple[str, ...]:
    """Return the actions that answer what is asked, the likeliest first; none where nothing is."""
    if isinstance(ticket, InvalidTicket):
        return ("ticket.edit",)
    if pod is None:
        blocked = ticket is not None and ticket.status is Status.BLOCKED
        return ("ticket.decide",) if blocked else ()
    if not pod.attention:
        return ()
    if pod.record.merging is not None:
        return ("pod.resolve",)
    if pod.asks:
        return ("pod.answer",)
    if pod.hold is not None and pod.status is Status.BLOCKED:
        return _ANSWERS[pod.hold.kind]
    return ("pod.review",) if pod.status is Status.REVIEW else ("pod.run", "pod.attach")


def asking_lines(
    snapshot: Snapshot,
    ticket: Ticket | InvalidTicket | None,
    pod: Pod | None,
    changes: Changes | None = None,
    now: float = 0.0,
) -> list[StyledLine]:
    """Return what is asked: who and what kind first, then the words, the files, what failed. Empty when nothing is."""
    if isinstance(ticket, InvalidTicket):
        where = f"line {ticket.line}: " if ticket.line else ""
        return [[(f"{FLAG} {ticket.file} is no ticket: ", "blocked"), (f"{where}{ticket.reason}", "warn")]]
    if pod is not None:
        return _of_pod(snapshot, pod, changes, now) if pod.attention else []
    return _of_ticket(snapshot, ticket, now) if ticket is not None else []


def next_asking(snapshot: Snapshot, changes: Mapping[PodId, Changes], now: float) -> list[StyledLine]:
    """Return what the first that needs the person asks, for a place that would else be empty; empty when none does."""
    found: list[StyledLine] = []
    if pods := needing_you(snapshot):
        found = asking_lines(snapshot, None, pods[0], changes.get(pods[0].id), now)
    elif tickets := tickets_needing_you(snapshot):
        found = asking_lines(snapshot, snapshot.tickets[tickets[0]], None, None, now)
    elif invalid := invalid_needing_you(snapshot):
        found = asking_lines(snapshot, invalid[0], None)
    return [[("next: ", "muted"), *found[0]], *found[1:]] if found else []


def _of_pod(snapshot: Snapshot, pod: Pod, changes: Changes | None, now: float) -> list[StyledLine]:
    snooze = snapshot.snoozed.get(pod.id)
    if snooze is not None:
        return [_aside(snooze, pod.attention or "", now)]
    who = f"{FLAG} {pod.id} #{pod.ticket} "
    if pod.asks:
        return _live(who, pod.asks)
    if pod.hold is not None and pod.status is Status.BLOCKED and pod.record.merging is None:
        return _held(who, pod)
    set_back = pod.status is Status.ASSIGNED and bool(pod.record.setback)
    lines: list[StyledLine] = [
        [(f"{who}{'was set back: ' if set_back else ''}", "blocked"), (_short(pod.attention or ""), "warn")]
    ]
    if pod.status is Status.REVIEW:
        lines += [[("  " + part, "")] for part in (_work(pod, changes),) if part]
    return [*lines, *_files(pod)]


def _live(who: str, asks: tuple[Question, ...]) -> list[StyledLine]:
    question = asks[0]
    lead = "asks permission" if question.ask is Ask.PERMISSION else "asks"
    more = f" (and {len(asks) - 1} more)" if len(asks) > 1 else ""
    first, *rest = _text(question.title) or [question.tool or "it does not say what"]
    lines: list[StyledLine] = [[(f"{who}{lead}{more}: ", "blocked"), (first, "warn")]]
    lines += [[("  " + line, "warn")] for line in rest]
    lines += [[("  " + line, "code")] for line in _text(question.detail)]
    options = "  ".join(f"{place} {label}" for place, (_, label) in enumerate(question.options, 1))
    return [*lines, [("  " + options, "muted")]] if options else lines


def _held(who: str, pod: Pod) -> list[StyledLine]:
    assert pod.hold is not None  # the caller looked
    first, *rest = _text(pod.hold.why) or ["it does not say why"]
    lead = _LEADS[pod.hold.kind]
    lines: list[StyledLine] = [[(f"{who}{f'{lead}: ' if lead else ''}", "blocked"), (first, "warn")]]
    lines += [[("  " + line, "warn")] for line in rest]
    lines += _files(pod)
    run = pod.run
    if pod.hold.kind is HoldKind.FAILED and run is not None:
        said = _text(run.last_words)[-2:] or ([run.reason] if run.reason else [])
        lines += [[(f"  {run.name}: {line}", "muted")] for line in said]
    return lines


def _files(pod: Pod) -> list[StyledLine]:
    """The files of a conflict with main, each with its places to decide."""
    conflict = pod.record.conflict
    if conflict is None or not conflict.files:
        return []
    named = [f"{file.path}{f' ({file.hunks})' if file.hunks > 1 else ''}" for file in conflict.files[:_MOST_FILES]]
    left = max(conflict.count, len(conflict.files)) - len(named)
    return [[("  in ", "muted"), (", ".join(named) + (f" and {left} more" if left > 0 else ""), "file")]]


def _work(pod: Pod, changes: Changes | None) -> str:
    """How much there is to look at, and how its tests went."""
    size = ""
    if changes is not None and changes.ahead:
        commits = f"{changes.ahead} commit{'s' if changes.ahead != 1 else ''}"
        size = f"{commits}, +{changes.insertions} −{changes.deletions} in {changes.files} file" + (
            "s" if changes.files != 1 else ""
        )
    tests = pod.record.tests
    return " · ".join(part for part in (size, f"tests: {tests.summary}" if tests and tests.summary else "") if part)


def _of_ticket(snapshot: Snapshot, ticket: Ticket, now: float) -> list[StyledLine]:
    who = f"{FLAG} #{ticket.id} "
    hold, refused = snapshot.state.holds.get(ticket.id), snapshot.state.refused.get(ticket.id)
    lead, why = "", ""
    if ticket.status is Status.BLOCKED:
        lead, why = "is blocked: ", hold.why if hold else "nobody said why"
    elif refused is not None and not ticket.status.closed:
        why = refusal_words(refused)
    elif ticket.id in snapshot.dead_ends:
        lead, why = "can never begin: ", snapshot.dead_ends[ticket.id]
    if not why:
        return []
    snooze = snapshot.snoozed.get(str(ticket.id))
    if snooze is not None:
        return [_aside(snooze, f"{lead}{why}", now)]
    first, *rest = _text(why)
    return [[(who + lead, "blocked"), (first, "warn")], *[[("  " + line, "warn")] for line in rest]]


def _aside(snooze: Snooze, asks: str, now: float) -> StyledLine:
    return [(f"{SNOOZED} snoozed {snooze.words(now)}: ", "muted"), (_short(asks), "muted")]


def _text(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _short(text: str) -> str:
    return " ".join(text.split())
