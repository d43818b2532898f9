"""Reports and alerts as real agents decorate them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.report import Claim, classify, nothing, parse_alerts, parse_report

_PLAIN = "STATUS: COMPLETE\nPROGRESS: Added it\nBLOCKERS: None\nNEXT: Review\n"
DECORATED = {
    "plain": _PLAIN,
    "with words before": "I did this and that.\n\n" + _PLAIN,
    "with words after": _PLAIN + "\n\nLet me know!\n",
    "bold keys": "**STATUS:** COMPLETE\n**PROGRESS:** Added it\n**BLOCKERS:** None\n**NEXT:** Review\n",
    "bold, colon outside": "**STATUS**: COMPLETE\n**PROGRESS**: Added it\n**BLOCKERS**: None\n**NEXT**: Review\n",
    "a list": "- STATUS: COMPLETE\n- PROGRESS: Added it\n- BLOCKERS: None\n- NEXT: Review\n",
    "headings": "## STATUS: COMPLETE\n## PROGRESS: Added it\n## BLOCKERS: None\n## NEXT: Review\n",
    "fenced": f"```\n{_PLAIN}```\n",
    "fenced with a language": f"```text\n{_PLAIN}```\n",
    "quoted": "".join(f"> {line}\n" for line in _PLAIN.splitlines()),
    "code ticks": "`STATUS`: COMPLETE\n`PROGRESS`: Added it\n`BLOCKERS`: None\n`NEXT`: Review\n",
    "CRLF": _PLAIN.replace("\n", "\r\n"),
    "lower case": "status: COMPLETE\nprogress: Added it\nblockers: None\nnext: Review\n",
    "indented": "".join(f"    {line}\n" for line in _PLAIN.splitlines()),
    "blank lines between": _PLAIN.replace("\n", "\n\n"),
    "other names": "STATUS: COMPLETE\nPROGRESS: Added it\nBLOCKER: None\nNEXT STEPS: Review\n",
    "equals signs": "STATUS = COMPLETE\nPROGRESS = Added it\nBLOCKERS = None\nNEXT = Review\n",
    "an earlier one": "STATUS: PARTIAL\nPROGRESS: half\nNEXT: go on\n\nMore work.\n\n" + _PLAIN,
    "the prompt's own words first": "Report with STATUS: and PROGRESS: lines.\n" + _PLAIN,
}


@pytest.mark.parametrize("kind", DECORATED)
def test_a_report_is_read_however_it_is_decorated(kind: str) -> None:
    report = parse_report(DECORATED[kind])
    assert report is not None
    assert (report.claim, report.progress, report.next) == (Claim.COMPLETE, "Added it", "Review")
    assert nothing(report.blockers)


@pytest.mark.parametrize(
    "text", ["", "STATUS: COMPLETE", "All done!", "PROGRESS: x\nNEXT: y\n", "STATUS:\nPROGRESS:\n"]
)
def test_what_is_no_report(text: str) -> None:
    assert parse_report(text) is None


def test_a_value_may_go_on_in_further_lines() -> None:
    report = parse_report("STATUS: BLOCKED\nPROGRESS: one\n  two\n  - three\nBLOCKERS: no key\n")
    assert report is not None and report.progress == "one\ntwo\n- three"


@pytest.mark.parametrize(("status", "claim"), [
    ("COMPLETE", Claim.COMPLETE), ("✅ Completed – all green", Claim.COMPLETE), ("Done.", Claim.COMPLETE),
    ("NOT COMPLETE", Claim.PARTIAL), ("incomplete", Claim.PARTIAL), ("in progress", Claim.PARTIAL),
    ("no change", Claim.NO_CHANGE), ("needs review", Claim.NEEDS_REVIEW), ("QUESTION", Claim.QUESTION),
    ("blocked on #103", Claim.BLOCKED), ("failed", Claim.FAILED), ("approved", Claim.APPROVED),
    ("NOT APPROVED", Claim.CHANGES_REQUESTED), ("changes requested", Claim.CHANGES_REQUESTED), ("?", Claim.UNKNOWN),
])  # fmt: skip
def test_a_claim_is_its_first_words(status: str, claim: Claim) -> None:
    assert classify(status) is claim


def test_every_alert_is_found() -> None:
    text = ("**BREAKING CHANGE ALERT**\nPOD: pod-1\nFILE: src/a.py\nCHANGE: renamed f\n  to g\nAFFECTS: pod-2\n"
            "MIGRATION: call g\n\nwords\n\n## BREAKING CHANGE ALERT\n- FILE: b.py\n- CHANGE: gone\n")  # fmt: skip
    first, second = parse_alerts(text)
    assert (first.pod, first.change, first.migration) == ("pod-1", "renamed f\nto g", "call g")
    assert (second.file, second.change, second.affects) == ("b.py", "gone", "")


@given(st.text(st.sampled_from("STATUSPROGNEXT:*`#>- \n\r\tCOMPLETE\u2028é"), max_size=400))
def test_no_text_is_too_much(text: str) -> None:
    report = parse_report(text)
    assert report is None or report.status
    parse_alerts(text)
