"""How much of what could be tried is tried, so that all ends in time.

`LMAWEP_TEST_SHARE=1 python -m pytest` tries every test, every point and every sample.
"""

from __future__ import annotations

import os

SHARE = float(os.environ.get("LMAWEP_TEST_SHARE", "0.2"))


def some(count: int, least: int = 3) -> int:
    """How many of `count` samples this run takes."""
    return max(min(least, count), round(count * SHARE))
