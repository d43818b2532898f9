"""The fleet in sentences, for ears and for logs: each says one whole thing, without glyphs, colours or columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lmawep_tui.model.pod import Pod
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.store.queries import attention_count, pod_of_ticket, waiting_words

_STATUS = {
    Status.READY: "is ready to be worked on",
    Status.ASSIGNED: "has a pod and is not begun",
    Status.WORKING: "is worked on",
    Status.REVIEW: "is up for review",
    Status.TESTING: "is approved, and waits for its tests or to land",
    Status.MERGING: "is in the train",
    Status.COMPLETE: "is complete",
    Status.BLOCKED: "is blocked",
    Status.ABANDONED: "is abandoned",
}


def sentences(snapshot: Snapshot) -> dict[str, str]:
    """Return what is true now, by what it is about: `fleet`, `autopilot`, `pod-1`, `ticket-101`, `problem …`.

    Nothing in it changes by the passing of time alone, so a sentence that differs is news.
    """
    said = {"fleet": _fleet(snapshot), "autopilot": f"Autopilot is {'on' if snapshot.autopilot else 'off'}."}
    for ticket in snapshot.tickets.values():
        said[f"ticket-{ticket.id}"] = _ticket(snapshot, ticket)
    for pod in snapshot.pods.values():
        said[pod.id] = _pod(pod)
    for bad in snapshot.invalid:
        line = f" line {bad.line}" if bad.line else ""
        said[f"invalid {bad.file}"] = f"The file {bad.file}{line} is no valid ticket: {_sentence(bad.reason)}"
    for problem in snapshot.problems:
        said[f"problem {problem}"] = f"Problem: {_sentence(problem)}"
    return said


def news(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return what is new or different, then what is gone, as (about, sentence)."""
    for about, words in now.items():
        if before.get(about) != words:
            yield about, words
    for about in before:
        if about not in now:
            yield about, _gone(about)


def _gone(about: str) -> str:
    kind, _, name = about.partition(" ")
    if kind == "problem":
        return f"Solved: {_sentence(name)}"
    if kind == "invalid":
        return f"The file {name} is in order, or gone."
    return f"{_name(about)} is gone."


def _name(about: str) -> str:
    """`pod-1` → `Pod 1`: a hyphen is read aloud, or swallows the number."""
    kind, _, number = about.partition("-")
    return f"{kind.capitalize()} {number}"


def _fleet(snapshot: Snapshot) -> str:
    waiting = attention_count(snapshot)
    need = "Nothing needs you" if not waiting else "1 thing needs you" if waiting == 1 else f"{waiting} things need you"
    train = len(snapshot.state.train)
    cars = f"; {train} in the train" if train else ""
    return f"{need}; {snapshot.slots_used} of {snapshot.config.slots} slots are busy{cars}."


def _ticket(snapshot: Snapshot, ticket: Ticket) -> str:
    waits = waiting_words(snapshot, ticket) if pod_of_ticket(snapshot, ticket.id) is None else ""
    state = f"is {ticket.status} and {waits}" if waits else _STATUS[ticket.status]
    return f"Ticket {ticket.id}, {ticket.title.strip().rstrip('.')}, {state}."


def _pod(pod: Pod) -> str:
    name = f"{_name(pod.id)}, for ticket {pod.ticket}"
    what = f"is at work: role {pod.run.role}" if pod.run and pod.live else f"rests; its ticket {_STATUS[pod.status]}"
    paused = ", and is paused" if pod.record.paused else ""
    needs = f" It needs you: {_sentence(pod.attention)}" if pod.attention else ""
    more = "" if pod.attention or not pod.headline or pod.headline == pod.title else f" {_sentence(pod.headline)}"
    return f"{name}, {what}{paused}.{needs}{more}"


def _sentence(text: str) -> str:
    """Text as a sentence on one line."""
    line = " ".join(text.split())
    return f"{line[:1].upper()}{line[1:]}{'' if line.endswith(('.', '!', '?')) else '.'}"
