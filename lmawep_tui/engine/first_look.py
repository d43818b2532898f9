"""What lmawep finds in a repository that it does not work in yet. Looks only; nothing is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lmawep_tui.agents.profile import Profile, find_command, profile_of
from lmawep_tui.agents.profile_file import PREFERRED
from lmawep_tui.engine.agent_list import version_of
from lmawep_tui.engine.detect import detect_setup, detected_tests
from lmawep_tui.engine.init import pod_excludes, uncovered
from lmawep_tui.files.layout import Layout, find_root
from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.vcs.repo import branch_ref, commit_of, head_branch, main_branch
from lmawep_tui.vcs.run import Git, version

_AT_ONCE = 4
_USUAL = ("main", "master", "trunk", "develop")


@dataclass(frozen=True, slots=True)
class FoundAgent:
    """A well-known agent program; its path is None when it is not installed."""

    name: str
    text: str
    path: str | None
    login: str = ""
    """How a person logs in; whether they are is asked by `lmawep agents --check` only."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What was found, and why each thing is thought to be so."""

    root: Path
    git: str
    """The version of git."""
    main: str
    branches: tuple[str, ...]
    why_main: str
    tests: str
    """Empty: no test command was found."""
    why_tests: str
    setup: str
    why_setup: str
    copy: tuple[str, ...]
    """Globs of ignored files that a pod will want."""
    agents: tuple[FoundAgent, ...]
    writes: tuple[tuple[str, str], ...]
    """What would be written: path and what it is for."""

    @property
    def installed(self) -> tuple[FoundAgent, ...]:
        """The agents that are there, the preferred one first."""
        return tuple(agent for agent in self.agents if agent.path)


def first_look(start: Path) -> FirstLook:
    """What is found around `start`.

    Raises LmawepError outside a repository, in a bare one, without a commit, with an old git.
    """
    layout = find_root(start)
    git = Git(layout.root, layout.root)
    found = ".".join(map(str, version(git)))
    layout.refuse_links()
    branches = tuple(git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/").text.splitlines())
    main = _main(git, branches)
    tests, why_tests = detected_tests(layout.root)
    setup, why_setup = detect_setup(layout.root)
    if setup and find_command(setup.split()[0]) is None:
        setup, why_setup = "", f"{why_setup}, but {setup.split()[0]} is not installed"
    return FirstLook(
        root=layout.root, git=found, main=main, branches=branches, why_main=_why(git, main, branches),
        tests=tests or "", why_tests=why_tests, setup=setup, why_setup=why_setup, copy=_ignored(layout, git),
        agents=_agents(), writes=_writes(layout, git),
    )  # fmt: skip


def _main(git: Git, branches: tuple[str, ...]) -> str:
    """As init, but where it cannot tell, a branch to begin with: the person sees it and can choose another."""
    try:
        main = main_branch(git)
    except LmawepError:
        if not branches:
            raise
        main = next((name for name in _USUAL if name in branches), branches[0])
    if commit_of(git, branch_ref(main)) is None:
        raise LmawepError(f"The branch {main!r} has no commit.", "Make the first one, then start again.")
    return main


def _why(git: Git, main: str, branches: tuple[str, ...]) -> str:
    if head_branch(git) == main:
        return "it is checked out"
    return "the only branch" if len(branches) == 1 else "the usual name"


def _ignored(layout: Layout, git: Git) -> tuple[str, ...]:
    """Small files that git does not know and programs want: `.env` and its like."""
    names = [name for name in os.listdir(layout.root) if name.startswith(".env") and (layout.root / name).is_file()]
    return (".env*",) if any(git.succeeds("check-ignore", "--quiet", "--", name) for name in names) else ()


def _agents() -> tuple[FoundAgent, ...]:
    found = []
    for name in PREFERRED:
        profile = profile_of(name, Config())
        found.append(FoundAgent(name, profile.text, find_command(profile.command[0]), profile.login))
    return tuple(found)


def _writes(layout: Layout, git: Git) -> tuple[tuple[str, str], ...]:
    lines = ("/.lmawep/", "/lmawep-workspace/", *pod_excludes(tracked=False), *uncovered(layout, git))
    exclude = os.path.relpath(layout.exclude, layout.root)
    return (
        (".lmawep/config.yaml", "the settings above; every other key has a default"),
        (".lmawep/tickets/", "your tickets, a YAML file each"),
        (".lmawep/templates/", "room for your own ticket and prompt templates"),
        ("lmawep-workspace/", "lmawep's own: state, logs, the pods' worktrees"),
        (exclude, f"{len(lines)} lines, so that none of it shows in git status"),
    )


def versions(look: FirstLook) -> Mapping[str, str]:
    """The version of each installed agent, by its name, as far as the program tells; asks each of them."""
    names = [agent.name for agent in look.installed]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(names, pool.map(_version, names), strict=True))


def _version(name: str) -> str:
    profile: Profile = profile_of(name, Config())
    with tempfile.TemporaryDirectory(prefix="lmawep-version-", ignore_cleanup_errors=True) as folder:
        return version_of(profile, Path(folder)) if profile.version else ""


def settings_of(*, main: str, agent: str, tests: str, setup: str, copy: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
    """The first settings, by key, as init writes them."""
    chosen: dict[tuple[str, ...], Any] = {("main",): main}
    if agent:
        chosen["agent",] = agent
    if tests:
        chosen["tests", "command"] = tests
    if setup:
        chosen["worktree", "setup"] = setup
    if copy:
        chosen["worktree", "copy"] = list(copy)
    return chosen
