"""`lmawep init`: the two folders, the first config and state, and the excludes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmawep_tui.engine.detect import detect_tests, droppings
from lmawep_tui.engine.trust import check_git_config
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.config_edit import put_value
from lmawep_tui.files.config_file import parse_config, read_config
from lmawep_tui.files.layout import Layout, find_root
from lmawep_tui.files.lock import hold
from lmawep_tui.files.read import read_text
from lmawep_tui.files.state_file import state_text
from lmawep_tui.files.yaml_io import change_fields
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.state import State
from lmawep_tui.vcs.repo import add_excludes, branch_ref, commit_of, main_branch
from lmawep_tui.vcs.run import Git, version


def pod_excludes(*, tracked: bool) -> tuple[str, ...]:
    """What git must not see in any checkout: tickets are left to it when the person wants them `tracked`."""
    always = ("/memory-bank/", "/.lmawep-shared/", "/.aider.tags.cache.v*/")  # the last: aider leaves it behind
    return always if tracked else (*always, "/.lmawep/tickets/")


_CONFIG = """\
# lmawep: settings of this project. Every key is optional; `lmawep config` lists all of them with their meaning.
main: {main}
{agent}{tests}"""


def is_new(start: Path) -> bool:
    """Whether the project around `start` has no settings yet; raises as init."""
    return not find_root(start).config.exists()


def init(start: Path, agent: str | None = None, chosen: Mapping[tuple[str, ...], Any] | None = None) -> Workspace:
    """Makes `.lmawep/` and `lmawep-workspace/`; doing it again mends what is missing and changes nothing else.

    `agent` becomes the default agent in the settings, also in those that are there already. `chosen` are the first
    settings by key, instead of those that are found; settings that are there already stay.

    Raises LmawepError outside a repository, without a commit, with an old git.
    """
    layout = find_root(start)
    git = Git(layout.root, layout.root)
    version(git)
    layout.refuse_links()
    config = read_config(layout.config)
    main = config.main or (chosen or {}).get(("main",)) or main_branch(git)
    if commit_of(git, branch_ref(main)) is None:
        raise LmawepError(f"The branch {main!r} has no commit.", "Name the branch to land on: `main: BRANCH`.")
    if chosen is not None:
        _first_config(layout, chosen)  # before anything is made
    _folders(layout)
    with hold(layout.lock("state"), what="lmawep", doing="init"):
        _files(layout, main, agent, chosen)
    tracked = () if config.tickets.tracked else ("/.lmawep/",)
    add_excludes(
        layout.exclude,
        (*tracked, "/lmawep-workspace/", *pod_excludes(tracked=config.tickets.tracked), *uncovered(layout, git)),
    )
    workspace = Workspace.open(layout.root)
    check_git_config(layout, git)  # what stands there now is the person's own
    workspace.journal("init", main=main)
    return workspace


def uncovered(layout: Layout, git: Git) -> tuple[str, ...]:
    """Droppings of builds and tests that no ignore file covers yet.

    Without this the first test run in a pod would leave it looking as if it held uncommitted work.
    """
    return tuple(p for p in droppings(layout.root) if not git.succeeds("check-ignore", "--quiet", f"a/{p}b"))


def _folders(layout: Layout) -> None:
    for folder in (layout.home, layout.tickets, layout.templates):
        make_folder(folder, 0o755)
    for folder in (layout.workspace, layout.workspace / "locks", layout.runs, layout.board, layout.signals):
        make_folder(folder)
    layout.workspace.chmod(0o700)


def _first_config(layout: Layout, chosen: Mapping[tuple[str, ...], Any]) -> str:
    """The first config, with what the person chose; raises BadFile for what is no setting."""
    text = _CONFIG.partition("\n")[0] + "\n"
    for where, value in chosen.items():
        text = put_value(text, layout.config, where, value)
    parse_config(text, layout.config)
    return text


def _files(layout: Layout, main: str, agent: str | None, chosen: Mapping[tuple[str, ...], Any] | None) -> None:
    if layout.config.exists():
        if agent is not None and agent != read_config(layout.config).agent:
            text = change_fields(read_text(layout.config), layout.config, {"agent": agent})
            write_text(layout.config, text, mode=0o644)
    elif chosen is not None:
        write_text(layout.config, _first_config(layout, chosen), mode=0o644)
    else:
        command = detect_tests(layout.root)
        line = f"tests: {{command: {command}}}\n" if command else "# tests: {command: pytest -q}\n"
        write_text(
            layout.config, _CONFIG.format(main=main, agent=f"agent: {agent}\n" if agent else "", tests=line), mode=0o644
        )
    if not layout.state.exists():
        from lmawep_tui.engine.rebuild import rebuilt_state

        git = Git(layout.root, layout.root)
        write_text(layout.state, state_text(rebuilt_state(layout, git, State(main=main))))
