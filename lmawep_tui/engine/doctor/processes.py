"""Processes that outlived their run."""

from __future__ import annotations

from lmawep_tui.agents.recovery import Stray, end_strays, strays
from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.train_run import live_train_marks


def look_at_strays(found: Findings) -> None:
    """Ended, with `fix`, by identity and mark alone; asked under the state lock, so that no run is just starting."""
    ws = found.ws
    with ws.change("doctor"):
        live = live_train_marks(ws)
        live |= {pod.run.mark for pod in ws.snapshot().pods.values() if pod.live and pod.run is not None}
        live |= {pod.sitting.mark for pod in ws.snapshot().pods.values() if pod.sitting is not None}
        left: list[Stray] = strays(ws.layout.root, live)
    if not left:
        return
    survivors = {stray.id for stray in (end_strays(left) if found.fix else left)}
    for stray in left:
        what = f"{stray.name} (process {stray.id.pid}) outlived its run in {stray.pod or 'a pod'}."
        found.add(what, stray.id not in survivors)
