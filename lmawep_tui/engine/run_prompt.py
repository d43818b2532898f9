"""What a run is told: the whole brief for one that begins anew, only what is new for one that goes on."""

from __future__ import annotations

from lmawep_tui.agents.follow_up import build_follow_up
from lmawep_tui.agents.prompt import build_prompt
from lmawep_tui.engine import memory_bank
from lmawep_tui.engine.resuming import past_runs
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Role

_TOLD_OF = 12
"""Earlier runs that a prompt tells of."""


def prompt_for(
    ws: Workspace, change: Change, record: PodRecord, role: Role, *, message: str, alerts: str, resumed: bool
) -> str:
    """The prompt; `resumed` says that the run goes on with its conversation. Raises BadFile for a bad template."""
    if resumed:
        return build_follow_up(
            role=role,
            ticket=record.ticket,
            pod=record.id,
            branch=record.branch,
            main=change.state.main,
            worktree=record.path,
            message=message,
            brief=record.brief,
            alerts=alerts,
        )
    return build_prompt(
        alerts=alerts,
        role=role,
        ticket=change.ticket(record.ticket),
        pod=record.id,
        branch=record.branch,
        main=change.state.main,
        worktree=record.path,
        memory=memory_bank.texts(record),
        brief=record.brief,
        message=message,
        history=_history(ws, record.id),
        template_dir=ws.layout.templates / "prompts",
        template=ws.config.role(role.value).template,
    )


def _history(ws: Workspace, pod: PodId) -> str:
    """One line for each earlier run of the pod, oldest first."""
    lines: list[str] = []
    for run in past_runs(ws, pod):
        said = f" It reported: {run.report.status}. {run.report.progress}" if run.report else ""
        reason = f" ({run.reason})" if run.reason else ""
        lines.append(f"- {run.name}: {run.outcome or 'no outcome'}{reason}.{said}".replace("\n", " ")[:600])
        if len(lines) == _TOLD_OF:
            break
    return "\n".join(reversed(lines))
