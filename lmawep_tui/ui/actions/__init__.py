"""Everything a key can do, in one table: bindings, footer, palette, `?` and the README's key table come from it.

A file an area; `table` puts them together. Conditions that several actions share are in `when`.
"""

from lmawep_tui.ui.actions.action import Action, Scope, Situation
from lmawep_tui.ui.actions.table import ACTIONS, footer_actions, refusal, title_for

__all__ = ["ACTIONS", "Action", "Scope", "Situation", "footer_actions", "refusal", "title_for"]
