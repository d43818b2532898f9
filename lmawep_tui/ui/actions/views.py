"""The views beside mission control, and what each of them can do."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope, Situation


def _goes_on(s: Situation) -> bool:
    return s.place in ("view graph", "view train", "view timeline", "view memory") and bool(s.row)


def _in_timeline(s: Situation) -> bool:
    return s.place == "view timeline"


def _in_vault(s: Situation) -> bool:
    return s.place == "view vault" and bool(s.row)


def _in_doctor(s: Situation) -> bool:
    return s.place == "view doctor" and "doctor" not in s.busy


VIEWS = (
    Action("views.go", "enter", "go there", "Go to the pod or ticket of the row", Scope.VIEWS, _goes_on,
           footer=True),
    Action("timeline.closer", "plus,equals_sign", "closer", "Timeline: come closer", Scope.VIEWS, _in_timeline,
           footer=True),
    Action("timeline.farther", "minus", "farther", "Timeline: see more of the time", Scope.VIEWS, _in_timeline,
           footer=True),
    Action("timeline.earlier", "h,left", "earlier", "Timeline: go back in time", Scope.VIEWS, _in_timeline,
           footer=True),
    Action("timeline.later", "l,right", "later", "Timeline: go on in time", Scope.VIEWS, _in_timeline),
    Action("timeline.all", "0", "all", "Timeline: see all of it", Scope.VIEWS, _in_timeline, footer=True),
    Action("vault.restore", "R", "bring back", "Vault: bring the snapshot back as a new pod (asks first)", Scope.VIEWS,
           _in_vault, "vault", "a snapshot of the vault", footer=True),
    Action("doctor.mend", "f", "mend", "Doctor: mend what can be mended without losing anything", Scope.VIEWS,
           _in_doctor,
           "doctor", "the doctor's view", footer=True),
    Action("board.left", "h,left", "left", "The column to the left that has a card", Scope.BOARD, by_widget=True),
    Action("board.right", "l,right", "right", "The column to the right that has a card", Scope.BOARD, by_widget=True),
    Action("views.reload", "r", "look again", "Look again now", Scope.VIEWS, footer=True),
    Action("views.back", "escape,q", "back", "Back to mission control", Scope.VIEWS, footer=True),
)  # fmt: skip
