"""Agents as data: a command line template and how to talk to it. Never a shell string (safety T8)."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from lmawep_tui.files.read import read_text
from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError, UsageError
from lmawep_tui.model.placeholder import LISTS, PLACEHOLDER, PLACEHOLDERS
from lmawep_tui.model.profile_config import Policy, PromptBy, Protocol, ResumeScope, StopSignal

_MAX_ARGUMENT = 128 * 1024  # what Linux takes in one argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One agent program."""

    name: str
    command: tuple[str, ...]
    text: str = ""
    """What it is, for people who choose one."""
    prompt: PromptBy = "stdin"
    model_args: tuple[str, ...] = ()
    """How it is told the model; stands in `command` as `{model_args}`."""
    silence: float | None = None
    """Overrides limits.silence; 0 for programs that print only at the end."""
    stop_signal: StopSignal = "INT"
    """What asks it nicely to stop; every process of the run is told."""
    env: Mapping[str, str] = field(default_factory=dict)
    env_pass: tuple[str, ...] = ()
    format: str = "text"
    """How its output is read; a name in agents/streams."""
    protocol: Protocol = "stream"
    """acp: it is talked to by our own client instead of being started once with a prompt."""
    resume: tuple[str, ...] = ()
    """The whole command line that goes on with `{session}`; empty: it cannot."""
    resume_scope: ResumeScope = "directory"
    """From where a conversation can be gone on with."""
    session_args: tuple[str, ...] = ()
    """How the id of a new conversation is chosen beforehand; stands in `command` as `{session_args}`."""
    attach: tuple[str, ...] = ()
    """Its interactive program, going on with `{session}`."""
    interactive: tuple[str, ...] = ()
    """Its interactive program, from the beginning."""
    version: tuple[str, ...] = ()
    """Prints its version."""
    usage_total: bool = False
    """Whether it counts tokens from the beginning of the conversation."""
    cost_total: bool = False
    """Whether it counts the cost from the beginning of the conversation."""
    policy: Policy = "full"
    """What it may do: one of the keys of `permissions`."""
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Arguments for each policy it knows; stand in `command` as `{permission_args}`."""
    permission_env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Variables to set for a policy, for programs that are not told by an argument."""
    budget_args: tuple[str, ...] = ()
    """How it is told what a new conversation may cost, `{budget}`; stand in `command` as `{budget_args}`."""
    login: str = ""
    """How a person logs in, in words."""
    mcp_args: tuple[str, ...] = ()
    """How it is told of an MCP server in `{mcp_config}`; stand in `command` as `{mcp_args}`."""
    mcp_env: Mapping[str, str] = field(default_factory=dict)
    """The same by variables, for programs that are not told by an argument; one that the person has set stays."""
    git_identity: bool = False
    """Whether it hides the git config from its commands, and has to be told by variables who commits."""
    exit_codes: Mapping[int, str] = field(default_factory=dict)
    """Exit statuses that say why it ended when its output does not: an outcome by status."""


def profile_of(name: str, config: Config) -> Profile:
    """The profile of that name: the person's own, laid over the built-in one of the same name.

    Raises LmawepError when there is none, and for one that cannot work, with the key and what it should be.
    """
    from lmawep_tui.agents.profile_file import load_profile

    return load_profile(name, config)


def profiles(config: Config) -> list[Profile]:
    """Every profile, built-in and the person's own, by name; raises as profile_of."""
    from lmawep_tui.agents.profile_file import load_profile, profile_names

    return [load_profile(name, config) for name in profile_names(config)]


def build_argv(profile: Profile, values: Mapping[str, str], *, resume: bool = False) -> tuple[str, ...]:
    """The command line: each placeholder replaced once, inside its own argument, by its value and nothing else.

    `resume` takes the one that goes on with `values["session"]`. Raises LmawepError when the profile has none, when a
    value is missing, and for a prompt that cannot be an argument (NUL, too long).
    """
    if resume and not profile.resume and profile.protocol != "acp":
        raise LmawepError(
            f"The agent {profile.name!r} cannot go on with a conversation.",
            "Start it afresh: the memory bank is there.",
        )
    line = profile.resume if resume and profile.resume else profile.command  # ACP: our client names the session
    if not line:
        raise UsageError(f"The agent profile {profile.name!r} has no command.")
    if profile.prompt == "arg" and not any("{prompt}" in part for part in line):
        raise LmawepError(
            f"The agent profile {profile.name!r} takes its prompt as an argument, but its command has no {{prompt}}.",
            "Add it, or set `prompt: stdin`.",
        )
    return fill_line(profile, line, values)


