"""`undo`: the newest landing or removal is taken back; a landing as a tested landing of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.changelog import add_entry, drop_entry
from lmawep_tui.engine.combined import test_combined
from lmawep_tui.engine.landing import MainMoved, move_main, refuse_while_stuck
from lmawep_tui.engine.testing import test_command
from lmawep_tui.engine.train_steps import Step, told_steps
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.undoable import Deed, find_deed
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.files.lock import hold
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError, NotFound, Refused
from lmawep_tui.model.graph import dependents
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import HoldKind
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs import merge
from lmawep_tui.vcs.diff import changed_kinds
from lmawep_tui.vcs.memory import load_memory, save_memory
from lmawep_tui.vcs.merge import Target
from lmawep_tui.vcs.repo import identity_env, is_ancestor

_MERGE_WAIT_S = 3600.0
_MAX_REBUILDS = 5

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, or would be."""

    kind: str
    """`landing`, `undo` (a landing that was undone is on main again) or `removal`."""
    pod: PodId
    ticket: TicketId
    undoes: str
    """The commit that was undone, or the ref a removed pod came back from."""
    commit: Sha | None
    """The commit on main that did it; None when nothing was done yet, and for a removal."""
    files: tuple[str, ...] = ()
    dependents: tuple[TicketId, ...] = ()
    """Tickets that build on it and were started or landed; their pods were told."""

    @property
    def words(self) -> str:
        """In one sentence."""
        done = f"as {self.commit[:7]}" if self.commit else ""
        if self.kind == "removal":
            return f"{self.pod} is back for #{self.ticket}"
        what = f"#{self.ticket} ({self.undoes[:7]})"
        return f"{what} is on main again {done}".strip() if self.kind == "undo" else f"{what} undone {done}".strip()

    @property
    def plan(self) -> str:
        """What a dry run would do, to follow "would"."""
        what = f"#{self.ticket} ({self.undoes[:7]})"
        if self.kind == "removal":
            return f"bring {self.pod} back for #{self.ticket}"
        return f"bring {what} back to main" if self.kind == "undo" else f"undo {what}"


@dataclass(frozen=True, slots=True)
class _Revert:
    """The commit that takes a landing back, in memory."""

    target: Target
    commit: Sha
    changed: dict[str, str]


def undo(ws: Workspace, what: str | None = None, *, dry_run: bool = False, tell: Tell = lambda _: None) -> Undone:
    """Undoes the newest landing or removal, or `what`: a ticket id, a pod, or the commit of a landing.

    `dry_run` only says what would be done. Raises NotFound when there is nothing to undo, Refused when later work is in
    the way or the tests are red without it: then nothing was changed.
    """
    deed = find_deed(ws, what)
    if deed.kind == "removal":
        return _bring_back(ws, deed, dry_run=dry_run)
    if dry_run:
        revert = _build(ws, deed, _target(ws))
        return Undone(deed.kind, deed.pod, deed.ticket, deed.commit, None, tuple(revert.changed), _builds_on(ws, deed))
    with hold(ws.layout.lock("merge"), what="The train", timeout_s=_MERGE_WAIT_S, doing=f"undo {deed.commit[:7]}"):
        for _ in range(_MAX_REBUILDS):
            try:
                return _undo_landing(ws, deed, tell)
            except MainMoved:
                tell("main moved meanwhile, building again")
    raise Refused(f"Main moved {_MAX_REBUILDS} times while this was tested.", "Try again when it is quieter.")


def _bring_back(ws: Workspace, deed: Deed, *, dry_run: bool) -> Undone:
    """A removed pod comes back from the vault."""
    if not dry_run:
        from lmawep_tui.engine.vault import restore_removed

        return Undone("removal", restore_removed(ws, deed.pod).id, deed.ticket, deed.commit, None)
    return Undone("removal", deed.pod, deed.ticket, deed.commit, None)


def _target(ws: Workspace) -> Target:
    return merge.read_target(ws.git, ws.snapshot().state.main)


