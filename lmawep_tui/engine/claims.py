"""`claim`: a pod says which paths it works on; the claim ends with the pod, or when its work has landed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.journal import now
from lmawep_tui.model.claim import MAX_CLAIMS, PathClaim, Severity, check_pattern
from lmawep_tui.model.errors import NotFound, Refused
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State


def claim(
    ws: Workspace, pod: PodId, patterns: Iterable[str], severity: Severity = Severity.WARN
) -> tuple[PathClaim, ...]:
    """Claims paths or globs for a pod; a path that is claimed already takes the new severity.

    Raises UsageError for a path outside the project, Refused for too many, NotFound for an unknown pod.
    """
    wanted = dict.fromkeys(check_pattern(pattern) for pattern in patterns)
    with ws.change(f"claim {pod}") as change:
        record = change.pod(pod)
        kept = tuple(c for c in change.state.claims if c.pod != pod or c.pattern not in wanted)
        new = tuple(
            PathClaim(pod=pod, ticket=record.ticket, pattern=pattern, severity=severity, at=now()) for pattern in wanted
        )
        mine = tuple(c for c in (*kept, *new) if c.pod == pod)
        if len(mine) > MAX_CLAIMS:
            raise Refused(
                f"{pod} would claim {len(mine)} paths; {MAX_CLAIMS} is the most.", "Claim folders: src/api/**"
            )
        change.state = replace(change.state, claims=(*kept, *new))
        change.note("claimed", pod=pod, ticket=record.ticket, paths=list(wanted), severity=str(severity))
        change.save()
        return mine


def release(ws: Workspace, pod: PodId, patterns: Iterable[str] = ()) -> tuple[PathClaim, ...]:
    """Gives up claims, all of them when none is named; returns those given up. Raises NotFound when there are none."""
    wanted = {check_pattern(pattern) for pattern in patterns}
    with ws.change(f"claim {pod}") as change:
        change.pod(pod)
        gone = tuple(c for c in change.state.claims if c.pod == pod and (not wanted or c.pattern in wanted))
        if not gone:
            raise NotFound(f"{pod} has no such claim.", "`lmawep claim` lists them.")
        change.state = replace(change.state, claims=tuple(c for c in change.state.claims if c not in gone))
        change.note("claims released", pod=pod, paths=[c.pattern for c in gone])
        change.save()
        return gone


def release_landed(change: Change, pod: PodId) -> None:
    """Drops a pod's claims within a change that the caller saves."""
    claims = tuple(c for c in change.state.claims if c.pod != pod)
    if len(claims) != len(change.state.claims):
        change.state = replace(change.state, claims=claims)


def claims_of(snapshot: Snapshot) -> tuple[PathClaim, ...]:
    """The claims that hold: of pods that are there and whose work is open."""
    pods = snapshot.pods
    return tuple(c for c in snapshot.state.claims if c.pod in pods and not pods[c.pod].status.closed)


def words(state: State, ticket: TicketId) -> str:
    """What others claim, for the prompt of a run on this ticket; mere notes are not told."""
    lines = [
        f"- {c.pattern}: {c.pod} (ticket {c.ticket})" + (", keep away" if c.severity is Severity.BLOCK else "")
        for c in state.claims
        if c.ticket != ticket and c.severity is not Severity.NOTE and c.pod in state.pods
    ]
    return "Paths that other pods claim:\n" + "\n".join(lines) if lines else ""
