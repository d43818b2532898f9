"""Settings that name what does not exist. What would stop autopilot is named by preflight."""

from __future__ import annotations

from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.preflight import ticket_agents, unknown_profiles


def look_at_settings(found: Findings) -> None:
    """Roles and tickets whose agent has no profile or is not installed."""
    for trouble in (*unknown_profiles(found.ws), *ticket_agents(found.ws)):
        found.add(trouble)
