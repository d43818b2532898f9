"""Events as the JSON that scripts read."""

from __future__ import annotations

import json
import typing

from lmawep_tui.agents.streams.shape import shape
from lmawep_tui.model.event import Ask, Asked, Denied, Ended, Event, ToolKind, ToolStarted, TurnEnd, Wall


def test_every_field_under_its_own_name() -> None:
    assert shape(ToolStarted("t1", "bash", ToolKind.COMMAND, "ls\x1b[31m", at=12.5)) == {
        **{"event": "tool_started", "id": "t1", "name": "bash", "kind": "command", "target": "ls\x1b[31m"},
        **{"added": None, "removed": None, "at": 12.5, "live": False},
    }
    assert shape(Ended(TurnEnd.FAILED, "no", Wall.AUTH)) == {
        **{"event": "ended", "how": "failed", "error": "no", "wall": "auth", "text": "", "at": None},
    }


def test_the_options_of_a_question_have_names() -> None:
    asked = shape(Asked("7", Ask.PERMISSION, "May it?", options=(("once", "Yes"), ("no", "No"))))
    assert asked["options"] == [{"id": "once", "label": "Yes"}, {"id": "no", "label": "No"}]


def test_every_kind_of_event_has_a_name_and_is_json() -> None:
    kinds = typing.get_args(Event)
    samples = [Denied("bash"), *(kind(*["x"] * needed(kind)) for kind in kinds)]
    names = {shape(event)["event"] for event in samples}
    assert len(names) == len(kinds)
    assert json.dumps([shape(event) for event in samples]).isascii()


def needed(kind: type) -> int:
    from dataclasses import MISSING, fields

    return sum(field.default is MISSING for field in fields(kind))  # type: ignore[arg-type]
