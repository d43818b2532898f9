"""Settings: every key has a default and a sentence that explains it; `lmawep config` prints both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from lmawep_tui.model.budget_config import BudgetsConfig, PriceConfig
from lmawep_tui.model.command import Command
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.notify_config import NotifyConfig
from lmawep_tui.model.permission import Verdict
from lmawep_tui.model.profile_config import Policy, ProfileConfig
from lmawep_tui.model.setting import key as _key
from lmawep_tui.model.targeted import check_rule

ReviewBy = Literal["human", "agent", "both", "auto"]
MergeStyle = Literal["merge", "squash", "ff"]
ResumeBy = Literal["fresh", "always"]
Extent = Literal["full", "targeted"]
KnownFailures = Literal["forbid", "allow"]
ThemeName = Literal[
    "auto", "dark", "light", "contrast", "contrast-light", "colour-blind", "colour-blind-light", "ansi", "ansi-light"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleConfig:
    """How runs of one role are made."""

    __pydantic_config__ = {"extra": "forbid"}

    agent: str | None = _key(None, "profile for this role; the default is `agent`")
    model: str | None = _key(None, "model name handed to the profile")
    permissions: Policy | None = _key(
        None, "what its agent may do without asking: ask (nothing), accept-edits, full; the default is the profile's"
    )
    timeout: float = _key(900.0, "longest a run may take", "s")
    by: ReviewBy = _key("human", "who reviews (role review only): human, agent, both (the agent first) or auto")
    resume: ResumeBy = _key(
        "fresh", "fresh: a run begins anew, with the memory bank; always: it goes on with its role's last conversation"
    )
    template: str | None = _key(None, "prompt template in .lmawep/templates/prompts/; the default is ROLE.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesConfig:
    """Settings by role."""

    __pydantic_config__ = {"extra": "forbid"}

    task: RoleConfig = _key(RoleConfig, "work on the ticket")
    review: RoleConfig = _key(lambda: RoleConfig(timeout=600.0), "look at the work")
    test: RoleConfig = _key(RoleConfig, "mend red tests")
    resolve: RoleConfig = _key(RoleConfig, "mend a conflict with main")
    docs: RoleConfig = _key(RoleConfig, "bring the documentation up to date")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsConfig:
    """What agents that ask us (ACP) may do, by kind of tool: over the policy of their role or profile."""

    __pydantic_config__ = {"extra": "forbid"}

    read: Verdict | None = _key(None, "reading and searching: allow, ask or deny; the default is the policy's")
    edit: Verdict | None = _key(None, "changing files of the pod; an edit elsewhere is asked about even under allow")
    command: Verdict | None = _key(None, "running commands")
    fetch: Verdict | None = _key(None, "fetching from the network")
    other: Verdict | None = _key(None, "every other tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetedTests:
    """Tests for changed paths that match a pattern."""

    __pydantic_config__ = {"extra": "forbid"}

    paths: str = _key("", "regular expression that a whole changed path must match: 'src/(?P<name>\\w+)\\.py'")
    run: Command = _key("", "command; {name} is the group of that name, always within one argument", "command")

    def __post_init__(self) -> None:
        check_rule(self.paths, self.run)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsConfig:
    """The project's tests."""

    __pydantic_config__ = {"extra": "forbid"}
    __test__ = False

    command: Command | None = _key(
        None, "test command, a line or a list; found for pytest, npm, cargo, go and make when not set", "command"
    )
    targeted: tuple[TargetedTests, ...] = _key((), "tests to run first, by changed paths: a list of {paths, run}")
    in_pod: Extent = _key("targeted", "in the pod: targeted (the full command when no rule matches) or full (both)")
    before_landing: Extent = _key("full", "on the combined tree: full (targeted tests first), or targeted alone")
    known: KnownFailures = _key(
        "forbid", "failures that main has too: forbid (the command must exit 0) or allow (no new ones is enough)"
    )
    junit: str | None = _key(
        None, "JUnit XML that the command writes, a path or glob; pytest needs none of this", "inside"
    )
    rerun: Literal[0, 1] = _key(1, "how often failures are run again, alone, to tell flaky ones from real ones: 0 or 1")
    timeout: float = _key(900.0, "longest each test command may take", "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorktreeConfig:
    """How a pod's worktree is made."""

    __pydantic_config__ = {"extra": "forbid"}

    dir: str = _key("lmawep-workspace/worktrees", "folder of the pods, from the project's root")
    setup: Command | None = _key(None, "command run in every new pod, a line or a list, such as `npm ci`", "command")
    setup_timeout: float = _key(300.0, "longest the setup may take", "s")
    copy: tuple[str, ...] = _key((), "ignored files to copy into a pod, as globs: `.env*`")
    link: tuple[str, ...] = _key((), "ignored files to link into a pod, as globs: `node_modules`")
    spares: int = _key(0, "spare worktrees kept ready at main: a pod is then made by moving one")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeConfig:
    """How work lands."""

    __pydantic_config__ = {"extra": "forbid"}

    style: MergeStyle = _key("merge", "merge (a merge commit), squash, or ff (a merge commit only when needed)")
    remove_pod: bool = _key(True, "remove a pod when its work has landed; its memory bank stays")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """The queue in front of main."""

    __pydantic_config__ = {"extra": "forbid"}

    batch: int = _key(4, "cars that touch different files and are tested together at most; 1 tests each by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsConfig:
    """When lmawep steps in."""

    __pydantic_config__ = {"extra": "forbid"}

    retries: int = _key(1, "failed runs that are tried again before a person is told")
    kill_grace: float = _key(10.0, "time between asking a run to stop and ending it", "s")
    silence: float = _key(300.0, "a run that prints nothing for so long has stalled; 0 never", "s")
    final: float = _key(30.0, "a run that has reported and then prints nothing for so long is ended; 0 never", "s")
    answer: float = _key(600.0, "a live run waits so long for your answer, then ends with its question; 0 at once", "s")
    log_bytes: int = _key(100_000_000, "largest log of one run", "B")
    stagger: float = _key(1.0, "time between two starts of the same agent by autopilot", "s")
    keep_runs: int = _key(50, "newest run folders of removed pods that are kept however old")
    keep_logs: float = _key(2_592_000.0, "time that run folders of removed pods are kept at least", "s")
    free_disk: int = _key(1_000_000_000, "disk space below which nothing is spawned", "B")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """Something that has to answer before autopilot starts."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str = _key("", "what it is called in sentences")
    tcp: str = _key("", "HOST:PORT that has to accept a connection")
    command: tuple[str, ...] = _key((), "argv list that has to end with status 0, instead of tcp")
    timeout: float = _key(5.0, "longest it may take to answer", "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultConfig:
    """How long snapshots are kept; one that holds what is nowhere else is kept for ever."""

    __pydantic_config__ = {"extra": "forbid"}

    keep: int = _key(20, "snapshots of a pod beyond so many go, oldest first, once all in them is elsewhere")
    days: int = _key(30, "snapshots older than so many days go, once all in them is elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsConfig:
    """Tickets."""

    __pydantic_config__ = {"extra": "forbid"}

    tracked: bool = _key(False, "leave .lmawep/ to git instead of excluding it")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerConfig:
    """Work that a signal brings about."""

    __pydantic_config__ = {"extra": "forbid"}

    on: str = _key("", "the signal: merged, tests_passed, tests_failed, blocked, spawned, or one of your own")
    run: Literal["task", "test", "docs"] = _key("docs", "role of the run that it starts: task, test or docs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`.lmawep/config.yaml`."""

    __pydantic_config__ = {"extra": "forbid"}

    main: str | None = _key(None, "branch that work lands on; found at init")
    slots: int = _key(6, "runs at once, over all roles")
    agent: str = _key("claude", "default agent profile")
    roles: RolesConfig = _key(RolesConfig, "settings by role: task, review, test, resolve, docs")
    agents: Mapping[str, ProfileConfig] = _key(dict, "your own agent profiles by name, or changes to the built-in ones")
    permissions: PermissionsConfig = _key(PermissionsConfig, "what agents that ask us (ACP) may do, by kind of tool")
    tests: TestsConfig = _key(TestsConfig, "the project's tests")
    worktree: WorktreeConfig = _key(WorktreeConfig, "how a pod's worktree is made")
    merge: MergeConfig = _key(MergeConfig, "how work lands")
    train: TrainConfig = _key(TrainConfig, "the queue in front of main")
    limits: LimitsConfig = _key(LimitsConfig, "when lmawep steps in")
    budgets: BudgetsConfig = _key(BudgetsConfig, "what agents may use")
    prices: Mapping[str, PriceConfig] = _key(
        dict, "prices of models by name or pattern, to estimate costs: {'gpt-5*': {input: 1.25, output: 10}}"
    )
    vault: VaultConfig = _key(VaultConfig, "how long snapshots of pods are kept")
    tickets: TicketsConfig = _key(TicketsConfig, "tickets")
    triggers: tuple[TriggerConfig, ...] = _key((), "work that signals bring about: [{on: merged, run: docs}]")
    services: tuple[ServiceConfig, ...] = _key((), "what has to answer before autopilot starts: {name, tcp or command}")
    mcp: bool = _key(True, "give agents lmawep's MCP tools, where their profile can and lmawep[mcp] is installed")
    open: Mapping[str, Command] = _key(
        dict, "programs to open in a pod, by name: {git: lazygit, editor: 'nvim {worktree}'}", "commands by name"
    )
    theme: ThemeName = _key(
        "auto",
        "the screen's colours: dark, light, contrast, colour-blind, ansi (your terminal's 16), the last three also "
        "with -light; auto takes what suits the terminal",
    )
    notify: NotifyConfig = _key(NotifyConfig, "how you are told, outside the screen, that something needs you")
    keys: Mapping[str, str] = _key(dict, "your own keys: action id to key")

    def role(self, name: str) -> RoleConfig:
        """The settings of a role; those of `task` for a role without any."""
        found: RoleConfig = getattr(self.roles, name, self.roles.task)
        return found

    def review_by(self, ticket: str | None) -> str:
        """Who reviews: what the ticket says, else `roles.review.by`."""
        return ticket or self.roles.review.by

    def agent_for(self, role: str, pod: str | None, ticket: str | None) -> str:
        """The profile that plays a role: the role's own, what the pod was spawned with, the ticket's, the default."""
        return self.role(role).agent or pod or ticket or self.agent


def inside(pattern: str) -> str:
    """A relative path or glob as it is; raises ValueError for one that leaves its folder."""
    parts = pattern.split("/")
    if not pattern or pattern.startswith("/") or ".." in parts or any("**" in part and part != "**" for part in parts):
        raise ValueError(f"{pattern!r} is not a path or glob inside the project")
    return pattern


_NUMBER = r"(\d+(?:\.\d+)?)"
_DURATION = re.compile(f"(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s?)?", re.ASCII)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)i?B?", re.ASCII)
_FACTORS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def seconds(text: str) -> float:
    """`15m`, `1h30m`, `30d`, `10s`, `90` as seconds; raises ValueError for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is not a duration such as 15m or 90s")
    days, hours, minutes, rest = (float(part or 0) for part in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + rest


def byte_count(text: str) -> int:
    """`100MB`, `1GB`, `4096` as bytes; raises ValueError for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 100MB")
    return int(float(match[1]) * _FACTORS[match[2]])
