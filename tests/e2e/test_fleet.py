"""A short night with a fleet; the long one is `python -m tests.e2e.fleet --tickets 200 [--kill]`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.e2e.fleet import build, check, drive
from tests.repos import quiet


@pytest.mark.parametrize("kill", [False, True], ids=["undisturbed", "killed again and again"])
def test_in_the_morning_all_is_well(tmp_path: Path, kill: bool) -> None:
    fleet = build(tmp_path, tickets=12, seed=5)
    drive(fleet, tmp_path / "up.log", kill=random.Random(5) if kill else None, limit_s=150.0)
    quiet(fleet.root)
    assert check(fleet) == []
