"""What is to be run in a pod, before it has a number: command line, prompt, session and limits."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lmawep_tui.agents.profile import Profile, build_argv, own_words, profile_of, require_command, with_policy
from lmawep_tui.agents.prompt import TOOLS
from lmawep_tui.engine import mcp_config, news, resuming
from lmawep_tui.engine.costs import with_budget
from lmawep_tui.engine.run_prompt import prompt_for
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import PROMPT
from lmawep_tui.model.config import Config, RoleConfig
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Limits, Role, Stage
from lmawep_tui.model.usage import Usage
from lmawep_tui.store.store import run_names
from lmawep_tui.vcs.repo import author_variables

Extra = Callable[[Path], tuple[str, ...]]
"""Further arguments that name files in the run's folder, which has its name only when the run is written down."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, before it has a number."""

    role: Role
    argv: tuple[str, ...]
    agent: str = ""
    profile: Profile | None = None
    prompt: str | None = None
    message: str = ""
    cwd: Path | None = None
    limits: Limits | None = None
    alerts: tuple[int, ...] = ()
    """Of other pods, told in the prompt."""
    extra: Extra | None = None
    stage: Stage | None = None
    session: str = ""
    """Chosen beforehand, or that of the conversation that is gone on with."""
    resumes: str = ""
    counted: Usage | None = None


def agent_order(
    ws: Workspace, change: Change, record: PodRecord, role: Role, argv: tuple[str, ...], agent: str | None, message: str
) -> Order:
    """What an agent, or a command in its place, is to do in a pod in this role; nothing is started yet.

    Raises UsageError when a role without an agent has no command, Refused when a command is not accepted yet.
    """
    config = ws.config
    settings = config.role(role.value)
    if not role.by_agent:
        if not argv:
            raise UsageError(
                f"A run of role {role} needs a command.", f"`lmawep run {record.id} --role {role} -- CMD`."
            )
        return Order(role, argv, limits=replace(limits_of(config, settings, None), final_s=0))
    ticket = change.ticket(record.ticket)
    told = news.for_run(ws, change, record)
    name = agent or config.agent_for(role.value, record.agent, ticket.agent)
    profile = profile_of(name, config) if not argv else None
    before = resuming.earlier(ws, record, role, profile, message=message) if profile is not None else None
    prompt = prompt_for(ws, change, record, role, message=message, alerts=told.text, resumed=before is not None)
    if profile is None:
        return Order(role, argv, "", None, prompt, message, None, limits_of(config, settings, None), told.alerts)
    if name in config.agents:
        require_accepted(ws.layout, ws.git, f"command of agent {name}", own_words(profile))
    profile = with_policy(profile, settings.permissions)
    if before is None and mcp_config.used_by(profile, config):
        prompt += TOOLS
    if profile.git_identity:
        profile = replace(profile, env={**author_variables(ws.pod_git(record.path)), **profile.env})
    number = next_number(ws, record.id)
    run_dir = ws.run_dir(record.id, f"{number:04d}-{role}")
    session = before.session if before is not None else str(uuid.uuid4()) if profile.session_args else ""
    values = {
        "prompt": prompt,
        "session": session,
        "prompt_file": str(run_dir / PROMPT),
        "worktree": record.path,
        "pod": record.id,
        "ticket": str(record.ticket),
        "role": role.value,
        "model": settings.model or "",
        "budget": "" if config.budgets.run is None else f"{config.budgets.run:.2f}",
        "root": str(ws.layout.root),
        "git_common": str(ws.layout.git_dir),
        "main": change.state.main,
        "mcp_config": mcp_config.path_for(config, run_dir),
    }
    line = build_argv(profile, values, resume=before is not None)
    require_command(profile)
    if profile.protocol == "acp":
        from lmawep_tui.engine.acp import client_line

        line = client_line(config, profile, line, run_dir, session=session if before is not None else "")
    order = Order(role, line, name, profile, prompt, message, None, limits_of(config, settings, profile), told.alerts)
    if before is None:
        return replace(order, session=session)
    counted = resuming.counted(ws, record, before, profile)
    return replace(order, session=session, resumes=session, counted=counted)


def limits_of(config: Config, role: RoleConfig, profile: Profile | None) -> Limits:
    """The limits of a run of this role, with what its agent and the budgets say."""
    silence = config.limits.silence
    if profile is not None and profile.silence is not None:
        silence = profile.silence
    limits = config.limits
    return with_budget(
        Limits(
            timeout_s=role.timeout,
            silence_s=silence,
            grace_s=limits.kill_grace,
            log_bytes=limits.log_bytes,
            final_s=limits.final,
        ),
        config,
    )


def next_number(ws: Workspace, pod: PodId) -> int:
    """The number that the pod's next run has, from 1."""
    names = run_names(ws.layout, pod)
    return int(names[-1][:4]) + 1 if names else 1
