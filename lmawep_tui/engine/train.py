"""The train: pods land one at a time, each tested as the commit that main would become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from lmawep_tui.agents import control
from lmawep_tui.agents.liveness import is_live
from lmawep_tui.engine.checks import Checked, check, full_by_policy
from lmawep_tui.engine.landing import MainMoved, advance_main
from lmawep_tui.engine.provision import provide_files
from lmawep_tui.engine.review import outdated, reviewable
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.send_back import conflict, failed_attempt
from lmawep_tui.engine.settle import settle, settle_ended
from lmawep_tui.engine.testing import hold_for_outside, join_train, result_of, test
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder
from lmawep_tui.files.lock import hold
from lmawep_tui.model.errors import BadFile, LmawepError, Refused
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.vcs import merge, worktree
from lmawep_tui.vcs.diff import changed_paths
from lmawep_tui.vcs.merge import Target
from lmawep_tui.vcs.status import read_dirt

_MERGE_WAIT_S = 3600.0
_MAX_REBUILDS = 5


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of one car: the commit on main, or why it was sent back."""

    pod: PodId
    commit: Sha | None
    why: str = ""


Told = Callable[[str], None]


def merge_pod(ws: Workspace, pod: PodId, *, now: bool = False, tell: Told = lambda _: None) -> Landing:
    """Lands a pod: tests it in its pod if that was not done, joins the train, and drives the train up to it.

    `now` skips the queue, never the tests. Raises Refused when the pod is not approved.
    """
    if not _queue(ws, pod):
        tell(f"{pod}: testing in the pod")
        result = test(ws, pod)
        if not _in_train(ws, pod):
            return Landing(pod, None, f"tests are red: {result.summary}")
    with hold(ws.layout.lock("merge"), what="The train", timeout_s=_MERGE_WAIT_S, doing=f"merge {pod}"):
        passed: set[PodId] = set()
        while True:
            cars = _landable(ws, pod)
            if pod not in cars:
                return _already(ws, pod)
            head = pod if now else next(car for car in cars if car not in passed)
            if head == pod:
                return land(ws, pod, tell)
            passed.add(head)  # whatever becomes of it, it is tried once
            try:
                land(ws, head, tell)
            except LmawepError as error:
                tell(f"{head} is passed by: {error}")


def _landable(ws: Workspace, wanted: PodId) -> list[PodId]:
    """Cars that may land now, in order: a paused pod waits for the person, unless it is the one that was asked for."""
    snapshot = ws.snapshot()
    found = (snapshot.pods.get(car.pod) for car in snapshot.state.train)
    return [
        pod.id
        for pod in found
        if pod is not None and (pod.id == wanted or (pod.status is Status.MERGING and not pod.record.paused))
    ]


