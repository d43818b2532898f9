"""What there is to look at beside mission control: a room a view, all shown by one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.columns import Column
from lmawep_tui.ui.widgets.table_rows import Entry

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Frame:
    """How a view is looked at."""

    width: int = 80
    """Cells that the list has."""
    zoom: int = 0
    """How often the person came closer; 0 sees everything."""
    shift: float = 0.0
    """How far back they went, in widths of what is seen."""
    now: float = 0.0
    """The time, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a view shows now."""

    columns: tuple[Column, ...]
    entries: Sequence[Entry]
    empty: str = ""
    note: str = ""
    """In the lower edge of the frame."""
    about: Mapping[str, Sequence[StyledLine]] = field(default_factory=dict)
    """What is shown beside the list for a row, where that is known already."""
    goes: Mapping[str, str] = field(default_factory=dict)
    """Row → the pod or ticket row of mission control that Enter goes to."""


@dataclass(frozen=True, slots=True)
class View:
    """One view. Both functions run in a worker: they may read files and ask git."""

    title: str
    read: Callable[[Workspace, Snapshot, Frame], Page]
    look: Callable[[Workspace, str, Frame], Sequence[StyledLine]] | None = None
    """What is shown beside the list for a row, when the page does not say."""
    every_s: float = 1.0
    """How soon after one reading the next may follow, however much changes."""
    zooms: bool = False
    """Whether it makes use of the whole frame: then it is read anew when that changes, and lies above the reading."""


VIEWS: Mapping[str, str] = {
    "board": "every ticket a card in the column of its state",
    "watch": "the logs of everybody at work, tiled",
    "graph": "what waits for what, and the critical path",
    "train": "the merge queue, and the conflicts that the radar predicts",
    "timeline": "who ran when, and how it ended",
    "memory": "what the agents of every pod have written down",
    "vault": "what was kept of pods; bring it back",
    "postmortem": "how it went: times, attempts, conflicts, what waited for whom",
    "doctor": "what is not in order, and mend it",
}
"""Views by name, and what each is for."""


def view_of(name: str) -> View:
    """The view of that name, imported when it is asked for."""
    view = import_module(f"{__name__}.{name}").VIEW
    assert isinstance(view, View)
    return view
