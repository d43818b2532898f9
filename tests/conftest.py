"""No test sees the person's home, settings or git configuration, and none of theirs sees a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.repos import Project
from tests.share import SHARE

_GITCONFIG = """
[user]
    name = A Person
    email = person@example.com
[init]
    defaultBranch = main
[maintenance]
    auto = false
[core]
    fsync = none
"""


# A run says something of what was changed: the same samples each time, others where all are taken. How long it takes to
# make them is the machine's business.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fixed", _PATIENT, derandomize=True)
settings.register_profile("all", _PATIENT)
settings.load_profile("fixed" if SHARE < 1 else "all")

_LONG = 3
"""Lists of samples from so many on are taken in part."""
_SAMPLES = ("tests/safety/", "tests/engine/", "tests/agents/")
"""Where a sample is a repository and several processes."""
_WHOLE_ONLY = ("tests/e2e/test_killed.py", "tests/shots/test_pictures.py::test_screens[busy-160x48]",
               "tests/shots/test_pictures.py::test_screens[trouble-160x48]",
               "tests/shots/test_pictures.py::test_screens[empty-160x48]")  # fmt: skip
"""What takes half a minute or more, and is tried in small by others."""
_IN_PART = ("tests/engine/", "tests/cli/", "tests/mcp/", "tests/agents/test_acp", "tests/agents/test_recorded.py",
            "tests/agents/test_supervise.py", "tests/demo/test_demo_agents.py",
            "tests/e2e/test_fleet.py", "tests/e2e/test_terminals.py", "tests/safety/test_bounded.py",
            "tests/safety/test_hostile.py", "tests/safety/test_landing.py", "tests/safety/test_refusals.py",
            "tests/safety/test_test_runs.py", "tests/safety/test_together.py", "tests/safety/test_truth.py",
            "tests/safety/test_foreign.py", "tests/safety/test_second_look.py", "tests/ui/")  # fmt: skip
"""Where every test takes several processes or a whole screen, and many go the same ways: every second one is taken."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: there is always a test that waits for a process to end."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes a part of what takes longest (see tests/share.py), the same one each time; whoever is named is taken."""
    if SHARE >= 1 or any("::" in arg or arg.endswith(".py") for arg in config.args):
        return
    lists: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(_SAMPLES) and "[" in item.nodeid:
            lists.setdefault(item.nodeid.partition("[")[0], []).append(item)
    step = max(1, round(1 / SHARE))
    out = {item for some in lists.values() if len(some) >= _LONG for n, item in enumerate(some) if n % step}
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(_IN_PART) and item not in out:
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    out |= {item for some in files.values() for n, item in enumerate(some) if n % 2}
    out |= {item for item in items if item.nodeid.startswith(_WHOLE_ONLY)}
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
