"""What there is to look at beside mission control: a room a view, all shown by one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from lmawep_tui.model.dataclass import dataclass
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
    at: float | None = None
    """The moment they look at, in seconds since the epoch; None is now."""
    side: int = 0
    """How many cells they went to the right."""
    whole: bool = False
    """Whether what is closed is shown too."""
    history: bool = False
    """Whether the reading tells how it came about, rather than how it stands."""
    needle: str = ""
    """What is looked for; only a view that `searches` is told."""
    now: float = 0.0
    """The time, in seconds since the epoch."""


class Reading(NamedTuple):
    """What stands beside the list, and the line to begin at."""

    lines: Sequence[StyledLine]
    at: int = 0


class RunAt(NamedTuple):
    """A run whose log can be read, also when its pod is gone."""

    pod: str
    run: str


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
    logs: Mapping[str, RunAt] = field(default_factory=dict)
    """Row → the run whose log Enter opens."""
    span: tuple[float, float, int] = (0.0, 0.0, 1)
    """Begin and end of the time that is seen, and the cells it takes."""


@dataclass(frozen=True, slots=True)
class View:
    """One view. Both functions run in a worker: they may read files and ask git."""

    title: str
    read: Callable[[Workspace, Snapshot, Frame], Page]
    look: Callable[[Workspace, str, Frame], Sequence[StyledLine] | Reading] | None = None
    """What is shown beside the list for a row, when the page does not say; in a grid the row is `ROW COLUMN`."""
    every_s: float = 1.0
    """How soon after one reading the next may follow, however much changes."""
    renew_s: int = 0
    """Seconds after which it is read anew although nothing changed, for it tells how long something lasts; 0 never."""
    zooms: bool = False
    """Whether it makes use of the whole frame: then it is read anew when that changes, and lies above the reading."""
    grid: bool = False
    """Whether the cursor is on a cell rather than on a row."""
    searches: bool = False
    """Whether the filter is the view's own business: it looks into more than what the rows say."""


VIEWS: Mapping[str, str] = {
    "board": "tickets as cards, in the order of the work",
    "graph": "what waits for what: the critical path",
    "train": "what lands next, and what holds it up",
    "radar": "which pods would conflict, and where",
    "timeline": "who ran when, and how it ended",
    "memory": "what the agents have written down",
    "vault": "what was kept of pods; bring it back",
    "postmortem": "how it went: times, attempts, waits",
    "doctor": "what is not in order, and mend it",
}
"""Views by name, and what each is for."""


def view_of(name: str) -> View:
    """The view of that name, imported when it is asked for."""
    view = import_module(f"{__name__}.{name}").VIEW
    assert isinstance(view, View)
    return view


def beside(name: str, by: int) -> str:
    """The name of the next or previous view, round again."""
    names = list(VIEWS)
    return names[(names.index(name) + by) % len(names)]
