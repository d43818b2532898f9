"""How a diff is asked for."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.model.dataclass import dataclass

CONTEXT = 3
WHOLE = 1_000_000
"""Lines of context that no file has."""

_STEPS = (0, 1, 3, 8, 20, 50, 150)


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What of a difference is shown."""

    ignore_space: bool = False
    """Whether lines that differ only in white space count as the same."""

    context: int = CONTEXT
    """Unchanged lines around changed ones."""

    def with_context(self, step: int) -> DiffOptions:
        """Return the same with more context (`step` > 0), or less."""
        if step > 0:
            return replace(self, context=next((lines for lines in _STEPS if lines > self.context), WHOLE))
        return replace(self, context=next((lines for lines in reversed(_STEPS) if lines < self.context), 0))

    def whole(self) -> DiffOptions:
        """Return the same with whole files, or with the usual context when they are whole already."""
        return replace(self, context=CONTEXT if self.context == WHOLE else WHOLE)

    def words(self) -> str:
        """Say what is not as usual: `white space ignored · 8 lines around`."""
        said = ["white space ignored"] if self.ignore_space else []
        if self.context == WHOLE:
            said.append("whole files")
        elif self.context != CONTEXT:
            said.append(f"{self.context} {'line' if self.context == 1 else 'lines'} around")
        return " · ".join(said)


AS_USUAL = DiffOptions()
