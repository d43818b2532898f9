"""What the keys of triage do: put aside, keep on top, mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmawep_tui.model.triage import Snooze
from lmawep_tui.ui.actions import Situation
from lmawep_tui.ui.actions.triage import is_pinned, is_snoozed, key_of, row_key

if TYPE_CHECKING:
    from lmawep_tui.ui.screens.mission import MissionScreen

_TIMES = [
    ("15m", "for a quarter of an hour"),
    ("1h", "for an hour"),
    ("change", "until what it asks changes, however long that takes"),
    ("tomorrow", "until 8 in the morning"),
]


def snooze(screen: MissionScreen, s: Situation) -> None:
    """Put the selection aside; what is put aside already comes back."""
    snooze_these(screen, [s], ())


def snooze_these(screen: MissionScreen, these: Sequence[Situation], left_out: Sequence[str]) -> None:
    """Put these aside until a time that is asked for; when all of them are already, bring them back."""
    from lmawep_tui.engine import triage
    from lmawep_tui.ui.modals.choose import Choose

    keys = list(dict.fromkeys(key_of(s) for s in these))
    many = len(keys) > 1
    name = f"these {len(keys)}" if many else _named(keys[0])
    if all(is_snoozed(s) for s in these):
        screen.table.clear_marks()
        words = f"{len(keys)} are back." if many else f"{name} is back."
        screen.bridge.do("triage", "waking", triage.wake, keys, then=lambda _: screen.lmawep.say(words))
        return

    def put_aside(until: str | None) -> None:
        if until:
            screen.table.clear_marks()
            screen.bridge.do("triage", "snoozing", triage.snooze, keys, until, then=told)

    def told(end: str | None) -> None:
        until = Snooze(until=end).words(screen.bridge.clock())
        words = f"{len(keys)} snoozed {until}. Z brings them" if many else f"{name} is snoozed {until}. Z brings it"
        rest = f" Not {', '.join(left_out)}: nothing is asked there." if left_out else ""
        screen.lmawep.say(f"{words} back.{rest}")

    screen.lmawep.ask(Choose(f"Snooze {name}", _TIMES), put_aside)


def _named(key: str) -> str:
    return f"#{key}" if key.isdigit() else key.removeprefix("invalid:")


def pin(screen: MissionScreen, s: Situation) -> None:
    """Keep the row on top of its list, or let go of it."""
    pin_these(screen, [s])


def pin_these(screen: MissionScreen, these: Sequence[Situation]) -> None:
    """Keep these on top; when all of them are there already, let go of them."""
    from lmawep_tui.engine import triage

    keys = list(dict.fromkeys(row_key(s) for s in these))
    screen.table.clear_marks()
    screen.bridge.do("triage", "pinning", triage.pin, keys, on=not all(is_pinned(s) for s in these))


def mark_all(screen: MissionScreen, s: Situation) -> None:
    """Mark every row that is shown, or none."""
    screen.table.mark_all()


def why_marked(s: Situation, these: Sequence[Situation]) -> str:
    """Return the first cause for each of these; takes some time in a big project."""
    from lmawep_tui.ui.bulk import name_of
    from lmawep_tui.ui.why import first_causes

    numbers = {name_of(one): one.ticket.id for one in these if one.ticket is not None}
    causes = first_causes(s.snapshot, list(numbers.values()))
    return "\n".join(f"{name}: {causes[number]}" for name, number in numbers.items())
