"""What each run of a pod came to, and how the work after one differs from the work after another."""

from __future__ import annotations

import contextlib
from datetime import datetime
from itertools import pairwise

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files import journal
from lmawep_tui.files.run_file import read_run
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, LmawepError, NotFound, Refused
from lmawep_tui.model.ids import PodId, Sha, is_sha
from lmawep_tui.model.report import Claim
from lmawep_tui.model.run import Outcome, Run, RunState
from lmawep_tui.store.queries import must_have_pod
from lmawep_tui.store.store import run_names
from lmawep_tui.vcs.attempt_diff import Size, between, differences, size
from lmawep_tui.vcs.repo import branch_ref, commit_of, objects_of
from lmawep_tui.vcs.vault_list import all_kept


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run and what it left."""

    number: int
    run: str
    role: str
    agent: str
    outcome: str
    """As in `run.json`; `running` while it lives, `unknown` when it never said."""
    why: str
    started: str
    seconds: float | None
    head_before: Sha | None
    head: Sha | None
    """The branch when the run was settled; None when nothing tells any more."""
    commits: int | None
    """Commits it made, those of main not counted; None when they cannot be told."""
    size: Size | None
    """What its commits changed, without what a merge of main brought."""
    leftovers: str | None
    """Vault ref with what it left uncommitted; None when it left nothing so."""
    claim: str = ""
    """What its report says, in the agent's own words; empty without one."""
    not_done: bool = False
    """It ended by itself, and its report says that the work is not done."""
    red: bool = False
    """A run of the tests that ran to their end and were red: nothing crashed."""


def attempts(ws: Workspace, pod: PodId) -> tuple[Attempt, ...]:
    """The pod's runs, oldest first; also of a pod that was removed, as far as run folders, journal and vault tell.

    Raises NotFound when there never was such a pod.
    """
    runs = _runs(ws, pod)
    if not runs:
        must_have_pod(ws.snapshot(), pod)
        return ()
    heads = _heads(ws, pod, runs)
    kept = _snapshots(ws, pod)
    main = branch_ref(ws.snapshot().state.main)
    return tuple(_attempt(ws, run, heads.get(run.name), kept.get(run.name), main) for run in runs)


def compare(ws: Workspace, pod: PodId, a: int, b: int) -> str:
    """The unified diff from the work after run `a` to the work after run `b`; 0 is the work before the first run.

    What a run left uncommitted counts, where the vault has it. Raises NotFound for a run that never was, Refused for
    one whose work nobody kept.
    """
    all_ = attempts(ws, pod)
    if not all_:
        raise NotFound(f"{pod} has had no run yet.", f"`lmawep run {pod}` starts one.")
    return differences(ws.git, _work(pod, all_, a), _work(pod, all_, b))


def _work(pod: PodId, all_: tuple[Attempt, ...], number: int) -> str:
    """The commit whose tree is the work after a run."""
    if number == 0:
        found: str | None = all_[0].head_before
    else:
        attempt = next((one for one in all_ if one.number == number), None)
        if attempt is None:
            raise NotFound(f"{pod} has no run {number}.", f"Its runs: {', '.join(one.run for one in all_)}.")
        found = attempt.leftovers or attempt.head
    if found is None:
        raise Refused(f"Nobody kept what {pod} held after run {number}.", "Compare it with another run.")
    return found


def _runs(ws: Workspace, pod: PodId) -> list[Run]:
    """The runs whose order can be read."""
    found: list[Run] = []
    for name in run_names(ws.layout, pod):
        with contextlib.suppress(LmawepError, OSError):
            found.append(read_run(ws.run_dir(pod, name)))
    return found


def _heads(ws: Workspace, pod: PodId, runs: list[Run]) -> dict[str, Sha]:
    """The branch after each run: as the journal has it, else where the next run began, else where it is now.

    A run that still lives has no head after it.
    """
    heads: dict[str, Sha] = {}
    for run, following in pairwise(runs):
        if following.head_before is not None:
            heads[run.name] = following.head_before
    newest = runs[-1]
    if newest.state is RunState.ENDED and (last := _last_head(ws, pod)) is not None:
        heads[newest.name] = last
    for entry in journal.read(ws.layout.journal):
        head = entry.get("head")
        if entry["event"] == "settled" and entry.get("pod") == pod and isinstance(head, str) and is_sha(head):
            heads[str(entry.get("run"))] = Sha(head)
    return heads


def _last_head(ws: Workspace, pod: PodId) -> Sha | None:
    """The branch of a pod that is there; of one that is gone, the commit under its newest snapshot."""
    record = ws.snapshot().state.pods.get(pod)
    if record is not None:
        return commit_of(ws.git, branch_ref(record.branch))
    kept = all_kept(ws.git, pod)
    return Sha(kept[-1].head) if kept else None


def _snapshots(ws: Workspace, pod: PodId) -> dict[str, str]:
    """Vault refs by the run they were taken after: the subject ends with the run's name.

    A snapshot is kept after every run: only one whose tree is not that of its head holds anything uncommitted.
    """
    found: dict[str, str] = {}
    every = all_kept(ws.git, pod)
    heads = tuple(dict.fromkeys(kept.head for kept in every))
    trees = dict(zip(heads, objects_of(ws.git, *(f"{head}^{{tree}}" for head in heads)), strict=True))
    for kept in every:
        if kept.tree == trees[kept.head]:
            continue
        words = kept.why.split(":")[0].split()
        if len(words) >= 2 and words[-2] in ("by", "after"):
            found[words[-1]] = kept.ref
    return found


def _attempt(ws: Workspace, run: Run, head: Sha | None, leftovers: str | None, main: str) -> Attempt:
    commits: int | None = None
    changed: Size | None = None
    if head is not None and run.head_before is not None:
        with contextlib.suppress(GitFailed):  # the commits are gone with a pod that was not kept
            commits = between(ws.git, run.head_before, head, main)
            changed = size(ws.git, run.head_before, head)
    live = run.state is not RunState.ENDED
    claim = run.report.claim if run.report else None
    return Attempt(
        number=run.number,
        run=run.name,
        role=str(run.role),
        agent=run.agent,
        outcome=str(run.outcome) if run.outcome else "running" if live else "unknown",
        why=run.reason,
        started=run.started or run.created,
        seconds=_seconds(run),
        head_before=run.head_before,
        head=head,
        commits=commits,
        size=changed,
        leftovers=leftovers,
        claim=run.report.status if run.report else "",
        not_done=claim in (Claim.FAILED, Claim.PARTIAL) and run.outcome is Outcome.COMPLETED,
        red=run.red,
    )


def _seconds(run: Run) -> float | None:
    """How long it ran; None while it runs, or when it never started."""
    if not run.started or not run.ended:
        return None
    with contextlib.suppress(ValueError):
        return (datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)).total_seconds()
    return None
