"""What every screen of ours has: the app by its own type, and faults that stay where they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.ui.guard import Guarded

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp


class InApp(Guarded):
    """A screen or dialog of mission control."""

    @property
    def lmawep(self) -> LmawepApp:
        """The app, by its own type."""
        from lmawep_tui.ui.app import LmawepApp

        assert isinstance(self.app, LmawepApp)
        return self.app
