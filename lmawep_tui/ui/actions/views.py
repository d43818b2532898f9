"""The views beside mission control, and what each of them can do."""

from __future__ import annotations

from lmawep_tui.ui.actions.action import Action, Scope, Situation, When


def _at(*names: str, row: bool = False) -> When:
    """Return whether one of these views is looked at; with `row`, also whether there is a row under the cursor."""
    places = {f"view {name}" for name in names}
    return lambda s: s.place in places and (bool(s.row) or not row)


def enter_words(s: Situation) -> str:
    """Return what Enter does on the row of a view."""
    if s.place == "view timeline":
        return "log"
    if s.place == "view radar":
        return "hunks"
    leads = {"view doctor": "finding", "view postmortem": "story", "view vault": "nowhere"}.get(s.place, "")
    return "go there" if s.row.startswith(leads) else "read"


def _in_log(s: Situation) -> bool:
    return s.place == "view timeline" and bool(s.row)


def _in_vault(s: Situation) -> bool:
    return s.place == "view vault" and s.row.startswith("refs/")


def _in_doctor(s: Situation) -> bool:
    return s.place == "view doctor" and bool(s.row) and "doctor" not in s.busy


_timeline = _at("timeline")
_memory = _at("memory", row=True)

VIEWS = (
    Action("views.go", "enter", "go there", "Go to the pod or ticket of the row; log, hunks, or read", Scope.VIEWS,
           lambda s: bool(s.row), needs="a row", footer=True),
    Action("views.log", "o", "log", "Timeline: the log of the run at that moment (as Enter)", Scope.VIEWS,
           _in_log, needs="a run of the timeline"),
    Action("memory.edit", "e", "edit", "Memory: edit the note here", Scope.VIEWS, _memory, "memory",
           "a note of the memory view", footer=True),
    Action("memory.editor", "E", "$EDITOR", "Memory: edit the note in $EDITOR", Scope.VIEWS, _memory, "memory",
           "a note of the memory view", footer=True),
    Action("memory.new", "n", "new note", "Memory: write a new note into the bank of the row", Scope.VIEWS, _memory,
           "memory", "a bank of the memory view", footer=True),
    Action("memory.history", "v", "versions", "Memory: which run changed the note and how, or the note",
           Scope.VIEWS, _memory, "memory", "a note of the memory view", footer=True),
    Action("vault.restore", "R", "bring back", "Vault: bring the snapshot back as a new pod (asks first)", Scope.VIEWS,
           _in_vault, "vault", "a snapshot of the vault", footer=True),
    Action("vault.file", "F", "one file", "Vault: bring one file back into a pod (asks first)", Scope.VIEWS,
           _in_vault, "vault", "a snapshot of the vault", footer=True),
    Action("doctor.mend", "f", "mend", "Doctor: mend what can be mended without loss (asks first)",
           Scope.VIEWS, _in_doctor, "doctor", "a finding of the doctor", footer=True),
    Action("train.land", "m", "land", "Train: land the car next, past those before it (asks)",
           Scope.VIEWS, _at("train", row=True), "merge", "a car of the train", footer=True),
    Action("train.pause", "p", "hold", "Train: let the others pass the car, or let it go on", Scope.VIEWS,
           _at("train", row=True), "pause", "a car of the train", footer=True),
    Action("train.out", "x", "take out", "Train: take the car out, back to work, and say why", Scope.VIEWS,
           _at("train", row=True), "review", "a car of the train", footer=True),
    Action("graph.all", "a", "all", "Graph: closed tickets too, or open ones only", Scope.VIEWS, _at("graph"), "graph",
           "the graph", footer=True),
    Action("views.left", "h,left", "left", "Timeline: a moment earlier; graph: lanes to the left",
           Scope.VIEWS, _at("timeline", "graph")),
    Action("views.right", "l,right", "right", "Timeline: a moment later; graph: lanes to the right",
           Scope.VIEWS, _at("timeline", "graph"), footer=_timeline),
    Action("timeline.earlier", "H,shift+left", "earlier", "Timeline: go back in time", Scope.VIEWS, _timeline,
           needs="the timeline", footer=True),
    Action("timeline.later", "L,shift+right", "later", "Timeline: go on in time", Scope.VIEWS, _timeline,
           needs="the timeline"),
    Action("timeline.closer", "plus,equals_sign", "closer", "Timeline: come closer", Scope.VIEWS, _timeline,
           needs="the timeline", footer=True),
    Action("timeline.farther", "minus", "farther", "Timeline: see more of the time", Scope.VIEWS, _timeline,
           needs="the timeline", footer=True),
    Action("timeline.all", "0", "now", "Timeline: see all of it, up to now", Scope.VIEWS, _timeline,
           needs="the timeline", footer=True),
    Action("views.filter", "slash", "filter", "Only rows with that in them; memory: search all notes",
           Scope.VIEWS, lambda s: not s.place.startswith("view radar"), needs="a view with a list", footer=True),
    Action("views.next", "right_square_bracket", "next view", "The next view; 1–9 the one of that number", Scope.VIEWS,
           footer=True),
    Action("views.previous", "left_square_bracket", "previous view", "The previous view", Scope.VIEWS),
    Action("views.reload", "r", "look again", "Look again now", Scope.VIEWS, footer=True),
    Action("views.back", "escape,q", "back", "Back to the list, then to mission control", Scope.VIEWS, footer=True),
    Action("board.left", "h,left", "left", "The column to the left that has a card", Scope.BOARD, by_widget=True),
    Action("board.right", "l,right", "right", "The column to the right that has a card", Scope.BOARD, by_widget=True),
    Action("board.move-left", "H,shift+left", "move ←", "Move the card left: request changes, block, remove",
           Scope.BOARD, by_widget=True),
    Action("board.move-right", "L,shift+right", "move →", "Move the card right: spawn and run, approve, test, land",
           Scope.BOARD, by_widget=True),
)  # fmt: skip
