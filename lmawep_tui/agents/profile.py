"""Agents as data: a command line template and how to talk to it. Never a shell string (safety T8)."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from lmawep_tui.files.read import read_text
from lmawep_tui.model.config import Config, ProfileConfig, PromptBy
from lmawep_tui.model.errors import LmawepError, UsageError

PLACEHOLDERS = {
    "prompt": "the prompt itself (prompt: arg)",
    "prompt_file": "path of the prompt",
    "worktree": "path of the pod",
    "pod": "pod-1",
    "ticket": "101",
    "role": "task, review, resolve",
    "model": "the model set for the role",
    "model_args": "the profile's arguments for the model, none when no model is set (as an argument of its own)",
    "session": "id of the conversation that is chosen, or gone on with",
    "session_args": "the profile's arguments that choose the id of a new conversation (as an argument of its own)",
    "permission_args": "the profile's arguments for what it may do (as an argument of its own)",
    "mcp_config": "path of the file that names our MCP server",
    "mcp_args": "the profile's arguments for that file, none without it (as an argument of its own)",
    "root": "path of the project",
    "run_dir": "path of the run's folder",
    "main": "the branch that work lands on",
    "git_common": "path of the git folder all pods share",
    "git_worktree": "path of the pod's own folder in there",
}
"""What may stand in a command template, in braces."""

Policy = Literal["ask", "accept-edits", "full"]
ResumeScope = Literal["anywhere", "repository", "directory", "never"]
Protocol = Literal["stream", "acp"]

_LISTS = ("model_args", "session_args", "permission_args", "mcp_args")
"""Placeholders that stand for any number of arguments, and so have to be an argument of their own."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
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
    stop_signal: Literal["INT", "TERM"] = "INT"
    env: Mapping[str, str] = field(default_factory=dict)
    env_pass: tuple[str, ...] = ()
    stop_group: bool = False
    """Whether the stop signal has to reach its whole process group to be heard."""
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
    mcp_args: tuple[str, ...] = ()
    """How it is told of an MCP server in `{mcp_config}`; stand in `command` as `{mcp_args}`."""
    exit_codes: Mapping[int, str] = field(default_factory=dict)
    """Exit statuses that say why it ended when its output does not: an outcome by status."""


def profile_of(name: str, config: Config) -> Profile:
    """The profile of that name: the person's own, laid over the built-in one of the same name."""
    from lmawep_tui.agents.profiles import BUILT_IN

    built_in, own = BUILT_IN.get(name), config.agents.get(name)
    if own is not None:
        return _lay_over(name, own, built_in)
    if built_in is None:
        known = ", ".join(sorted({*BUILT_IN, *config.agents}))
        raise LmawepError(f"There is no agent profile {name!r}.", f"Known are {known}; your own go under `agents:`.")
    return built_in


def profiles(config: Config) -> list[Profile]:
    """Every profile, built-in and the person's own, by name."""
    from lmawep_tui.agents.profiles import BUILT_IN

    return [profile_of(name, config) for name in sorted({*BUILT_IN, *config.agents})]


def _lay_over(name: str, own: ProfileConfig, below: Profile | None) -> Profile:
    """Without a command of its own it only adds to the built-in profile; with one it is a different program."""
    if not own.command and below is None:
        raise LmawepError(f"The agent profile {name!r} has no command.", f"Set agents.{name}.command to a list.")
    if own.command or below is None:
        return Profile(
            name=name,
            command=own.command,
            text="your own",
            prompt=own.prompt,
            silence=own.silence,
            stop_signal=own.stop_signal,
            env=own.env,
            env_pass=own.env_pass,
        )
    return Profile(
        name=name,
        command=below.command,
        text=below.text,
        prompt=below.prompt,
        model_args=below.model_args,
        silence=below.silence if own.silence is None else own.silence,
        stop_signal=below.stop_signal,
        env={**below.env, **own.env},
        env_pass=(*below.env_pass, *own.env_pass),
    )


def build_argv(profile: Profile, values: Mapping[str, str], *, resume: bool = False) -> tuple[str, ...]:
    """The command line: each placeholder replaced once, inside its own argument, by its value and nothing else.

    `resume` takes the one that goes on with `values["session"]`. Raises LmawepError when the profile has none, when a
    value is missing, and for a prompt that cannot be an argument (NUL, too long).
    """
    if resume and not profile.resume:
        raise LmawepError(
            f"The agent {profile.name!r} cannot go on with a conversation.",
            "Start it afresh: the memory bank is there.",
        )
    line = profile.resume if resume else profile.command
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
        if part.startswith("{") and part[1:-1] in _LISTS:
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
    return profile.permissions.get(profile.policy, ())


def with_policy(profile: Profile, policy: Policy | None) -> Profile:
    """The profile set to a permission policy, its own when None; raises LmawepError when it does not know it."""
    policy = policy or profile.policy
    known = {*profile.permissions, *profile.permission_env}
    if policy not in known and policy != profile.policy:
        words = f"It knows {', '.join(sorted(known))}." if known else "It cannot be told what it may do."
        raise LmawepError(f"The agent profile {profile.name!r} has no permission policy {policy!r}.", words)
    return replace(profile, policy=policy, env={**profile.env, **profile.permission_env.get(policy, {})})


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
        if name not in PLACEHOLDERS or name in _LISTS:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise LmawepError(
                f"The agent profile {profile.name!r} uses {match[0]}, which means nothing.", f"Known: {known}."
            )
        if not values.get(name):
            hint = "Set `model` under `roles:`." if name == "model" else "It cannot be used for this run."
            raise LmawepError(f"The agent profile {profile.name!r} uses {match[0]}, which is not set here.", hint)
        return values[name]

    filled = _PLACEHOLDER.sub(value, part)
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