def _queue(ws: Workspace, pod: PodId) -> bool:
    """Puts an approved, tested pod into the train; False when its tests still have to run."""
    with ws.change(f"merge {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        status = change.ticket(record.ticket).status
        if status not in (Status.TESTING, Status.MERGING):
            hint = f"`lmawep review {pod} --approve` first." if status is Status.REVIEW else ""
            raise Refused(f"{pod} is {status}, not approved for landing.", hint)
        if outdated(ws, change, record):
            change.save()
            raise Refused(f"{pod} has new commits since it was approved.", "Look at them, then approve again.")
        if status is Status.TESTING:
            return False
        join_train(change, record, reviewable(ws, record))
        change.save()
        return True


def _in_train(ws: Workspace, pod: PodId) -> bool:
    return any(car.pod == pod for car in ws.snapshot().state.train)


def _already(ws: Workspace, pod: PodId) -> Landing:
    """The pod left the train while we waited: landed by another process, or sent back."""
    snapshot = ws.snapshot()
    for entry in _history(ws, pod):
        if entry["event"] == "landed":
            return Landing(pod, Sha(entry["commit"]))
    found = snapshot.pods.get(pod)
    return Landing(pod, None, f"{pod} left the train and is {found.status if found else 'gone'}")


def _history(ws: Workspace, pod: PodId) -> list[dict[str, str]]:
    from lmawep_tui.files import journal

    return [entry for entry in journal.read(ws.layout.journal, last=200) if entry.get("pod") == pod][::-1]


def land(ws: Workspace, pod: PodId, tell: Told) -> Landing:
    """Builds, tests and lands one car; must be called with the merge lock held."""
    for _ in range(_MAX_REBUILDS):
        try:
            return _land_once(ws, pod, tell)
        except MainMoved:
            tell(f"{pod}: main moved meanwhile, building again")
    raise Refused(f"Main moved {_MAX_REBUILDS} times while {pod} was tested.", "Try again when it is quieter.")


def _land_once(ws: Workspace, pod: PodId, tell: Told) -> Landing:
    tell(f"{pod}: merging with main in memory")
    with ws.change(f"merge {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        if change.ticket(record.ticket).status is not Status.MERGING or outdated(ws, change, record):
            change.leave_train(record.ticket)
            change.save()
            return Landing(pod, None, "it is no longer approved for landing")
        tip = reviewable(ws, record)
        target = merge.read_target(ws.git, change.state.main)
        merged = merge.merge_trees(ws.git, target.old, tip)
        if merged.tree is None:
            return _conflict(ws, change, record, target, tip, merged.conflicts)
        title = change.ticket(record.ticket).title
        ticket = change.ticket(record.ticket)
    message = f"Merge {record.branch}: {title}\n\nTicket: {record.ticket}\n"
    new = merge.build_landing(ws.git, target.old, tip, merged.tree, message, ws.config.merge.style)
    merge.refuse_overlap(ws.git, target, new)
    tell(f"{pod}: testing the combined result {new[:7]}")
    checked = _test_combined(ws, pod, new, target.old, ticket)
    with ws.change(f"merge {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        if change.ticket(record.ticket).status is not Status.MERGING or outdated(ws, change, record):
            change.save()
            return Landing(pod, None, "it changed while it was tested")
        if checked.killed:
            change.put_pod(replace(record, paused=True))
            change.save()
            return Landing(pod, None, f"the tests were killed: {checked.summary}")
        if not checked.green:
            return _red(ws, change, record, target, checked)
        advance_main(ws, change, record, target, new, merged.tree)
    tell(f"{pod}: landed as {new[:7]}")
    _tidy(ws, pod)
    return Landing(pod, new)


def _conflict(
    ws: Workspace, change: Change, record: PodRecord, target: Target, tip: Sha, paths: tuple[str, ...]
) -> Landing:
    files = ", ".join(paths)
    hunks = merge.conflict_hunks(ws.git, target.old, tip, paths)
    brief = (
        f"This branch conflicts with {target.branch} ({target.old[:7]}) in: {files}.\n"
        f"Merge {target.branch} into this branch, keep what both sides meant, run the tests, commit.\n\n{hunks}"
    )
    conflict(ws, change, record, brief, files)
    change.save()
    return Landing(record.id, None, f"conflicts with {target.branch} in {files}")


def _red(ws: Workspace, change: Change, record: PodRecord, target: Target, checked: Checked) -> Landing:
    brief = (
        f"This branch is fine alone, but the tests are red when it is combined with {target.branch} "
        f"({target.old[:7]}). Merge {target.branch} into this branch, mend it, run the tests, commit.\n\n"
        f"{checked.summary}\n\n{checked.output}"
    )
    commit = record.tests.commit if record.tests is not None else checked.run.head_before or Sha("")
    record = change.put_pod(replace(record, tests=replace(result_of(checked), commit=commit)))
    if checked.outside:
        hold_for_outside(change, record, checked)
    else:
        failed_attempt(ws, change, record, brief, f"combined tests red: {checked.summary}", Event.RED)
    change.save()
    return Landing(record.id, None, f"combined tests are red: {checked.summary}")


def _test_combined(ws: Workspace, pod: PodId, new: Sha, base: Sha, ticket: Ticket) -> Checked:
    """Runs the tests on exactly the commit that would land, in a worktree nobody else uses."""
    _end_earlier(ws)
    folder = ws.layout.train

    def show(commit: Sha) -> None:
        with ws.change("train worktree"):
            _check_out(ws, folder, commit)

    show(new)
    changed = changed_paths(ws.git, base, new)
    full = full_by_policy(ws, Role.MERGE)
    return check(ws, pod, Role.MERGE, folder, new, base=base, changed=changed, ticket=ticket, full=full, show=show)


def _check_out(ws: Workspace, folder: Path, new: Sha) -> None:
    check_git_config(ws.layout, ws.git)
    found = worktree.find(ws.git, folder)
    if found is not None and not folder.exists():
        worktree.prune(ws.git, folder)
        found = None
    if found is None:
        if folder.exists():
            raise Refused(f"{folder} exists and is not lmawep's.", "Move it away; lmawep tests merges there.")
        make_folder(folder.parent)
        worktree.add_detached(ws.git, folder, new)
    else:
        links = worktree.check_links(folder, ws.layout.git_dir)
        if not links.ok:
            raise Refused(f"The train's worktree is not in order: {links.why}.", "`lmawep doctor --fix` mends it.")
        if found.branch is not None:
            raise Refused(f"{folder} is a worktree of yours, on {found.branch}.", "Move it: `git worktree move`.")
        git = ws.git.at(folder)
        git("checkout", "--quiet", "--force", "--detach", new, timeout_s=600)
        git("clean", "-ffdq", timeout_s=600)
    git = ws.git.at(folder)
    provide_files(ws, folder)
    dirt = read_dirt(git)
    if dirt:
        raise Refused(f"{folder} does not show the commit to be tested: {', '.join(dirt.paths[:3])}.",
                      "A clean filter or line ending rule changes files on checkout.")  # fmt: skip


def _end_earlier(ws: Workspace) -> None:
    """Ends the tests a killed conductor left running in the train's worktree."""
    for record in ws.snapshot().state.pods.values():
        try:
            run = newest(ws, record.id)
        except BadFile:  # that pod has to be mended; the train goes on
            continue
        if run is not None and run.role is Role.MERGE and is_live(ws.run_dir(record.id, run.name), run):
            control.stop(ws.run_dir(record.id, run.name), "its conductor was killed")
            settle(ws, record.id)


def _tidy(ws: Workspace, pod: PodId) -> None:
    """Removes a landed pod when so configured; a failure to tidy up does not undo a landing."""
    from lmawep_tui.engine.remove import remove

    if not ws.config.merge.remove_pod:
        return
    try:
        remove(ws, pod)
    except LmawepError as error:
        ws.journal("pod kept", pod=pod, why=str(error))
