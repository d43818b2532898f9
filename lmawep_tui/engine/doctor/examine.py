"""The round that doctor makes, in the order in which things rest on each other."""

from __future__ import annotations

from lmawep_tui.engine.board_files import write_views
from lmawep_tui.engine.doctor.bookings import look_at_bookings
from lmawep_tui.engine.doctor.files import look_at_folders, look_at_redo
from lmawep_tui.engine.doctor.findings import Finding, Findings
from lmawep_tui.engine.doctor.leftovers import look_at_spares, look_at_trash
from lmawep_tui.engine.doctor.pods import look_at_pods
from lmawep_tui.engine.doctor.processes import look_at_strays
from lmawep_tui.engine.doctor.run_files import look_at_runs
from lmawep_tui.engine.doctor.settings import look_at_settings
from lmawep_tui.engine.doctor.state import state_is_usable
from lmawep_tui.engine.doctor.tickets import look_at_dead_ends, look_at_tickets
from lmawep_tui.engine.landing_doctor import look_at_main
from lmawep_tui.engine.preflight import preflight
from lmawep_tui.engine.prune import prune_runs
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import hold

_LOOKS = (
    look_at_pods,
    look_at_runs,
    look_at_bookings,
    look_at_tickets,
    look_at_dead_ends,
    look_at_strays,
    look_at_spares,
    look_at_trash,
)


def doctor(ws: Workspace, *, fix: bool = False) -> list[Finding]:
    """Looks at everything; with `fix` mends what can be mended without loss, and a second time finds nothing new.

    Works with a lost or damaged state file too: pods come back from `git worktree list` and the tickets. Raises
    Busy when another process holds the state for long; whatever else is wrong is a finding.
    """
    found = Findings(ws, fix=fix)
    found.check(look_at_folders)
    usable = False
    with hold(ws.layout.lock("state"), what="lmawep", doing="doctor"):
        found.check(look_at_redo)
        usable = state_is_usable(found)
    if usable and fix:
        found.check(_recover)
        with hold(ws.layout.lock("state"), what="lmawep", doing="doctor"):
            usable = state_is_usable(found)  # recovery may leave a pod that is not in the state
    if usable:
        found.check(_main)
        for look in _LOOKS:
            found.check(look)
    for item in ws.snapshot().invalid:
        found.add(f"{item.file}{f':{item.line}' if item.line else ''}: {item.reason}")
    found.check(look_at_settings)
    for trouble in preflight(ws):
        if not any(finding.what.endswith(f": {trouble}") for finding in found.found):  # said with its key already
            found.add(trouble)
    if fix and usable:
        found.check(lambda _: prune_runs(ws))
        write_views(ws)
    return found.found


def _main(found: Findings) -> None:
    for what, fixed in look_at_main(found.ws, fix=found.fix):
        found.add(what, fixed)


def _recover(found: Findings) -> None:
    """Taking the lock recovers what a killed process left half done."""
    with found.ws.change("doctor --fix"):
        pass
