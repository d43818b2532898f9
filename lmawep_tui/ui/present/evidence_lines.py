"""What is known about a pod's work, as lines: the done contract, the verdict, the tests, the train."""

from __future__ import annotations

from lmawep_tui.model.age import since
from lmawep_tui.model.costs import Costs
from lmawep_tui.model.pod import Changes, Pod
from lmawep_tui.model.run import Outcome, Run
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.present.ticket_lines import field, used_words

_GOOD = (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW)


def evidence_lines(pod: Pod, changes: Changes | None, now: float, costs: Costs | None = None) -> list[StyledLine]:
    """Return the facts about a pod, each with what was seen; what it asks stands above every tab."""
    lines: list[StyledLine] = [*_contract(pod), *_verdict(pod, now), *_tests(pod, now)]
    lines += [*_run(pod.run, live=pod.live, now=now), *_used(pod, costs or Costs()), *_pod(pod, changes, now)]
    return lines


def _heading(text: str) -> StyledLine:
    return [(text, "heading")]


def _contract(pod: Pod) -> list[StyledLine]:
    if not pod.record.evidence:
        return [_heading("Done contract"), [("  nothing claimed yet", "muted")], []]
    width = max(len(fact.name) for fact in pod.record.evidence)
    return [
        _heading("Done contract"),
        *[
            [("  ✓ " if fact.holds else "  ✗ ", "ok" if fact.holds else "error"), (f"{fact.name:<{width}}  ", ""),
             (fact.seen, "muted" if fact.holds else "warn")]
            for fact in pod.record.evidence
        ],
        [],
    ]  # fmt: skip


def _verdict(pod: Pod, now: float) -> list[StyledLine]:
    verdict = pod.record.verdict
    if verdict is None:
        return [_heading("Review"), [("  not looked at yet", "muted")], []]
    mark = ("  ✓ approved", "ok") if verdict.approved else ("  ✗ changes requested", "warn")
    bound = f" at {verdict.commit[:7]} by {verdict.by}"
    lines: list[StyledLine] = [_heading("Review"), [mark, (bound, ""), _ago(verdict.at, now)]]
    lines += [[("    " + line, "")] for line in verdict.why.splitlines()]
    return [*lines, []]


def _tests(pod: Pod, now: float) -> list[StyledLine]:
    tests = pod.record.tests
    if tests is None:
        return [_heading("Tests"), [("  not run yet", "muted")], []]
    mark = ("  ✓ green", "ok") if tests.green else ("  ✗ red", "error")
    return [_heading("Tests"), [mark, (f" at {tests.commit[:7]}: {tests.summary}", ""), _ago(tests.at, now)], []]


def _run(run: Run | None, *, live: bool, now: float) -> list[StyledLine]:
    if run is None:
        return [_heading("Newest run"), [("  none yet", "muted")], []]
    if live:
        state = ("runs", "busy")
    elif run.outcome is None:
        state = ("lost", "error")
    else:
        state = (run.end_words, "ok" if run.outcome in _GOOD else "error" if run.red else "warn")
    lines: list[StyledLine] = [_heading("Newest run")]
    lines.append([(f"  {run.name} ", ""), state, _ago(run.ended or run.started, now)])
    if run.reason:
        lines.append([("  " + run.reason, "warn")])
    if run.report is not None:
        said = (("status", run.report.status), ("progress", run.report.progress), ("blockers", run.report.blockers),
                ("question", run.report.question), ("next", run.report.next))  # fmt: skip
        lines += [field(name, line) for name, text in said for line in text.splitlines()]
    return [*lines, []]


def _used(pod: Pod, costs: Costs) -> list[StyledLine]:
    """Tokens and cost of the pod's runs, as far as their programs tell."""
    all_of_it = costs.pods.get(pod.id)
    if not all_of_it:
        return []
    newest = costs.runs.get((pod.id, pod.run.name)) if pod.run else None
    lines: list[StyledLine] = [_heading("Used")]
    if newest and all_of_it.runs > 1 and pod.run is not None:
        lines.append(field(pod.run.name[:11], used_words(newest).removesuffix(" in 1 run")))
    return [*lines, field("in all", used_words(all_of_it)), []]


def _pod(pod: Pod, changes: Changes | None, now: float) -> list[StyledLine]:
    record = pod.record
    lines: list[StyledLine] = [_heading("Pod"), field("branch", record.branch), field("from", record.base[:7])]
    if changes is not None:
        files = f"{changes.files} file{'s' if changes.files != 1 else ''}"
        words = f"{changes.ahead} ahead, {changes.behind} behind main, {files}"
        lines.append(field("commits", words))
    if record.attempts:
        lines.append(field("failed", f"{record.attempts} in a row"))
    if pod.in_train is not None:
        lines.append(field("train", f"place {pod.in_train + 1}", "accent"))
    if record.setup is not None:
        words = f"{'done' if record.setup.ok else 'failed'} in {record.setup.seconds:.0f} s {record.setup.summary}"
        lines.append(field("setup", words.rstrip(), "" if record.setup.ok else "warn"))
    lines += [field("made", f"{since(record.created, now)} ago"), field("folder", record.path)]
    return lines


def _ago(text: str | None, now: float) -> tuple[str, str]:
    words = since(text, now)
    return (f"  {words} ago" if words else "", "muted")
