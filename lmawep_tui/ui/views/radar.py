"""The radar: a matrix of pods and main, a cell for each pair that would meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.engine.radar import radar
from lmawep_tui.engine.radar_hunks import clash_files
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.radar import MAIN, Clash, Radar
from lmawep_tui.ui.present.patch_lines import conflict_lines
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Cell, Entry

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot
    from lmawep_tui.ui.present.styled import StyledLine

_MOST_FILES = 40


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """A row and a column for each pod that was looked at, and a column for main."""
    found = radar(ws, snapshot)
    sides: list[str] = [MAIN, *found.pods]
    columns = (
        Column("pod", "", width=12),
        *(
            Column(side, side.removeprefix("pod-") if side != MAIN else "main", width=5, align="right")
            for side in sides
        ),
    )
    clashes: dict[frozenset[str], Clash] = {frozenset((clash.a, clash.b)): clash for clash in found.pairs}
    entries: list[Entry] = []
    for pod in found.pods:
        ticket = snapshot.pods[pod].ticket if pod in snapshot.pods else ""
        row: list[Cell] = [(f"{pod} #{ticket}", "strong")]
        row += [_cell(pod, side, clashes) for side in sides]
        entries.append((pod, row))
    blind = [pod for pod in found.skipped if pod not in found.pods]
    entries += [(pod, [(f"{pod} ?", "warn"), *(("?", "muted") for _ in sides)]) for pod in blind]
    return Page(
        columns,
        entries,
        empty="No pods to compare: s on a ready ticket makes one.",
        note=_note(found),
        about=_settled(found, clashes),
        goes={pod: str(pod) for pod in found.pods},
    )


def _cell(pod: PodId, side: str, clashes: dict[frozenset[str], Clash]) -> Cell:
    if side == pod:
        return ("╲", "muted")
    clash = clashes.get(frozenset((pod, side)))
    return (f"✗ {len(clash.files)}", "warn") if clash is not None else ("·", "muted")


def _note(found: Radar) -> str:
    count = len(found.pairs)
    words = (
        f"{count} pair{'s' if count != 1 else ''} would conflict"
        if count
        else "nothing would conflict"
        if found.pods
        else ""
    )
    missed = f"not looked at whole: {', '.join(found.skipped)}" if found.skipped else ""
    return "  ".join(filter(None, (words, missed)))


def _settled(found: Radar, clashes: dict[frozenset[str], Clash]) -> dict[str, list[StyledLine]]:
    """What is known without asking git again: pairs that do not clash."""
    about: dict[str, list[StyledLine]] = {}
    for pod in found.skipped:
        if pod not in found.pods:
            about |= {f"{pod} {side}": _why_not(found, pod) for side in (MAIN, *found.pods)}
    for pod in found.pods:
        about[f"{pod} {pod}"] = [[(f"{pod} is on the crossing with itself.", "muted")]]
        for side in (MAIN, *found.pods):
            if side != pod and frozenset((pod, side)) not in clashes:
                words = f"{pod} and {side} would merge without a conflict, uncommitted work included."
                about[f"{pod} {side}"] = [[(words, "ok")], *_why_not(found, pod, side)]
    return about


def _why_not(found: Radar, *sides: str) -> list[StyledLine]:
    notes = [(side, found.skipped[PodId(side)]) for side in sides if side in found.skipped]
    return [[(f"{side}: {why}", "warn")] for side, why in notes]


def look(ws: Workspace, key: str, frame: Frame) -> list[StyledLine]:
    """The files in which two sides clash, and the hunks as git has them."""
    a, _, b = key.partition(" ")
    if a == b:
        return []
    try:
        files = clash_files(ws, ws.snapshot(), PodId(a), MAIN if b == MAIN else PodId(b))
    except LmawepError as error:
        return [[(str(error), "warn")]]
    if not files:
        return [[(f"{a} and {b} would merge without a conflict by now.", "ok")]]
    count = f"{len(files)} file{'s' if len(files) != 1 else ''}"
    lines: list[StyledLine] = [[(f"{a} and {b} ", "strong"), (f"would conflict in {count}", "warn")]]
    for file in files[:_MOST_FILES]:
        hunks = f"  {file.hunks} hunk{'s' if file.hunks != 1 else ''}" if file.hunks else ""
        lines += [[], [("▪ ", "accent"), (file.path, "file"), (f"  {file.kind}{hunks}", "muted")]]
        lines += conflict_lines(file.text) if file.hunks else [[(file.text, "muted")]]
    if len(files) > _MOST_FILES:
        lines += [[], [(f"… and {len(files) - _MOST_FILES} files more", "muted")]]
    return lines


VIEW = View("Radar", read, look, every_s=2.0, grid=True)
