"""No test sees the person's home, settings or git configuration, and none of theirs sees a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repos import Project
from tests.share import SHARE, turn

_GITCONFIG = "[user]\n\tname = A Person\n\temail = person@example.com\n[init]\n\tdefaultBranch = main\n"


_LONG = 3
"""Lists of samples from so many on are taken in part."""
_FOLDERS = ("tests/safety/", "tests/engine/", "tests/agents/")
"""Where a sample is a repository and several processes."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: there is always a test that waits for a process to end."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes a share of the long lists of samples, evenly spread (see tests/share.py)."""
    if SHARE >= 1:
        return
    lists: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(_FOLDERS) and "[" in item.nodeid:
            lists.setdefault(item.nodeid.partition("[")[0], []).append(item)
    step, first = max(1, round(1 / SHARE)), turn()
    out = {item for some in lists.values() if len(some) >= _LONG for n, item in enumerate(some) if (n + first) % step}
    if out and not any("[" in arg for arg in config.args):
        config.hook.pytest_deselected(items=[item for item in items if item in out])
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session", autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(_GITCONFIG)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("XDG_", "LMAWEP_", "GIT_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(scope="session")
def _template(_isolated: None, tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("template") / "project")
    made.init()
    return made


@pytest.fixture
def project(_template: Project, tmp_path: Path) -> Iterator[Project]:
    """A repository with one commit and lmawep in it; whatever still runs in it afterwards is ended."""
    made = _template.copy(tmp_path / "project")
    yield made
    made.close()