def _build(ws: Workspace, deed: Deed, target: Target) -> _Revert:
    """The commit that would undo it; raises Refused when it is not on main or later work is in the way."""
    if not is_ancestor(ws.git, deed.commit, target.old):
        raise Refused(f"{deed.commit[:7]} is not on {target.branch}.", "There is nothing to undo.")
    merged = merge.undo_tree(ws.git, target.old, deed.base, deed.commit)
    name = f"#{deed.ticket} ({deed.commit[:7]})"
    if merged.tree is None:
        raise Refused(f"{name} cannot be undone: later work changed the same lines of {', '.join(merged.conflicts)}.",
                      f"Undo the later landings first, or make a ticket for it: `git revert {deed.commit[:7]}` "
                      "in a pod.")  # fmt: skip
    verb = "Restore" if deed.kind == "undo" else "Undo"
    message = (
        f"{verb} #{deed.ticket}{f': {deed.title}' if deed.title else ''}\n\n"
        f"This takes back what {deed.commit} brought.\n\nTicket: {deed.ticket}\n"
    )
    made = ws.git("commit-tree", merged.tree, "-p", target.old, "-F", "-", stdin=message.encode(),
                  env=identity_env(ws.git))  # fmt: skip
    changed = changed_kinds(ws.git, target.old, made.text)
    if not changed:
        raise Refused(f"Nothing of {name} is left on {target.branch}.", "There is nothing to undo.")
    return _Revert(target, Sha(made.text), changed)


def _undo_landing(ws: Workspace, deed: Deed, tell: Tell) -> Undone:
    with ws.change("undo") as change:
        refuse_while_stuck(ws, change)
        try:
            override = change.ticket(deed.ticket).test
        except (NotFound, BadFile):  # the ticket is gone; what it brought can be undone all the same
            override = None
    with told_steps(ws) as steps:
        steps.say(Step.BUILDING, [])
        test_command(ws, override)  # refused before anything is built
        revert = _build(ws, deed, _target(ws))
        merge.own_changes(ws.git, revert.target).refuse(revert.changed)
        tell(f"testing main without #{deed.ticket} ({revert.commit[:7]})")
        steps.say(Step.TESTING, [])
        tested = test_combined(ws, None, deed.ticket, revert.commit, base=revert.target.old,
                               changed=frozenset(revert.changed))  # fmt: skip
        if not tested.green:
            how = f"were stopped: {tested.summary}" if tested.killed else f"are red without it: {tested.summary}"
            raise Refused(f"#{deed.ticket} was not undone: the tests {how}.",
                          "What builds on it has to go first, or be mended by a ticket.")  # fmt: skip
        steps.say(Step.LANDING, [])
        after = _builds_on(ws, deed)
        facts = {"op": "undo", "pod": deed.pod, "ticket": deed.ticket, "kind": deed.kind, "undoes": deed.commit,
                 "landed": deed.landed, "dependents": list(after)}  # fmt: skip
        with ws.change("undo") as change:
            why = f"undo {deed.commit[:7]} (ticket {deed.ticket})"
            move_main(ws, change, revert.target, revert.commit, revert.changed, facts, why)
    return Undone(deed.kind, deed.pod, deed.ticket, deed.commit, revert.commit, tuple(revert.changed), after)


def _builds_on(ws: Workspace, deed: Deed) -> tuple[TicketId, ...]:
    """Tickets that depend on this one, directly or by others, and that have a pod or have landed."""
    snapshot = ws.snapshot()
    behind = dependents(snapshot.tickets)
    started = {pod.ticket for pod in snapshot.pods.values()} | set(snapshot.state.landed)
    found: dict[TicketId, None] = {}
    todo = list(behind.get(deed.ticket, ()))
    while todo:
        number = todo.pop(0)
        if number not in found:
            found[number] = None
            todo += behind.get(number, ())
    return tuple(number for number in found if number in started)


