"""Ids of tickets, pods, runs and branches, checked before anything else sees them.

Digits only, so an id can never be a path, an option, a glob or a piece of shell (safety T4).
"""

from __future__ import annotations

import re
from typing import NewType

from lmawep_tui.model.errors import UsageError

TicketId = NewType("TicketId", int)
PodId = NewType("PodId", str)
Sha = NewType("Sha", str)

FIRST_TICKET = TicketId(101)

_TICKET = re.compile(r"(?:ticket-|#)?([1-9][0-9]{0,8})", re.ASCII)
_POD = re.compile(r"pod-([1-9][0-9]{0,8})", re.ASCII)
_POD_OR_NUMBER = re.compile(r"(?:pod-)?([1-9][0-9]{0,8})", re.ASCII)
_TICKET_FILE = re.compile(r"ticket-([1-9][0-9]{0,8})\.yaml", re.ASCII)
_BRANCH = re.compile(r"pod-([1-9][0-9]{0,8})-ticket-([1-9][0-9]{0,8})", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


def parse_ticket_id(text: str) -> TicketId:
    """`101`, `#101` or `ticket-101` as a ticket id; raises UsageError for anything else."""
    match = _TICKET.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is not a ticket id.", "Ticket ids look like 101 or ticket-101.")
    return TicketId(int(match[1]))


def parse_pod_id(text: str) -> PodId:
    """`pod-1` (or just `1`) as a pod id; raises UsageError for anything else."""
    match = _POD_OR_NUMBER.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is not a pod id.", "Pod ids look like pod-1; `lmawep pods` lists them.")
    return PodId(f"pod-{match[1]}")


def pod_id(number: int) -> PodId:
    return PodId(f"pod-{number}")


def pod_number(pod: str) -> int | None:
    """The number in `pod-7`, or None when the text is not a pod id."""
    match = _POD.fullmatch(pod)
    return int(match[1]) if match else None


def ticket_name(ticket: TicketId) -> str:
    return f"ticket-{ticket}"


def ticket_of_file(name: str) -> TicketId | None:
    """The id in a file name `ticket-101.yaml`, or None for any other name."""
    match = _TICKET_FILE.fullmatch(name)
    return TicketId(int(match[1])) if match else None


def branch_name(pod: PodId, ticket: TicketId) -> str:
    """The pod's branch: digits and fixed words only, so a title never reaches git."""
    return f"{pod}-ticket-{ticket}"


def parse_branch(name: str) -> tuple[PodId, TicketId] | None:
    """Pod and ticket of a branch that lmawep made, or None for any other branch."""
    match = _BRANCH.fullmatch(name)
    return (PodId(f"pod-{match[1]}"), TicketId(int(match[2]))) if match else None


def is_sha(text: str) -> bool:
    return _SHA.fullmatch(text) is not None