def fill_line(profile: Profile, line: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """Any command line of the profile (`attach`, `interactive`, ...) with its placeholders filled, as build_argv."""
    values = {**_derived(values), **values}
    argv: list[str] = []
    for part in line:
        if part.startswith("{") and part[1:-1] in LISTS:
            argv += [_fill(profile, arg, values) for arg in _arguments(profile, part[1:-1], values)]
        else:
            argv.append(_fill(profile, part, values))
    return tuple(argv)


def _arguments(profile: Profile, name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """What a placeholder for several arguments stands for; nothing when what it speaks of is not set."""
    if name == "model_args":
        return profile.model_args if values.get("model") else ()
    if name == "session_args":
        return profile.session_args if values.get("session") else ()
    if name == "mcp_args":
        return profile.mcp_args if values.get("mcp_config") else ()
    if name == "budget_args":
        return profile.budget_args if values.get("budget") else ()
    return profile.permissions.get(profile.policy, ())


def policies(profile: Profile) -> tuple[str, ...]:
    """The permission policies it knows; a program that cannot be told does all it wants, which is `full`."""
    if profile.protocol == "acp":  # our own client answers for the person
        return ("ask", "accept-edits", "full")
    return tuple(sorted({*profile.permissions, *profile.permission_env})) or ("full",)


def with_policy(profile: Profile, policy: Policy | None) -> Profile:
    """The profile set to a permission policy, its own when None; raises LmawepError when it does not know it."""
    policy = policy or profile.policy
    if policy not in policies(profile):
        raise LmawepError(
            f"The agent {profile.name!r} has no permission policy {policy!r}.",
            f"It knows {', '.join(policies(profile))}.",
        )
    return replace(profile, policy=policy, env={**profile.permission_env.get(policy, {}), **profile.env})


def _derived(values: Mapping[str, str]) -> dict[str, str]:
    """Values that follow from others, for callers that do not say them."""
    derived = {}
    if values.get("prompt_file"):
        derived["run_dir"] = str(Path(values["prompt_file"]).parent)
    if values.get("git_common") and values.get("worktree"):
        derived["git_worktree"] = str(_git_worktree(Path(values["git_common"]), Path(values["worktree"])))
    return derived


def _git_worktree(git_common: Path, worktree: Path) -> Path:
    """The pod's folder in the shared git folder. Its `.git` file says which, but is not believed beyond a name."""
    name = worktree.name
    with contextlib.suppress(OSError, LmawepError):
        name = Path(read_text(worktree / ".git", 4096).strip()).name
    return git_common / "worktrees" / name


def _fill(profile: Profile, part: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in PLACEHOLDERS or name in LISTS:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise LmawepError(
                f"The agent profile {profile.name!r} uses {match[0]}, which means nothing here.", f"Known: {known}."
            )
        if not values.get(name):
            hint = "Set `model` under `roles:`." if name == "model" else "It cannot be used for this run."
            raise LmawepError(f"The agent profile {profile.name!r} uses {match[0]}, which is not set here.", hint)
        return values[name]

    filled = PLACEHOLDER.sub(value, part)
    if "\0" in filled:
        raise LmawepError(
            f"An argument of the agent profile {profile.name!r} would hold a NUL character.", "Remove it."
        )
    if len(filled.encode("utf-8", "surrogateescape")) >= _MAX_ARGUMENT:
        raise LmawepError(
            f"The prompt is too long to be an argument of {profile.command[0]!r}.",
            f"Set `prompt: stdin` or `prompt: file` for the agent profile {profile.name!r}.",
        )
    return filled


def own_words(profile: Profile) -> tuple[str, ...]:
    """All that a profile of the person's own can make us start, for `lmawep config --accept`."""
    lines: list[tuple[str, ...]] = [profile.command, profile.model_args, profile.session_args, profile.mcp_args]
    lines.append(profile.budget_args)
    lines += [profile.resume, profile.attach, profile.interactive, profile.version, *profile.permissions.values()]
    env = {
        **profile.env,
        **profile.mcp_env,
        **{name: value for each in profile.permission_env.values() for name, value in each.items()},
    }
    return (*(word for line in lines for word in line), *(f"{name}={value}" for name, value in env.items()))


def find_command(command: str, path: str | None = None) -> str | None:
    """Where the program of a command line is, or None when it is not installed."""
    return shutil.which(command, path=path)


def require_command(profile: Profile, path: str | None = None) -> Path:
    """As find_command; raises LmawepError with a sentence when the program is not installed."""
    found = find_command(profile.command[0], path)
    if found is None:
        raise LmawepError(
            f"The agent command {profile.command[0]!r} (profile {profile.name}) was not found.",
            "Install it, or name another agent in .lmawep/config.yaml; `lmawep agents` lists them.",
        )
    return Path(found)