def record_undo(ws: Workspace, change: Change, pending: dict[str, Any]) -> None:
    """The facts after main has moved, also by whoever comes after a kill: ticket, history, whoever builds on it."""
    ticket, new = TicketId(pending["ticket"]), Sha(pending["new"])
    again = pending["kind"] == "undo"
    landed = {number: commit for number, commit in change.state.landed.items() if number != ticket}
    if again:
        landed[ticket] = new
    change.state = replace(change.state, landed=landed)
    if again:
        add_entry(change, PodId(pending["pod"]), ticket)
    else:
        drop_entry(change, ticket)
    _note_in_bank(ws, change, ticket, new, pending)
    try:
        _complete_again(change, ticket) if again else _reopen(change, ticket, new, pending)
    except (NotFound, BadFile, Refused) as error:
        change.note("ticket not moved", ticket=ticket, why=str(error))
    for number in pending["dependents"]:
        _tell_dependent(ws, change, TicketId(number), ticket, new, pending)
    change.note("undone", pod=pending["pod"], ticket=ticket, commit=new, base=pending["old"], kind=pending["kind"],
                undoes=pending["undoes"], landed=pending["landed"], told=pending["dependents"])  # fmt: skip


def _reopen(change: Change, ticket: TicketId, new: Sha, pending: dict[str, Any]) -> None:
    """Back to ready; a pod that is still there keeps it, and what it knew of its approval is void."""
    if change.ticket(ticket).status is not Status.COMPLETE:
        return
    pod = next((record for record in change.state.pods.values() if record.ticket == ticket), None)
    notes = change.ticket(ticket).assignee_notes
    line = f"{now()[:10]}: landing {pending['undoes'][:7]} undone"
    change.move(ticket, Event.REOPENED, assigned_to=None, assignee_notes=f"{notes}\n{line}".strip())
    if pod is not None:
        change.move(ticket, Event.SPAWNED, assigned_to=pod.id)
        change.put_pod(replace(pod, verdict=None, tests=None, evidence=(), brief=_brief(new, pending)))


def _complete_again(change: Change, ticket: TicketId) -> None:
    """The work is on main again: nobody has to do it, unless somebody has begun."""
    if change.ticket(ticket).status is Status.READY:
        change.change_ticket(ticket, status=Status.COMPLETE)
        change.note("moved", ticket=ticket, was="ready", to="complete", by="its undone landing was restored")


def _brief(new: Sha, pending: dict[str, Any]) -> str:
    return (
        f"The landing of this ticket ({pending['undoes'][:7]}) was undone on {pending['branch']} by {new[:7]}. "
        f"Merging the old branch again would bring nothing back: merge {pending['branch']}, then "
        f"`git revert {new[:7]}` restores the earlier work. Mend what was wrong with it before you say it is done."
    )


def _note_in_bank(ws: Workspace, change: Change, ticket: TicketId, new: Sha, pending: dict[str, Any]) -> None:
    """Whoever works on the ticket next finds it in the memory bank, which outlives the pod."""
    heading = "Landing undone" if pending["kind"] != "undo" else "Landing restored"
    text = _brief(new, pending) if pending["kind"] != "undo" else f"It is on {pending['branch']} again, by {new[:7]}."
    record = next((record for record in change.state.pods.values() if record.ticket == ticket), None)
    try:
        if record is not None:
            memory_bank.add_note(record, "blockers.md", heading, text)
            memory_bank.keep(ws, record, heading)
            return
        files = load_memory(ws.git, ticket)
        old = files.get("blockers.md", b"# Blockers\n").decode("utf-8", "replace").rstrip("\n")
        files["blockers.md"] = f"{old}\n\n## {heading} ({now()})\n\n{text}\n".encode()
        save_memory(ws.git, ticket, files, heading)
    except (LmawepError, OSError) as error:
        change.note("memory not kept", ticket=ticket, why=str(error))


def _tell_dependent(
    ws: Workspace, change: Change, number: TicketId, undone: TicketId, new: Sha, pending: dict[str, Any]
) -> None:
    """A pod that builds on what went is held until a person has looked; one that has landed can only be named."""
    again = pending["kind"] == "undo"
    why = f"#{undone}, which it builds on, was {'restored' if again else 'undone'} on {pending['branch']} by {new[:7]}"
    change.note("told", ticket=number, about=undone, why=why)
    record = next((record for record in change.state.pods.values() if record.ticket == number), None)
    if record is None:
        return
    memory_bank.add_note(record, "blockers.md", "A dependency changed", f"{why}. Merge {pending['branch']} and look.")
    try:
        memory_bank.keep(ws, record, why)
        if not again and not change.ticket(number).status.closed:
            change.block(number, HoldKind.BLOCKED, why)
    except (LmawepError, OSError) as error:
        change.note("dependent not held", ticket=number, why=str(error))
