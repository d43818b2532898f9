"""Everything that needs the person now, as it would be told outside the screen."""

from __future__ import annotations

from lmawep_tui.model.budget import warnings
from lmawep_tui.model.notice import Notice, without_numbers
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.store.asks import INVALID, asks_of
from lmawep_tui.store.attention import first_line, refusal_words
from lmawep_tui.store.queries import invalid_needing_you, needing_you, tickets_needing_you


def notices(snapshot: Snapshot, today: str) -> dict[str, Notice]:
    """By key, most urgent first; what was snoozed is not among them. `today` is the person's day."""
    found = [
        Notice(pod.id, f"{pod.id} #{pod.ticket}", pod.attention or "", asks_of(snapshot, pod.id))
        for pod in needing_you(snapshot)
    ]
    for number in tickets_needing_you(snapshot):
        ticket, hold = snapshot.tickets[number], snapshot.state.holds.get(number)
        refused = snapshot.state.refused.get(number)
        if ticket.status is Status.BLOCKED:
            words = f"is blocked: {first_line(hold.why)}" if hold else "is blocked"
        else:
            words = refusal_words(refused) if refused else snapshot.dead_ends.get(number, "")
        found.append(Notice(str(number), f"#{number}", words, asks_of(snapshot, str(number))))
    for bad in invalid_needing_you(snapshot):
        key = f"{INVALID}{bad.file}"
        found.append(Notice(key, bad.file, f"is no ticket: {bad.reason}", asks_of(snapshot, key)))
    for words in warnings(snapshot.config.budgets, snapshot.costs, today):
        mark = without_numbers(words)
        found.append(Notice(f"budget {mark}", "", words, mark))
    return {notice.key: notice for notice in found}
