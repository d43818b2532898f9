"""The stable shapes of `--json` output."""

from __future__ import annotations

from typing import Any

from lmawep_tui.files.plain import to_plain
from lmawep_tui.model.budget import warnings
from lmawep_tui.model.costs import Spending
from lmawep_tui.model.evidence import believed
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.question import Question
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import InvalidTicket, Ticket
from lmawep_tui.store.queries import attention_count, waiting_words


def ticket_shape(ticket: Ticket) -> dict[str, Any]:
    """A ticket with the fields of its file."""
    return dict(to_plain(ticket))


def invalid_shape(invalid: InvalidTicket) -> dict[str, Any]:
    return dict(to_plain(invalid))


def spending_shape(spent: Spending) -> dict[str, Any]:
    """Tokens and money: `runs input cached output tokens cost estimated unpriced`; `cost` is null when unknown."""
    return {
        "runs": spent.runs,
        "input": spent.input,
        "cached": spent.cached,
        "output": spent.output,
        "tokens": spent.tokens,
        "cost": None if spent.cost is None else round(spent.cost, 6),
        "estimated": spent.estimated,
        "unpriced": spent.unpriced,
    }


def pod_shape(pod: Pod, changes: Changes, spent: Spending | None = None) -> dict[str, Any]:
    """A pod: `id ticket branch path base status run outcome ahead behind files_changed … attention updated costs`."""
    run = pod.run
    return {
        "id": pod.id,
        "ticket": pod.ticket,
        "branch": pod.record.branch,
        "path": pod.record.path,
        "base": pod.record.base,
        "status": str(pod.status),
        "paused": pod.record.paused,
        "run": run.name if run else None,
        "running": pod.live,
        "outcome": str(run.outcome) if run and run.outcome else None,
        "reported": str(run.report.claim) if run and run.report else None,
        "accepted": accepted(pod),
        "ahead": changes.ahead,
        "behind": changes.behind,
        "files_changed": changes.files,
        "insertions": changes.insertions,
        "deletions": changes.deletions,
        "conflict": to_plain(pod.record.conflict),
        "attached": pod.sitting.since if pod.sitting else None,
        "told": [message.text for message in pod.record.told],
        "attention": pod.attention,
        "asks": [question_shape(question) for question in pod.asks],
        "updated": (run.ended or run.started or run.created) if run else pod.record.created,
        "costs": spending_shape(spent or Spending()),
    }


def question_shape(question: Question) -> dict[str, Any]:
    """What a live run waits for: `number ask title tool detail options since`; an option has an `id` and a `label`."""
    return {
        "number": question.number,
        "ask": str(question.ask),
        "title": question.title,
        "tool": question.tool,
        "detail": question.detail,
        "options": [{"id": id_, "label": label} for id_, label in question.options],
        "since": question.since,
    }


def accepted(pod: Pod) -> bool | None:
    """Whether the evidence bears out what the last work run reported; None before there is any."""
    return believed(pod.record.evidence) if pod.record.evidence else None


def status_shape(snapshot: Snapshot, project: str, main_commit: str | None, today: str) -> dict[str, Any]:
    """The whole fleet in one object; `today` is the person's day, as `day_of` writes it."""
    counts: dict[str, int] = {}
    for ticket in snapshot.tickets.values():
        counts[ticket.status] = counts.get(ticket.status, 0) + 1
    none = Changes()
    return {
        "project": project,
        "main": {"branch": snapshot.state.main, "commit": main_commit},
        "autopilot": snapshot.autopilot,
        "slots": {"used": snapshot.slots_used, "total": snapshot.config.slots},
        "attention": attention_count(snapshot),
        "tickets": {"total": len(snapshot.tickets), "invalid": len(snapshot.invalid), "by_status": counts},
        "waiting": {str(t.id): words for t in snapshot.tickets.values() if (words := waiting_words(snapshot, t))},
        "pods": [
            {k: v for k, v in pod_shape(pod, none).items()
             if k in ("id", "ticket", "status", "paused", "run", "running", "outcome", "attention", "asks", "updated")}
            for pod in snapshot.pods.values()
        ],
        "costs": {
            "today": spending_shape(snapshot.costs.on(today)),
            "total": spending_shape(snapshot.costs.total),
            "budgets": to_plain(snapshot.config.budgets),
            "warnings": warnings(snapshot.config.budgets, snapshot.costs, today),
        },
        "snoozed": {key: to_plain(snooze) for key, snooze in snapshot.snoozed.items()},
        "pinned": list(snapshot.pinned),
        "dead_ends": {str(number): words for number, words in snapshot.dead_ends.items()},
        "train": [to_plain(car) for car in snapshot.state.train],
        "problems": list(snapshot.problems),
    }  # fmt: skip
