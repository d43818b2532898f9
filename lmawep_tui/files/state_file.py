"""`lmawep-state.yaml`: the source of truth for assignments, readable by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.files.yaml_io import dump, parse_mapping
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.state import State

MAX_STATE_BYTES = 16 * 1024 * 1024
_HEADER = (
    "Written by lmawep: which pod works on which ticket, and the train.\nDamaged? `lmawep doctor --fix` rebuilds it."
)


def parse_state(text: str, path: Path) -> State:
    """The state in `text`; raises BadFile when it is damaged."""
    data: dict[str, Any] = parse_mapping(text, path).data
    if not data:
        raise BadFile(path, "is empty", hint="`lmawep doctor --fix` rebuilds it.")
    try:
        return from_plain(State, data)
    except ValueError as error:
        raise BadFile(path, f"is damaged ({error})", hint="`lmawep doctor --fix` rebuilds it.") from None


def read_state(path: Path) -> State:
    """The state file; raises FileNotFoundError or BadFile."""
    return parse_state(read_text(path, MAX_STATE_BYTES), path)


def state_text(state: State) -> str:
    """The file's text for a state."""
    return dump(to_plain(state), _HEADER)
