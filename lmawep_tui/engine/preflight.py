"""What must be so before anything is spawned, and how to mend what is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.vcs.repo import branch_ref, commit_of, head_branch, tree_bytes
from lmawep_tui.vcs.run import fixes_missing, version
from lmawep_tui.vcs.status import read_dirt

_NAMED = 3
_AGENT_BYTES = 500_000_000
"""What an agent and the tests it runs take of memory, about."""


def check_disk(ws: Workspace, extra: int = 0, *, make_room: bool = False) -> None:
    """Raises Refused when the disk holds less free space than `limits.free_disk` and `extra` bytes.

    `make_room` first deletes what removed pods left in the trash, if that is needed.
    """
    wanted = ws.config.limits.free_disk + extra
    free = _free(ws)
    waits = 0
    if free < wanted:
        from lmawep_tui.engine import trash

        waits = len(trash.empty(ws) if make_room else trash.waiting(ws))
        free = _free(ws)
    if free < wanted:
        more = f" {waits} removed pods are not deleted yet: `lmawep doctor --fix`." if waits else ""
        raise Refused(
            f"Only {free / 1e9:.1f} GB are free on the disk of {ws.layout.root}.{more}",
            f"Free some space, or lower limits.free_disk (now {ws.config.limits.free_disk / 1e9:.1f} GB).",
        )


def _free(ws: Workspace) -> int:
    """Bytes that may be used on the fullest of the disks that pods take space on."""
    folders = {ws.layout.root, *(p for p in (ws.layout.worktrees,) if p.is_dir())}
    return min(shutil.disk_usage(folder).free for folder in folders)


def preflight(ws: Workspace) -> list[str]:
    """Everything that would stop a conductor, each once, in a sentence with what to do; empty when all is well."""
    from lmawep_tui.engine.services import services_down

    found = [
        *_said(lambda: version(ws.git)),
        *_said(lambda: check_disk(ws, _spares(ws))),
        *_said(lambda: _main(ws)),
        *_said(lambda: _agents(ws)),
    ]
    try:
        found += services_down(ws)
    except LmawepError as error:
        found.append(str(error))
    return list(dict.fromkeys(found))


def notes(ws: Workspace) -> list[str]:
    """What stops nothing and is worth knowing: each in a sentence."""
    found: list[str] = []
    for look in (_old_git, _dirty_main, _room_for_all, _capacity, _flaky):
        try:
            found += look(ws)
        except (LmawepError, OSError) as error:
            found.append(str(error))
    broken = set(preflight_of_config(ws))
    return [note for note in dict.fromkeys(found) if note not in broken]


def preflight_of_config(ws: Workspace) -> list[str]:
    """The sentence about a config that cannot be read, if it cannot: it is said once, not by every question."""
    return _said(lambda: ws.config)


def _said(check: Callable[[], object]) -> list[str]:
    try:
        check()
    except LmawepError as error:
        return [str(error)]
    return []


def _spares(ws: Workspace) -> int:
    if ws.config.worktree.spares <= 0:
        return 0
    from lmawep_tui.engine.spares import missing_bytes

    return missing_bytes(ws)


def _main(ws: Workspace) -> None:
    snapshot = ws.snapshot()
    for problem in snapshot.problems:
        raise Refused(problem)
    state = snapshot.state
    if commit_of(ws.git, branch_ref(state.main)) is None:
        raise Refused(f"The branch {state.main}, on which work lands, does not exist.",
                      f"Bring it back (`git branch {state.main} COMMIT`), or name another: `main:` in "
                      ".lmawep/config.yaml, then `lmawep doctor --fix`.")  # fmt: skip


def _agents(ws: Workspace) -> None:
    from lmawep_tui.agents.profile import profile_of, require_command  # late: spawning needs only the disk check

    config = ws.config
    for name in dict.fromkeys(_agent_of_roles(config).values()):
        require_command(profile_of(name, config))


def _agent_of_roles(config: Config) -> dict[str, str]:
    """The agent of each role that autopilot uses by itself."""
    roles = config.roles
    used = {"task": roles.task, "test": roles.test, "resolve": roles.resolve}
    if roles.review.by in ("agent", "both"):
        used["review"] = roles.review
    return {name: role.agent or config.agent for name, role in used.items()}


def unknown_profiles(ws: Workspace) -> list[str]:
    """Roles whose agent has no profile, also those that are seldom used; each in a sentence."""
    from lmawep_tui.agents.profile import profile_of

    config = ws.config
    named = {f"roles.{name}.agent": getattr(config.roles, name).agent for name in ("task", "review", "test", "resolve",
             "docs")}  # fmt: skip
    found: list[str] = []
    for key, name in {"agent": config.agent, **named}.items():
        if name:
            found += [f"`{key}`: {words}" for words in _said(lambda name=name: profile_of(name, config))]  # type: ignore[misc]
    return found


def ticket_agents(ws: Workspace) -> list[str]:
    """Open tickets that ask for an agent of their own which is not to be had: only they cannot run."""
    from lmawep_tui.agents.profile import profile_of, require_command

    config = ws.config
    wanting: dict[str, list[int]] = {}
    for ticket in ws.snapshot().tickets.values():
        if ticket.agent and not ticket.status.closed:
            wanting.setdefault(ticket.agent, []).append(ticket.id)
    found: list[str] = []
    for name, tickets in wanting.items():
        who = f"Ticket{'s' if len(tickets) > 1 else ''} {_some([str(number) for number in tickets])}"
        found += [f"{who}: {words}" for words in _said(lambda name=name: require_command(profile_of(name, config)))]  # type: ignore[misc]
    return found


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _old_git(ws: Workspace) -> list[str]:
    numbers = version(ws.git)
    missing = fixes_missing(numbers)
    if not missing:
        return []
    have = ".".join(map(str, numbers))
    return [
        f"git {have} lacks the fixes of {' and '.join(missing)}, unless your system's git has them all the same. "
        "They matter for repositories of strangers; git 2.50.1 or newer has them."
    ]


def _dirty_main(ws: Workspace) -> list[str]:
    main = ws.snapshot().state.main
    if head_branch(ws.git) != main:
        return []
    # Looking at changed files may run filters that the git config names: only those that the person knows.
    paths = read_dirt(ws.pod_git(ws.layout.root)).paths
    if not paths:
        return []
    return [
        f"The checkout of {main} has uncommitted work in {_some(paths)}. "
        "It is left alone; what touches the same files does not land until you commit or stash it."
    ]


def _room_for_all(ws: Workspace) -> list[str]:
    """Whether a pod for every slot would still leave the space that is wanted free."""
    config, snapshot = ws.config, ws.snapshot()
    if not snapshot.state.main:  # the state is lost, and said to be
        return []
    more = max(0, config.slots + config.worktree.spares - len(snapshot.pods))
    size = tree_bytes(ws.git, branch_ref(snapshot.state.main))
    free = shutil.disk_usage(ws.layout.root).free
    if free - size * more >= config.limits.free_disk:
        return []
    return [
        f"{more} more pods of {size / 1e9:.1f} GB each would leave less than limits.free_disk of the "
        f"{free / 1e9:.1f} GB that are free: then nothing is spawned any more. Free some space, or set fewer `slots`."
    ]


def _capacity(ws: Workspace) -> list[str]:
    slots, cores = ws.config.slots, os.cpu_count() or 1
    found: list[str] = []
    if slots > 4 * cores:
        found.append(f"{slots} slots on {cores} processor cores: tests will be slow and may run out of time.")
    memory = _free_memory()
    if memory is not None and memory < slots * _AGENT_BYTES:
        wanted = slots * _AGENT_BYTES
        found.append(f"{memory / 1e9:.1f} GB of memory are free, and {slots} slots may well take {wanted / 1e9:.1f}.")
    return found


def _flaky(ws: Workspace) -> list[str]:
    from lmawep_tui.engine.flaky import flaky_tests

    known = [f"{flaky.test} ({flaky.times}×)" for flaky in flaky_tests(ws)]
    if not known:
        return []
    return [f"Tests that fail and then pass: {', '.join(known[:_NAMED])}{' …' if known[_NAMED:] else ''}."]


def _free_memory() -> int | None:
    """Memory that can be had without swapping, in bytes; None where nobody can tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
    return None
