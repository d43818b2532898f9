"""Generated files of the coordination branch: what every agent may read about the others, as Markdown."""

from __future__ import annotations

from lmawep_tui.model.alert import SentAlert
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.store.views import assignments, escape

_NOTE = "<!-- Made by lmawep. Write notes of your own into other files of this folder: all pods see them. -->\n"


def shared_views(snapshot: Snapshot) -> dict[str, bytes]:
    """`alerts.md`, `claims.md` and `assignments.md`."""
    texts = {"alerts.md": _alerts(snapshot), "claims.md": _claims(snapshot), "assignments.md": assignments(snapshot)}
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}


def _alerts(snapshot: Snapshot) -> str:
    body = "\n".join(_alert(alert) for alert in reversed(snapshot.state.alerts)) or "None.\n"
    return f"{_NOTE}# Breaking changes\n\n{body}"


def _alert(alert: SentAlert) -> str:
    lines = [f"## {alert.number} from {alert.pod} (ticket {alert.ticket})\n"]
    for name in ("file", "change", "affects", "migration"):
        if value := getattr(alert, name):
            lines.append(f"- {name}: {escape(value)}")
    return "\n".join(lines) + "\n"


def _claims(snapshot: Snapshot) -> str:
    rows = [f"| {c.pod} | {c.ticket} | {c.severity} | {escape(c.pattern)} |" for c in snapshot.state.claims
            if c.pod in snapshot.pods]  # fmt: skip
    table = "\n".join(["| pod | ticket | severity | path |", "|---|---|---|---|", *rows])
    return f"{_NOTE}# Claimed paths\n\n{table if rows else 'None.'}\n"
