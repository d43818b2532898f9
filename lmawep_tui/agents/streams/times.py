"""Times as the programs write them."""

from __future__ import annotations

from datetime import datetime

_MILLISECONDS = 1e11
"""Numbers above are milliseconds: as seconds they would be more than a thousand years from now."""


def seconds(value: object) -> float:
    """Seconds since the epoch from an ISO time, seconds or milliseconds; 0 for anything else."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            return 0.0
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e15:
        return value / 1000 if value > _MILLISECONDS else float(value)
    return 0.0
