"""What can be undone: landings and removals, found in the history and checked against git."""

from __future__ import annotations

import re
from typing import Any

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import NotFound, Refused
from lmawep_tui.model.ids import PodId, Sha, TicketId, is_sha, parse_ticket_id, pod_number
from lmawep_tui.vcs.repo import branch_ref, is_ancestor, must_have

_PART_OF_SHA = re.compile(r"[0-9a-f]{7,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done and can be undone."""

    kind: str
    """`landing`, `undo` or `removal`."""
    pod: PodId
    ticket: TicketId
    commit: str
    """The commit on main, or the vault ref of a removed pod."""
    base: str = ""
    """What main (or the car before it) was."""
    landed: str = ""
    """The landing this is about: itself, or the one that an undo took back."""
    title: str = ""


def find_deed(ws: Workspace, what: str | None) -> Deed:
    """The newest thing that is not undone yet, or the one that `what` names: ticket, pod or commit.

    An undo itself is only undone when its commit is named: asking again goes further back. Raises NotFound, or
    UsageError for what is no name.
    """
    history = [entry for entry in journal.read(ws.layout.journal) if entry["event"] in ("landed", "undone", "removed")]
    gone = _taken_back(history)
    deeds = [deed for entry in reversed(history) if (deed := _deed(entry)) is not None and deed.commit not in gone]
    found = [deed for deed in deeds if deed.kind != "removal" or _came_by_hand(ws, deed)]
    if what is None:
        for deed in found:
            if deed.kind != "undo":
                return _titled(ws, deed)
        raise NotFound("There is nothing to undo.", "Landings and removals can be undone; `lmawep status` shows both.")
    for deed in found:
        if _is_meant(deed, what):
            return _titled(ws, deed)
    return _titled(ws, _from_git(ws, what, gone))


def _taken_back(history: list[dict[str, Any]]) -> set[str]:
    """Commits whose undoing still stands, and refs of pods that are there again."""
    gone: set[str] = set()
    for entry in history:
        if entry["event"] == "undone":
            gone.add(str(entry.get("undoes")))
    return gone


def _deed(entry: dict[str, Any]) -> Deed | None:
    try:
        pod, ticket = PodId(str(entry["pod"])), TicketId(int(entry["ticket"]))
        if entry["event"] == "removed":
            if entry.get("landed"):
                return None  # the tidying up after a landing, which is what a person would undo
            return Deed("removal", pod, ticket, str(entry["vault"])) if entry.get("vault") else None
        commit, base = str(entry["commit"]), str(entry["base"])
        if not is_sha(commit) or not is_sha(base):
            return None
        if entry["event"] == "landed":
            return Deed("landing", pod, ticket, commit, base, commit)
        # Undoing a restored landing is undoing that landing once more.
        kind = "landing" if entry.get("kind") == "undo" else "undo"
        return Deed(kind, pod, ticket, commit, base, str(entry.get("landed", "")))
    except (KeyError, ValueError, TypeError):  # a line of an older lmawep, or of somebody else
        return None


def _came_by_hand(ws: Workspace, deed: Deed) -> bool:
    """Whether a removal was the person's, not the tidying up after a landing, and the pod is still gone."""
    state = ws.snapshot().state
    return deed.ticket not in state.landed and deed.pod not in state.pods


def _is_meant(deed: Deed, what: str) -> bool:
    if pod_number(what) is not None:
        return deed.kind != "undo" and deed.pod == what
    if _PART_OF_SHA.fullmatch(what):  # seven digits may be either; so many tickets nobody has
        return deed.kind != "removal" and deed.commit.startswith(what)
    return deed.kind == "landing" and deed.ticket == parse_ticket_id(what)


def _from_git(ws: Workspace, what: str, gone: set[str]) -> Deed:
    """A landing that the history no longer has: what the state and main's commits say of it."""
    if pod_number(what) is not None:
        raise NotFound(f"Nothing that can be undone is known of {what}.")
    if _PART_OF_SHA.fullmatch(what):
        raise NotFound(f"{what} is no landing of lmawep that can be undone.", "`git revert` undoes any commit.")
    ticket = parse_ticket_id(what)
    state = ws.snapshot().state
    commit = state.landed.get(ticket)
    if commit is None or commit in gone:
        raise NotFound(f"#{ticket} has not landed.", "There is nothing to undo.")
    parents = ws.git("rev-list", "--parents", "-1", must_have(ws.git, commit)).text.split()[1:]
    subject = ws.git("log", "-1", "--format=%B", commit).text
    if f"Ticket: {ticket}" not in subject or not parents or not is_ancestor(ws.git, commit, branch_ref(state.main)):
        raise Refused(f"Where the landing of #{ticket} ({commit[:7]}) begins is no longer known.",
                      f"`git revert` the commits that it brought to {state.main}.")  # fmt: skip
    return Deed("landing", PodId(""), ticket, commit, Sha(parents[0]), commit)


def _titled(ws: Workspace, deed: Deed) -> Deed:
    from dataclasses import replace

    ticket = ws.snapshot().tickets.get(deed.ticket)
    return replace(deed, title=ticket.title) if ticket is not None else deed
