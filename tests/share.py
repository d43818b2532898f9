"""How much of what could be tried is tried: a part in each run, another with each commit, so that all end in time.

`LMAWEP_TEST_SHARE=1 python -m pytest tests/safety` tries every point and every sample.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SHARE = float(os.environ.get("LMAWEP_TEST_SHARE", "0.2"))


def some(count: int, least: int = 3) -> int:
    """How many of `count` samples this run takes."""
    return max(min(least, count), round(count * SHARE))


def turn() -> int:
    """Whose turn it is: one more with each commit, so that what one run leaves out the next ones take."""
    done = subprocess.run(
        ["git", "rev-list", "--count", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip().isdigit() else 0
