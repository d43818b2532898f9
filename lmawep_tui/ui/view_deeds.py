"""What the actions of the views do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmawep_tui.engine.doctor.findings import Finding
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.pod import PodRecord
    from lmawep_tui.ui.screens.view import ViewScreen


def _restore(screen: ViewScreen) -> None:
    from lmawep_tui.ui.modals.confirm import Confirm

    ref = screen.table.cursor_key or ""

    def restore(ws: Workspace) -> PodRecord:
        from lmawep_tui.engine import vault

        return vault.restore_pod(ws, vault.find(ws, ref))

    def told(record: PodRecord) -> None:
        screen.lmawep.say(f"It is back as {record.id}, for #{record.ticket}.")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do("vault", "bringing back", restore, then=told)

    says = ["A new pod with everything the snapshot holds. Nothing that is there is touched."]
    screen.lmawep.ask(Confirm("Bring it back?", says, yes="bring it back"), decided)


def _mend(screen: ViewScreen) -> None:
    from lmawep_tui.engine.doctor import doctor

    def told(findings: list[Finding]) -> None:
        left = sum(not finding.fixed for finding in findings)
        screen.lmawep.say(f"{len(findings) - left} mended" + (f", {left} left for you." if left else "."))
        screen.load()

    screen.bridge.do("doctor", "mending", lambda ws: doctor(ws, fix=True), then=told)


_CLOSEST = 14
_STEP = 0.25
"""How far one key goes in time, in widths of what is seen."""


def _zoom(by: int) -> Callable[[ViewScreen], object]:
    def zoom(screen: ViewScreen) -> None:
        closer = min(_CLOSEST, max(0, screen.frame.zoom + by))
        screen.look_through(replace(screen.frame, zoom=closer))

    return zoom


def _move(by: float) -> Callable[[ViewScreen], object]:
    return lambda screen: screen.look_through(replace(screen.frame, shift=max(0.0, screen.frame.shift + by)))


def _help(screen: ViewScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


DEEDS: dict[str, Callable[[ViewScreen], object]] = {
    "views.go": lambda screen: screen.go(screen.table.cursor_key or ""),
    "views.reload": lambda screen: screen.load(),
    "views.back": lambda screen: screen.dismiss(None),
    "timeline.closer": _zoom(1),
    "timeline.farther": _zoom(-1),
    "timeline.earlier": _move(_STEP),
    "timeline.later": _move(-_STEP),
    "timeline.all": lambda screen: screen.look_through(replace(screen.frame, zoom=0, shift=0.0)),
    "vault.restore": _restore,
    "doctor.mend": _mend,
    "help": _help,
}
