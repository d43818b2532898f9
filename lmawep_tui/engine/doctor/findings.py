"""What doctor found: one sentence each, each thing once, and no check that fails stops the others."""

from __future__ import annotations

from collections.abc import Callable

from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order, in a sentence; `fixed` when `--fix` mended it."""

    what: str
    fixed: bool = False


class Findings:
    """Collects what is found; `fix` says whether to mend it too."""

    def __init__(self, ws: Workspace, *, fix: bool) -> None:
        self.ws = ws
        self.fix = fix
        self.found: list[Finding] = []

    def add(self, what: str, fixed: bool = False) -> None:
        """One more, unless it was said already."""
        if all(finding.what != what for finding in self.found):
            self.found.append(Finding(what, fixed))

    def check(self, look: Callable[[Findings], object], about: str = "") -> None:
        """Looks at one thing; what cannot be looked at is a finding, and nothing is concluded from it."""
        try:
            look(self)
        except LmawepError as error:
            self.add(f"{about}: {error}" if about else str(error))
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            self.add(f"{about or 'A check'} could not be made: {error.strerror or error}{where}.")

    def mend(self, what: str, how: Callable[[Change], object], cure: str = "") -> None:
        """A finding that one change of the state or a ticket mends; why not, when it does not.

        `cure` says in a few words what was done about it.
        """
        fixed = False
        if self.fix:
            try:
                with self.ws.change("doctor --fix") as change:
                    how(change)
                    change.note("mended", what=what)
                    change.save()
                fixed = True
            except LmawepError as error:
                what = f"{what} ({error})"
        self.add(_cured(what, cure) if fixed else what, fixed)

    def mend_with(self, what: str, how: Callable[[], bool], cure: str = "") -> None:
        """As mend, for what takes more than one change; `how` says whether it worked."""
        fixed = False
        if self.fix:
            try:
                fixed = how()
            except (LmawepError, OSError) as error:
                what = f"{what} ({error})"
        self.add(_cured(what, cure) if fixed else what, fixed)


def _cured(what: str, cure: str) -> str:
    return f"{what.removesuffix('.')}: {cure}." if cure else what
