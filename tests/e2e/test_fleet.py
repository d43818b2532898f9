"""A short night with a fleet; the long one is `python -m tests.e2e.fleet --tickets 200 [--kill]`."""

from __future__ import annotations

import random
from pathlib import Path

from tests.e2e.fleet import build, check, drive
from tests.repos import quiet


def test_killed_again_and_again_all_is_well_in_the_morning(tmp_path: Path) -> None:
    fleet = build(tmp_path, tickets=12, seed=5)
    drive(fleet, tmp_path / "up.log", kill=random.Random(5), limit_s=150.0)
    quiet(fleet.root)
    assert check(fleet) == []
