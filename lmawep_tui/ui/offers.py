"""Everything that the palette offers: what can be done, and what there is to go to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lmawep_tui.files.layout import MEMORY_FILES
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, title_for
from lmawep_tui.ui.finding import Offer
from lmawep_tui.ui.keymap import keys_of, shown
from lmawep_tui.ui.present.glyphs import LOOKS
from lmawep_tui.ui.theme import MEANS
from lmawep_tui.ui.views import VIEWS

if TYPE_CHECKING:
    from lmawep_tui.model.ids import PodId

_MOVES = ("table.", "view.")
"""Steps in a list, which nobody looks for by name: they come after everything that does something."""


def action_offers(s: Situation, own: Mapping[str, str], here: Collection[str], why: Mapping[str, str]) -> list[Offer]:
    """Return every action, those of the screen (`here`) first; `why` tells why some cannot be carried out."""

    def place(action: Action) -> tuple[bool, bool, bool]:
        return (action.id.startswith(_MOVES), action.scope is Scope.GLOBAL and action.id in here, action.id not in here)

    return [
        _action(action, s, own, why.get(action.id, ""))
        for action in sorted(ACTIONS.values(), key=place)
        if action.id != "palette"
    ]


def _action(action: Action, s: Situation, own: Mapping[str, str], why: str) -> Offer:
    key = shown(keys_of(action, own)[0])
    about = f" {s.pod.id}" if s.pod else f" #{s.ticket.id}" if s.ticket else ""
    subject = about if action.scope in (Scope.PODS, Scope.TICKETS) and action.needs and not why else ""
    words = f"{title_for(action, s)}{subject}: {action.help}"
    return Offer(f"do:{action.id}", words, key, "›", "accent", why)


def view_offers() -> Iterator[Offer]:
    """Return every view."""
    for name, means in VIEWS.items():
        yield Offer(f"view:{name}", f"view {name}: {means}", "view", "▤", "accent")


def fleet_offers(snapshot: Snapshot) -> Iterator[Offer]:
    """Return every pod, every file of a memory bank and every ticket, made one by one as they are asked for."""
    for pod in snapshot.pods.values():
        look = LOOKS[pod.status]
        yield Offer(f"pod:{pod.id}", f"{pod.id} #{pod.ticket} {pod.title}", str(pod.status), look.glyph, look.style)
    for ticket in snapshot.tickets.values():
        look = LOOKS[ticket.status]
        words = f"#{ticket.id} {ticket.title}"
        yield Offer(f"ticket:{ticket.id}", words, str(ticket.status), look.glyph, look.style)
    for pod in snapshot.pods.values():
        for name in MEMORY_FILES:
            yield Offer(f"memory:{pod.id}:{name}", f"{pod.id} {name} #{pod.ticket} {pod.title}", "memory", "▪", "muted")


def file_offers(files: Mapping[PodId, Sequence[str]]) -> Iterator[Offer]:
    """Return every file that a pod changes."""
    for pod, paths in files.items():
        for path in paths:
            yield Offer(f"file:{pod}:{path}", f"{path}  {pod}", "diff", "±", "muted")


def theme_offers(worn: str) -> Iterator[Offer]:
    """Return every theme; the one that is worn says so."""
    for name, means in MEANS.items():
        yield Offer(f"theme:{name}", f"theme {name}: {means}", "worn now" if name == worn else "theme", "◧", "accent")


def setting_offers(settings: Sequence[tuple[str, str, str]]) -> Iterator[Offer]:
    """Return every setting, given as (key, value, sentence)."""
    for key, value, doc in settings:
        yield Offer(f"set:{key}", f"{key}: {doc}", value, "⚙", "muted")
