"""A pod → the cells of its row in the decision list."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.model.age import since
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Status
from lmawep_tui.model.triage import Snooze
from lmawep_tui.store.attention import first_line
from lmawep_tui.store.queries import Group
from lmawep_tui.ui.present.glyphs import BUSY, FLAG, LOOKS, SNOOZED
from lmawep_tui.ui.present.styled import Segment
from lmawep_tui.ui.present.ticket_row import Cells

GROUP_STYLES = {
    Group.PINNED: "muted",
    Group.NEEDS_YOU: "blocked",
    Group.TO_LAND: "accent",
    Group.IN_FLIGHT: "muted",
    Group.PAUSED: "muted",
    Group.IDLE: "muted",
    Group.SNOOZED: "muted",
}
"""Headings are quiet; only those that are about the person speak up."""
_RUNNING = {Role.TASK: "working", Role.RESOLVE: "resolving", Role.REVIEW: "agent review", Role.TEST: "mending tests",
            Role.DOCS: "documenting", Role.CHECK: "testing",
            Role.SETUP: "setting up", Role.MERGE: "landing", Role.COMMAND: "command"}  # fmt: skip


def pod_row(
    pod: Pod, changes: Changes | None, busy: Mapping[str, str], now: float, snooze: Snooze | None = None
) -> Cells:
    """Return glyph, pod, ticket, state, size of the diff, age and words."""
    doing = busy.get(pod.id)
    if snooze is not None and not doing:
        return [(SNOOZED, "muted"), (pod.id, "muted"), (f"#{pod.ticket}", "muted"), (pod_state(pod)[0], "muted"),
                (size(changes), "muted"), (since(moment(pod), now), "muted"),
                (f"{snooze.words(now)} · {_words(pod)[0]}", "muted")]  # fmt: skip
    return [
        _glyph(pod, doing),
        (pod.id, "strong"),
        (f"#{pod.ticket}", ""),
        (f"{doing}…", "busy") if doing else pod_state(pod),
        (size(changes), "muted"),
        (since(moment(pod), now), "muted"),
        _words(pod),
    ]


def _glyph(pod: Pod, doing: str | None) -> Segment:
    if doing:
        return BUSY, "busy"
    if pod.attention:
        return FLAG, "blocked"
    return LOOKS[pod.status].glyph, pod_state(pod)[1]


def pod_state(pod: Pod) -> Segment:
    """Return in a word or two what the pod is doing, or waiting for."""
    if pod.sitting is not None:
        return "attached", "warn"
    if pod.record.merging is not None:
        return "half merged", "warn"
    if pod.record.paused:
        return ("frozen" if pod.live else "paused"), "warn"
    if pod.asks:
        return "asks", "blocked"
    if pod.live and pod.run is not None:
        return _RUNNING[pod.run.role], "busy"
    if pod.hold is not None and pod.status is Status.BLOCKED:
        return str(pod.hold.kind), "blocked"
    if pod.attention and pod.status is not Status.REVIEW:
        words = pod.attention.partition(":")[0].replace("_", " ")
        return words.removeprefix("autopilot ").removesuffix(" by itself"), "blocked"
    if pod.in_train is not None:
        return f"train {pod.in_train + 1}", "accent"
    return str(pod.status), LOOKS[pod.status].style


def size(changes: Changes | None) -> str:
    """Return the size of a diff as `+80 −12`; nothing while there is none."""
    if changes is None or not changes.ahead:
        return ""
    return f"+{changes.insertions} −{changes.deletions}"


def moment(pod: Pod) -> str:
    """Return since when the pod has been as it is."""
    run = pod.run
    if pod.asks:
        return pod.asks[0].since
    if run is not None and pod.live:
        return run.started or run.created
    if pod.hold is not None:
        return pod.hold.at
    return (run.ended or run.created) if run is not None else pod.record.created


def _words(pod: Pod) -> Segment:
    """Return what it wants of the person, or its title; the state before it says already of what kind that is."""
    if pod.hold is not None and pod.status is Status.BLOCKED:
        return first_line(pod.hold.why), "warn"
    if pod.attention and pod.status is not Status.REVIEW and (words := pod.attention.partition(": ")[2]):
        return words, "warn"
    if pod.record.told:
        count = len(pod.record.told)
        lead = "to be told" if count == 1 else f"to be told {count} things"
        return f"{lead}: {first_line(pod.record.told[0].text)}", ""
    return pod.title, ""
