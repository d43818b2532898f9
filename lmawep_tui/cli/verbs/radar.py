"""`radar`: which pods would conflict, with each other or with main."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lmawep_tui.cli.output import write, write_json, write_styled, write_table
from lmawep_tui.cli.place import workspace
from lmawep_tui.cli.verbs.setup import as_json

if TYPE_CHECKING:
    from lmawep_tui.model.radar import Clash, Radar

_SHOWN = 6


@click.command("radar")
@as_json
def radar_command(json_: bool) -> None:
    from lmawep_tui.engine.claims import claims_of
    from lmawep_tui.engine.radar import radar
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    snapshot = ws.snapshot()
    found, claims = radar(ws, snapshot), claims_of(snapshot)
    if json_:
        write_json({"pairs": to_plain(found.pairs), "at": found.at, "pods": list(found.pods),
                    "skipped": dict(found.skipped), "claims": to_plain(claims)})  # fmt: skip
        return
    if found.pairs:
        write_table(("pair", "files", "how"), [_row(clash) for clash in found.pairs])
    else:
        write(_none(found))
    for claim in claims:
        write_styled((f"{claim.pod} claims {claim.pattern} ({claim.severity})", "muted"))
    for pod, why in found.skipped.items():
        write_styled((f"{pod} was not looked at whole: {why}", "warn"))


def _row(clash: Clash) -> tuple[str, str, str]:
    more = f" and {len(clash.files) - _SHOWN} more" if len(clash.files) > _SHOWN else ""
    return f"{clash.a} × {clash.b}", f"{', '.join(clash.files[:_SHOWN])}{more}", clash.kind


def _none(found: Radar) -> str:
    if not found.pods:
        return "There are no pods to compare."
    what = "1 pod" if len(found.pods) == 1 else f"{len(found.pods)} pods"
    return f"Nothing clashes: {what} looked at, with each other and with main, uncommitted work included."
