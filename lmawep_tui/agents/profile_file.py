"""Where profiles come from: a YAML file each in `agents/profiles/`, and the person's own under `agents:`.

A file is read when its profile is asked for by name: nobody waits for programs that are not used.
"""

from __future__ import annotations

import dataclasses
import os
from functools import cache
from pathlib import Path

from lmawep_tui.agents.profile import Profile, policies
from lmawep_tui.files.config_file import parse_profile
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.profile_config import ProfileConfig

FOLDER = Path(__file__).parent / "profiles"
PREFERRED = ("claude", "codex", "gemini", "opencode", "qwen", "pi", "cline", "aider", "mini")
"""Which of several installed programs is the default."""
_OWN_FILE = ".lmawep/config.yaml"
_RENAMED = {"permissions": "policy", "permission_args": "permissions"}
"""Settings whose name in the files is not the name of the profile's field."""
_PROMPTS = {"stdin": (), "arg": ("{prompt}",), "file": ("{prompt_file}", "{run_dir}")}
"""What has to stand in a command line for the prompt to arrive."""


@cache
def built_in_names() -> tuple[str, ...]:
    """The names of the built-in profiles."""
    return tuple(sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".yaml")))


@cache
def built_in(name: str) -> Profile:
    """A built-in profile; raises BadFile when its file has been damaged."""
    path = FOLDER / f"{name}.yaml"
    settings = parse_profile(path.read_text("utf-8"), path)
    try:
        return _checked(_lay(name, settings, None))
    except _Wrong as wrong:
        raise BadFile(path, str(wrong)) from None


def load_profile(name: str, config: Config) -> Profile:
    """The profile of that name: the person's own, laid over the built-in one of the same name.

    Raises LmawepError when there is none, and for one that cannot work, with the key and what it should be.
    """
    own = config.agents.get(name)
    if own is not None:
        return _own(name, own, config, ())
    if name not in built_in_names():
        known = ", ".join(profile_names(config))
        raise LmawepError(f"There is no agent profile {name!r}.", f"Known are {known}; your own go under `agents:`.")
    return built_in(name)


def profile_names(config: Config) -> list[str]:
    """The names of all profiles, built-in and the person's own."""
    return sorted({*built_in_names(), *config.agents})


def _own(name: str, own: ProfileConfig, config: Config, seen: tuple[str, ...]) -> Profile:
    """Without a command of its own it only adds to the one below; with one, and no `like`, it is another program."""
    try:
        return _checked(_lay(name, own, _below(name, own, config, (*seen, name))))
    except _Wrong as wrong:
        raise LmawepError(f"{_OWN_FILE}: `agents.{name}`: {wrong}.", "`lmawep config` lists every setting.") from None


def _below(name: str, own: ProfileConfig, config: Config, seen: tuple[str, ...]) -> Profile | None:
    if own.like is None:
        return built_in(name) if not own.command and name in built_in_names() else None
    if own.like == name and name in built_in_names():
        return built_in(name)
    if own.like in seen:
        raise _Wrong(f"`like: {own.like}` leads back to itself")
    if own.like in config.agents:
        return _own(own.like, config.agents[own.like], config, seen)
    if own.like not in built_in_names():
        raise _Wrong(f"`like: {own.like}` names no profile; known are {', '.join(profile_names(config))}")
    return built_in(own.like)


def _lay(name: str, own: ProfileConfig, below: Profile | None) -> Profile:
    """`own` over `below`: what is not set is as below."""
    profile = below or Profile(name=name, command=(), text="your own")
    changes: dict[str, object] = {"name": name}
    for field in dataclasses.fields(own):
        value = getattr(own, field.name)
        if field.name == "like" or value is None or (field.name == "command" and not value):
            continue
        changes[_RENAMED.get(field.name, field.name)] = value
    changes["env"] = {**profile.env, **own.env}
    changes["env_pass"] = (*profile.env_pass, *own.env_pass)
    return dataclasses.replace(profile, **changes)  # type: ignore[arg-type]


class _Wrong(Exception):
    """What is wrong with a profile, as the end of a sentence."""


def _checked(profile: Profile) -> Profile:
    """The profile, when its settings fit together; raises _Wrong."""
    if not profile.command:
        raise _Wrong("has no command: set `command` to a list")
    for key, line in (("command", profile.command), ("resume", profile.resume)):
        wanted = _PROMPTS[profile.prompt]
        if line and wanted and not any(part in word for word in line for part in wanted):
            raise _Wrong(
                f"takes its prompt by {profile.prompt}, but its `{key}` has no {wanted[0]}: "
                "add it, or set `prompt: stdin`"
            )
    for key in ("resume", "attach", "session_args"):
        line = getattr(profile, key)
        if line and not any("{session}" in word for word in line):
            raise _Wrong(f"`{key}` has no {{session}}, and so cannot say which conversation it means")
    if profile.protocol == "acp" and profile.format != "acp":
        raise _Wrong("`protocol: acp` goes with `format: acp`")
    if profile.policy not in policies(profile):
        raise _Wrong(f"`permissions: {profile.policy}` is none of those it knows: {', '.join(policies(profile))}")
    return profile
