"""`review`: a verdict, bound to the commit that was looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lmawep_tui.engine.review_notes import looked, notes_of, request_words, sent
from lmawep_tui.engine.review_places import places
from lmawep_tui.engine.send_back import failed_attempt, send_back
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.model.errors import LmawepError, Refused, UsageError
from lmawep_tui.model.ids import PodId, Sha
from lmawep_tui.model.lifecycle import Event, allowed
from lmawep_tui.model.pod import HoldKind, PodRecord, Verdict
from lmawep_tui.model.report import Claim, nothing
from lmawep_tui.model.review_notes import Comment
from lmawep_tui.model.run import Run
from lmawep_tui.model.ticket import Status
from lmawep_tui.vcs.repo import branch_ref, fork_point, head_branch, must_have
from lmawep_tui.vcs.status import admin_dir, half_done, read_dirt
from lmawep_tui.vcs.worktree import check_links

_PERSON = "you"


def approve(
    ws: Workspace, pod: PodId, *, by: str = _PERSON, commit: Sha | None = None, over_comments: bool = False
) -> PodRecord:
    """Approves what is committed in the pod now, or `commit`, which must be that: nobody approves the unseen.

    Raises Refused when the pod is not up for review, has uncommitted work or is not in order, and when the person has
    comments on it that nobody was told of, unless it is to be approved `over_comments`.
    """
    from lmawep_tui.engine.settle import settle_ended

    with ws.change(f"approve {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        _refuse_unless(change, record, Event.APPROVED)
        tip = reviewable(ws, record)
        if commit is not None and commit != tip:
            raise Refused(f"{pod} has new commits since you looked ({tip[:7]}).", "Look again, then approve.")
        if not over_comments and (waiting := len(notes_of(ws, pod).open)):
            raise Refused(
                f"{pod} has {waiting} comment{'s' if waiting != 1 else ''} of yours that nobody was told of.",
                f"`lmawep review {pod} --reject WHY` sends them, `--approve --force` approves all the same.",
            )
        record = _approved(change, replace(record, attempts=0), tip, by)
        change.save()
    if by == _PERSON:
        _remember_look(ws, pod, tip)
    return record


def reject(ws: Workspace, pod: PodId, why: str, *, by: str = _PERSON, commit: Sha | None = None) -> PodRecord:
    """Requests changes: the pod goes back to work, and its next agent reads why and the comments that are open.

    `commit` is what was looked at, if not the newest; a request holds for that although others have come since.
    Raises UsageError when neither `why` nor a comment says what has to change, Refused when it is not up for review.
    """
    from lmawep_tui.engine.settle import settle_ended

    comments = notes_of(ws, pod).open
    if not why.strip() and not comments:
        raise UsageError("Say what has to change.", "`lmawep review POD --reject 'why'`.")
    with ws.change(f"reject {pod}") as change:
        settle_ended(ws, change, pod)
        record = change.pod(pod)
        _refuse_unless(change, record, Event.REJECTED)
        seen = commit or must_have(ws.git, branch_ref(record.branch))
        record = _rejected(ws, change, replace(record, attempts=0), why.strip(), by, seen, comments)
        change.save()
    # The next prompt has them now: were we killed here, they would be sent once more, and none is ever lost.
    if comments:
        sent(ws, pod, [comment.number for comment in comments])
    if by == _PERSON:
        _remember_look(ws, pod, seen)
    return record


def _remember_look(ws: Workspace, pod: PodId, commit: Sha) -> None:
    """A verdict is a look. It stands already: notes that cannot be written are said beside it."""
    try:
        looked(ws, pod, commit, _base(ws, ws.state.main, commit))
    except LmawepError as error:
        ws.warn(f"{error} The verdict stands; only when you looked is not noted.")


def _refuse_unless(change: Change, record: PodRecord, event: Event) -> None:
    hold = change.state.holds.get(record.ticket)
    if hold is not None and hold.was is Status.REVIEW:
        change.move(record.ticket, Event.UNBLOCKED)  # the person's verdict is what it was held for
    status = change.ticket(record.ticket).status
    if not allowed(status, event):
        hint = {
            Status.ASSIGNED: f"`lmawep run {record.id}` works on it.",
            Status.WORKING: "Wait for its run to end.",
            Status.TESTING: f"`lmawep test {record.id}` is next.",
            Status.MERGING: f"`lmawep merge {record.id}` is next.",
        }.get(status, "")
        raise Refused(f"{record.id} is {status}, not up for review.", hint)


def reviewable(ws: Workspace, record: PodRecord) -> Sha:
    """The commit a verdict would be bound to; raises Refused when the pod does not show just that commit."""
    links = check_links(Path(record.path), ws.layout.git_dir)
    if not links.ok:
        raise Refused(f"{record.id} is not in order: {links.why}.", "`lmawep doctor` says how to mend it.")
    git = ws.pod_git(record.path)
    branch = head_branch(git)
    operation = half_done(admin_dir(git))
    if operation == "a merge":
        raise Refused(
            f"{record.id} has a merge half done.", f"`lmawep resolve {record.id}` shows it, and how to end it."
        )
    if operation or branch != record.branch:
        state = f"has {operation} half done" if operation else f"is on {branch or 'a detached HEAD'}"
        raise Refused(f"{record.id} {state}, not on {record.branch}.", "Bring it back to its branch first.")
    dirt = read_dirt(git)
    if dirt:
        names = ", ".join(dirt.paths[:4]) + (" …" if len(dirt.paths) > 4 else "")
        raise Refused(f"{record.id} has uncommitted work: {names}.", "Commit it, or let an agent do it.")
    return must_have(ws.git, branch_ref(record.branch))


def _approved(change: Change, record: PodRecord, tip: Sha, by: str) -> PodRecord:
    verdict = Verdict(commit=tip, approved=True, by=by, at=now())
    record = change.put_pod(replace(record, verdict=verdict, fixes=0))
    change.move(record.ticket, Event.APPROVED)
    change.note("approved", pod=record.id, ticket=record.ticket, commit=tip, by=by)
    return record


def _base(ws: Workspace, main: str, commit: Sha) -> Sha:
    tip = must_have(ws.git, branch_ref(main))
    return fork_point(ws.git, tip, commit) or tip


def _rejected(
    ws: Workspace, change: Change, record: PodRecord, why: str, by: str, seen: Sha, comments: tuple[Comment, ...]
) -> PodRecord:
    """Sends the pod back with the person's words, and below them their comments as `path:line` with the quoted line."""
    count = f"{len(comments)} comment{'s' if len(comments) != 1 else ''}"
    verdict = Verdict(commit=seen, approved=False, by=by, why=why or count, at=now())
    record = change.put_pod(replace(record, verdict=verdict))
    facts = {"comments": len(comments)} if comments else {}
    change.note("changes requested", pod=record.id, ticket=record.ticket, commit=seen, by=by, why=why or count, **facts)
    words = [f"Changes requested by {by}:" + (f"\n{why}" if why else "")]
    if comments:
        base = _base(ws, change.state.main, seen)
        said = request_words(comments, places(ws, comments, new=seen, old=base))
        words.append(f"Comments on lines, as they are in {seen[:7]}:\n\n{said}")
    return send_back(ws, change, record, Event.REJECTED, "\n\n".join(words))


