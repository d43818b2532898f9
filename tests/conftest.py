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


_IN_TURNS = {
    **dict.fromkeys(("tests/agents/test_acp_client.py", "tests/agents/test_recorded.py", "tests/mcp/", "tests/demo/",
                     "tests/ui/test_views.py", "tests/engine/test_acp.py", "tests/engine/test_tell.py"), 3),
    **dict.fromkeys(("tests/engine/test_checks.py", "tests/engine/test_train.py", "tests/engine/test_conflict.py",
                     "tests/engine/test_undo.py", "tests/safety/test_landing.py", "tests/safety/test_refusals.py"), 2),
}  # fmt: skip
"""Where every test takes several processes: each run takes every third or second of them, another with each commit."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: there is always a test that waits for a process to end."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes a share of the long lists of samples, evenly spread (see tests/share.py)."""
    if SHARE >= 1:
        return
    lists: dict[str, list[pytest.Item]] = {}
    rows: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(_FOLDERS) and "[" in item.nodeid:
            lists.setdefault(item.nodeid.partition("[")[0], []).append(item)
        row = next((place for place in _IN_TURNS if item.nodeid.startswith(place)), None)
        if row is not None:
            rows.setdefault(row, []).append(item)
    step, first = max(1, round(1 / SHARE)), turn()
    out = {item for some in lists.values() if len(some) >= _LONG for n, item in enumerate(some) if (n + first) % step}
    out |= {item for row, some in rows.items() for n, item in enumerate(some) if (n + first) % _IN_TURNS[row]}
    if out and not any("::" in arg or arg.endswith(".py") for arg in config.args):
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
        # The screen suits its colours to the terminal; this one has them all.
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLORTERM", "truecolor")
        for name in ("NO_COLOR", "COLORFGBG"):
            patch.delenv(name, raising=False)
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
