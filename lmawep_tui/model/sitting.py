"""A person at work in a pod, on a terminal of their own."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Sitting:
    """Since when (UTC), with what program, and the mark that its processes carry."""

    pod: str
    since: str = ""
    what: str = ""
    mark: str = ""

    @property
    def words(self) -> str:
        """`you are attached since 14:02`, in the person's own time."""
        from datetime import datetime

        try:
            moment = datetime.fromisoformat(self.since).astimezone()
        except ValueError:
            return "you are attached"
        return f"you are attached since {moment:%H:%M}"
