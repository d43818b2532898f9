"""Which run's output the log shows: the newest of the selected pod, or an older one the person went back to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.files.run_file import OUTPUT, read_run
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.model.run import Run
from lmawep_tui.store.store import run_names
from lmawep_tui.ui.present.asking_lines import NOTHING
from lmawep_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace

_NO_RUN = "No run yet. e starts the agent."


class LogTab:
    """Opens the log of one run, and goes from run to run."""

    def __init__(self, ws: Workspace, *, id: str = "log") -> None:  # noqa: A002 - Textual's name
        """Show nothing yet."""
        self.view = LogView(id=id)
        self._ws = ws
        self._pod: Pod | None = None
        self._of: PodId | None = None
        self._names: list[str] = []
        self._chosen: str | None = None
        """An older run the person went back to; None is the newest, whichever that is."""
        self._shown = ""

    @property
    def name(self) -> str | None:
        """The run that is shown, `0003-task`."""
        return self._chosen or (self._names[-1] if self._names else None)

    def show(self, of: PodId | None, pod: Pod | None) -> None:
        """Show the runs of `of`; `pod` is what is known of it, None once it has been removed."""
        if of != self._of:
            self._of, self._chosen = of, None
        self._pod = pod
        self._names = run_names(self._ws.layout, of) if of else []
        if self._chosen not in self._names:
            self._chosen = None
        self._open()

    def step(self, step: int) -> str:
        """Go to an older or newer run; return in words why there is none."""
        name = self.name
        if name is None:
            return "There is no run yet."
        place = self._names.index(name) + step
        if not 0 <= place < len(self._names):
            return f"{name} is the {'oldest' if step < 0 else 'newest'} run."
        self._chosen = None if place == len(self._names) - 1 else self._names[place]
        self._open()
        return ""

    def go_to(self, name: str) -> None:
        """Show this run, `0003-task`, if it is one of the pod's."""
        if name in self._names:
            self._chosen = None if name == self._names[-1] else name
            self._open()

    def place(self) -> str:
        """Return which run this is, how it ended, and where in it the reader is."""
        if self.name is None:
            return ""
        number = self._names.index(self.name) + 1
        which = f"{self.name} {number}/{len(self._names)}" if len(self._names) > 1 else self.name
        return " · ".join(part for part in (which, self._ended(), self.view.status_text) if part)

    def _ended(self) -> str:
        """Return the outcome of the newest run, which the snapshot knows; an older one is history."""
        if self._chosen is not None:
            return "an older run"
        run = self._known()
        if run is None or run.outcome is None or (self._pod and self._pod.live):
            return ""
        return run.end_words

    def _open(self) -> None:
        name = self.name
        path = self._ws.run_dir(self._of, name) / OUTPUT if self._of and name else None
        if str(path or "") != self._shown:
            self._shown = str(path or "")
            if path is None:
                self.view.close()
            else:
                self._open_run(path)
        elif path is not None:
            self.view.end(self._is_over())
        if path is None:
            self.view.empty = _NO_RUN if self._pod else "" if self._of else NOTHING

    def _open_run(self, path: Path) -> None:
        """Show a run's output as its order says that it is read; as plain text when that is not known."""
        run = self._known() or _read(path.parent)
        format_, root = (run.format, run.cwd) if run else ("text", "")
        try:
            self.view.open(path, format_=format_, root=root, over=self._is_over())
        except LmawepError:  # a format of a newer lmawep
            self.view.open(path)

    def _known(self) -> Run | None:
        """Return the run that is shown, if the snapshot knows it: of each pod it has the newest."""
        run = self._pod.run if self._pod else None
        return run if run is not None and run.name == self.name else None

    def _is_over(self) -> bool:
        """Whether the run that is shown prints nothing more."""
        return self._known() is None or not (self._pod and self._pod.live)


def _read(run_dir: Path) -> Run | None:
    try:
        return read_run(run_dir)
    except (LmawepError, OSError):
        return None
