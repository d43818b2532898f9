"""What others changed in a ticket while its form is open, and the line that says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lmawep_tui.engine.ticket_form import Difference
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import TicketId
from lmawep_tui.ui.modals.ticket_fields import LABELS
from lmawep_tui.ui.widgets.plain import Plain

if TYPE_CHECKING:
    from lmawep_tui.ui.modals.ticket_form import TicketForm

_LONGEST = 40


class Meanwhile:
    """Knows which fields say something else on disk than when the form was opened."""

    def __init__(self, form: TicketForm) -> None:
        """Begin with nothing changed; `line` belongs above the fields."""
        self._form = form
        self.found: dict[str, Difference] = {}
        self.line = Plain("", classes="meanwhile")
        self.line.display = False

    @property
    def told(self) -> bool:
        """Whether the line says something."""
        return bool(self.line.display)

    async def look(self, number: TicketId) -> None:
        """Read the file again and say what differs."""
        from lmawep_tui.engine.ticket_form import meanwhile

        bridge, text = self._form.bridge, self._form.start.text
        try:
            _, found = await bridge.reads.run(meanwhile, bridge.ws, number, text)
        except LmawepError as error:
            self.tell(str(error))
            return
        self.found = {difference.field: difference for difference in found}
        words = "; ".join(f"{LABELS[d.field]} {shortened(d.was)} → {shortened(d.now)}" for d in found)
        self.tell(f"Changed on disk meanwhile: {words}." if found else "")
        self._form.judge()

    def know(self, found: Iterable[Difference]) -> None:
        """Take note of what somebody else changed."""
        self.found |= {difference.field: difference for difference in found}
        self._form.judge()

    def tell(self, text: str) -> None:
        """Say it above the fields; nothing takes no room."""
        self.line.show(f"⚑ {text}" if text else "")
        self.line.display = bool(text)
        self._form.show_keys()


def shortened(text: str) -> str:
    """Return a field's text as a part of a sentence."""
    line = " ".join(text.split()) or "nothing"
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
