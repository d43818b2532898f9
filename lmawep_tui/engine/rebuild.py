"""The state, made again from `git worktree list`, the tickets and what else is on disk (safety C10)."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from lmawep_tui.files import journal
from lmawep_tui.files.journal import now
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.run_file import read_run
from lmawep_tui.files.ticket_file import read_ticket
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import FIRST_TICKET, PodId, Sha, TicketId, parse_branch, pod_number, ticket_of_file
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import RunState
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Ticket
from lmawep_tui.store.store import run_names
from lmawep_tui.vcs.memory import remembered_tickets
from lmawep_tui.vcs.repo import branch_ref
from lmawep_tui.vcs.run import Git
from lmawep_tui.vcs.vault import PREFIX as VAULT
from lmawep_tui.vcs.worktree import Worktree, list_worktrees


def rebuilt_state(layout: Layout, git: Git, seed: State) -> State:
    """`seed` with pods found in git that it does not know, and counters above everything ever given out.

    Adds only. Approvals and test results are not rebuilt: what was approved must be looked at again.
    """
    tickets = _tickets(layout)
    pods = dict(seed.pods)
    taken = {record.ticket for record in pods.values()}
    for tree in list_worktrees(git):
        record = _record(layout, git, seed.main, tree, tickets)
        if record is not None and record.id not in pods and record.ticket not in taken:
            pods[record.id] = record
            taken.add(record.ticket)
    branches = [parse_branch(name) for name in _names(git, "refs/heads/")]
    ids = {t.id for t in tickets} | remembered_tickets(git) | {found[1] for found in branches if found}
    ids |= {n for path in _entries(layout.tickets) if (n := ticket_of_file(path.name))}
    numbers = {pod_number(found[0]) or 0 for found in branches if found} | {pod_number(pod) or 0 for pod in pods}
    numbers |= {pod_number(path.name) or 0 for path in _entries(layout.runs)}
    numbers |= {pod_number(name.split("/")[0]) or 0 for name in _names(git, VAULT)}
    # the counters are lost: the history knows those of which nothing else is left
    if seed.version == 0 or pods.keys() != seed.pods.keys():
        told = list(journal.read(layout.journal))
        ids |= {TicketId(entry["ticket"]) for entry in told if type(entry.get("ticket")) is int}
        numbers |= {pod_number(str(entry.get("pod"))) or 0 for entry in told}
    return replace(
        seed,
        pods=dict(sorted(pods.items(), key=lambda item: pod_number(item[0]) or 0)),
        next_ticket=max(seed.next_ticket, max(ids, default=FIRST_TICKET - 1) + 1),
        next_pod=max(seed.next_pod, max(numbers, default=0) + 1),
    )


def _record(layout: Layout, git: Git, main: str, tree: Worktree, tickets: list[Ticket]) -> PodRecord | None:
    """The pod a worktree is, or None: it must lie in our folder and carry a branch of ours, or a pod's name."""
    number = pod_number(tree.path.name)
    if tree.path.parent != layout.worktrees or number is None or tree.prunable:
        return None
    pod = PodId(tree.path.name)
    found = parse_branch(tree.branch) if tree.branch else _branch_of(git, pod)
    if found is None or found[0] != pod:
        return None
    branch = f"{pod}-ticket-{found[1]}"
    base = git("merge-base", branch_ref(main), branch_ref(branch), ok=(0, 1, 128)).text or tree.head
    assigned = any(t.id == found[1] for t in tickets)
    return PodRecord(id=pod, ticket=found[1], branch=branch, base=Sha(base), path=str(tree.path), created=now(),
                     settled=_settled(layout, pod)) if assigned else None  # fmt: skip


def _branch_of(git: Git, pod: PodId) -> tuple[PodId, TicketId] | None:
    found = (parse_branch(name) for name in _names(git, "refs/heads/"))
    return next((pair for pair in found if pair is not None and pair[0] == pod), None)


def _settled(layout: Layout, pod: PodId) -> int:
    """All runs but a newest one that ended without anybody acting on it count as acted on."""
    names = run_names(layout, pod)
    if not names:
        return 0
    newest = int(names[-1][:4])
    with contextlib.suppress(OSError, BadFile):
        run = read_run(layout.run_dir(pod, names[-1]))
        if run.role.writes or run.state is not RunState.ENDED:
            return newest - 1
    return newest


def _tickets(layout: Layout) -> list[Ticket]:
    found: list[Ticket] = []
    for path in _entries(layout.tickets):
        if ticket_of_file(path.name) is not None:
            with contextlib.suppress(BadFile, OSError):
                found.append(read_ticket(path))
    return found


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _names(git: Git, prefix: str) -> list[str]:
    names = git("for-each-ref", "--format=%(refname)", prefix).text.splitlines()
    return [name.removeprefix(prefix) for name in names]