def auto_approve(ws: Workspace, pod: PodId) -> PodRecord:
    """Policy `auto`: the evidence is the review."""
    return approve(ws, pod, by="policy auto")


def agent_verdict(ws: Workspace, change: Change, record: PodRecord, run: Run) -> bool:
    """Takes the verdict of a review run; False when it gave none. Raises Refused when it cannot be bound."""
    if run.report is None:
        return False
    by = f"agent {run.agent or 'review'}"
    if run.report.claim is Claim.APPROVED:
        tip = reviewable(ws, record)
        if tip != run.head_before:
            _look_again(change, record, tip, by)
        elif ws.config.review_by(change.ticket(record.ticket).review) == "both":
            change.put_pod(replace(record, verdict=Verdict(commit=tip, approved=True, by=by, at=now()), attempts=0))
            change.note("recommended", pod=record.id, ticket=record.ticket, commit=tip, by=by)
        else:
            _approved(change, replace(record, attempts=0), tip, by)
        return True
    if run.report.claim is Claim.CHANGES_REQUESTED:
        why = "\n".join(t for t in (run.report.progress, run.report.blockers, run.report.next) if not nothing(t))
        tip = must_have(ws.git, branch_ref(record.branch))
        verdict = Verdict(commit=tip, approved=False, by=by, why=why, at=now())
        record = change.put_pod(replace(record, verdict=verdict))
        failed_attempt(ws, change, record, f"Changes requested by {by}:\n{why}", f"changes requested: {why}",
                       Event.REJECTED)  # fmt: skip
        return True
    return False


_MAX_FIXES = 2
"""Reviews in a row that changed what they were to look at; then a person is asked."""


def _look_again(change: Change, record: PodRecord, tip: Sha, by: str) -> None:
    """A reviewer may commit fixes, and cannot approve them itself: the next review looks at the whole anew."""
    record = change.put_pod(replace(record, fixes=record.fixes + 1))
    change.note("fixed in review", pod=record.id, ticket=record.ticket, commit=tip, by=by)
    if record.fixes > _MAX_FIXES:
        why = f"{record.fixes} reviews in a row committed changes of their own instead of a verdict"
        change.block(record.ticket, HoldKind.BLOCKED, why)


def outdated(ws: Workspace, change: Change, record: PodRecord) -> bool:
    """Whether the approval no longer holds; then the pod goes back to review."""
    tip = must_have(ws.git, branch_ref(record.branch))
    if record.verdict is not None and record.verdict.approved and record.verdict.commit == tip:
        return False
    change.put_pod(replace(record, verdict=None, tests=None))
    change.state = replace(change.state, train=tuple(car for car in change.state.train if car.pod != record.id))
    change.move(record.ticket, Event.OUTDATED)
    return True
