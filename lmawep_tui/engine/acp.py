"""Agents that speak ACP: their run's command is our own client, which starts them and answers for the person."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from lmawep_tui.agents.acp_order import client_argv, installed
from lmawep_tui.agents.profile import Profile
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.permission import POLICIES, Permissions


def client_line(
    config: Config, profile: Profile, agent: tuple[str, ...], run_dir: Path, *, session: str = ""
) -> tuple[str, ...]:
    """The run's command line for the agent's own `agent`; raises LmawepError when the protocol's package is missing.

    `session` is one to go on with; empty for a new one.
    """
    if not installed():
        raise LmawepError(
            f"The agent {profile.name!r} speaks ACP, and the package for that is not installed.",
            "`pip install 'lmawep[acp]'` brings it.",
        )
    rules = permissions(config, profile)
    return client_argv(agent, run_dir, rules, session=session, wait_s=config.limits.answer)


def permissions(config: Config, profile: Profile) -> Permissions:
    """The profile's policy, and over it what the person set for a kind of tool."""
    own = {f.name: value for f in fields(Permissions) if (value := getattr(config.permissions, f.name)) is not None}
    return replace(POLICIES[profile.policy], **own)
