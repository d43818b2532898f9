"""Routing of alerts and overlap of globs: pure rules, as tables."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.alert import SentAlert
from lmawep_tui.model.claim import PathClaim, Severity, check_pattern, in_the_way
from lmawep_tui.model.concern import concerns, subjects
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.globs import matches, may_meet
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.overlap import likely_files
from lmawep_tui.model.ticket import Status, Ticket


def alert(file: str = "src/limits.py", affects: str = "", **more: object) -> SentAlert:
    return SentAlert(number=1, pod=PodId("pod-1"), ticket=TicketId(101), file=file, affects=affects, **more)  # type: ignore[arg-type]


def ticket(description: str = "", **more: object) -> Ticket:
    return Ticket(id=TicketId(102), title="Other", description=description, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "receiver", "paths", "expected"),
    [
        (alert(), ticket(), ["src/limits.py"], True),
        (alert(), ticket(), ["src/other.py"], False),
        (alert("limits.py"), ticket(), ["src/limits.py"], True),
        (alert("src/"), ticket(), ["src/deep/x.py"], True),
        (alert("src/api"), ticket(), ["src/api/x.py"], True),
        (alert("its.py"), ticket(), ["src/limits.py"], False),
        (alert(), ticket(touches=("src/*.py",)), [], True),
        (alert(), ticket(touches=("src",)), [], True),
        (alert(), ticket(touches=("docs/**",)), [], False),
        (alert(), ticket("Change src/limits.py so that …"), [], True),
        (alert("limits.py"), ticket("Change src/limits.py."), [], True),
        (alert(affects="everything that calls `rate`"), ticket("Show the rate of each user"), [], True),
        (alert(affects="callers of rate_limit()"), ticket("Use rate_limit for uploads"), [], True),
        (alert(affects="callers of rate_limit()"), ticket("Use rate_limits for uploads"), [], False),
        (alert(affects="BillingService and its tests"), ticket("BillingService: send invoices"), [], True),
        (alert(affects="the users of this file"), ticket("the users of this shop"), [], False),
        (alert(affects="pod-7, #102"), ticket(), [], True),
        (alert(affects="pod-2"), ticket(assigned_to=PodId("pod-2")), [], True),
        (alert(affects="pod-22"), ticket(assigned_to=PodId("pod-2")), [], False),
        (alert(affects="src/billing.py, src/invoice.py"), ticket(), ["src/invoice.py"], True),
        (alert(affects="All pods"), ticket(), [], True),
        (alert(affects="None"), ticket(), [], False),
        (alert(affects="all the things named x"), ticket(), [], False),
        (alert("", ""), ticket("", touches=("",)), [""], False),
        (alert(), ticket(status=Status.COMPLETE), ["src/limits.py"], False),
        (alert(), Ticket(id=TicketId(101), title="The sender's own"), ["src/limits.py"], False),
    ],
)
def test_whom_an_alert_concerns(sent: SentAlert, receiver: Ticket, paths: list[str], expected: bool) -> None:
    assert concerns(sent, receiver, paths) is expected


@pytest.mark.parametrize(("affects", "tickets"), [
    ("105", (105,)), ("#105", (105,)), ("105, #107", (105, 107)), ("tickets 105 and 107.", (105, 107)),
    ("src/a.py; 105", (105,)), ("all 404 answers", ()), ("v2.105", ()), ("", ()),
])  # fmt: skip
def test_numbers_by_themselves_are_tickets(affects: str, tickets: tuple[int, ...]) -> None:
    assert subjects(alert(affects=affects)).tickets == tickets


def test_subjects_of_an_alert() -> None:
    found = subjects(alert("`src/a.py`, lib/b.py (both)", "#103, pod-4, MAX_SIZE, e.g. parse() in 2.5 ways"))
    assert found.files[:2] == ("src/a.py", "lib/b.py") and "2.5" not in found.files
    assert (found.tickets, found.pods) == ((103,), ("pod-4",))
    assert {"MAX_SIZE", "parse"} <= set(found.words) and "both" not in found.words


@given(st.text(max_size=600), st.text(max_size=600))
def test_any_text_is_read_without_trouble(file: str, affects: str) -> None:
    concerns(alert(file, affects), ticket(affects, touches=(file,)), [file])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("src/a.py", "src/a.py", True), ("src/a.py", "src/b.py", False), ("src", "src/deep/x.py", True),
        ("src/*.py", "src/a*", True), ("src/*.py", "src/*.js", False), ("src/**", "src/x/y/z", True),
        ("**/test_*.py", "src/api/*.py", True), ("**/test_*.py", "src/api/*.js", False), ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "b/z", False), ("src/?.py", "src/ab.py", False), ("src/[ab].py", "src/c.py", True),
        ("", "src", False), ("./src/", "src/x", True), ("*", "src/deep", True), ("docs/*", "src/*", False),
        ("**/stock.py", "src/waiting.py", False), ("**/stock.py", "src/stock.py", True), ("**/stock.py", "src", True),
    ],
)  # fmt: skip
def test_globs_that_may_meet(a: str, b: str, expected: bool) -> None:
    assert may_meet(a, b) is expected
    assert may_meet(b, a) is expected


_names = st.text("ab*?", min_size=1, max_size=5)


@given(_names, _names, st.text("ab", min_size=1, max_size=5))
def test_two_globs_that_match_one_name_meet(a: str, b: str, name: str) -> None:
    if fnmatch.fnmatchcase(name, a) and fnmatch.fnmatchcase(name, b) and "**" not in (a, b):
        assert may_meet(a, b)
        assert matches(a, name) and matches(b, name)


def test_a_pattern_of_many_stars_costs_little() -> None:
    assert may_meet("*a" * 60, "*b" * 60) is False
    assert matches("/".join(["**", "a"] * 15) + "/x", "/".join("a" * 40) + "/y") is False
    assert matches("*a" * 60, "a" * 200 + "b") is False


def test_claims_in_the_way() -> None:
    claim = PathClaim(pod=PodId("pod-1"), ticket=TicketId(101), pattern="src/api/**", severity=Severity.BLOCK)
    assert in_the_way([claim], ["src/api/x.py"], TicketId(102)) is claim
    assert in_the_way([claim], ["src/*/x.py"], TicketId(102)) is claim
    assert in_the_way([claim], ["docs"], TicketId(102)) is None
    assert in_the_way([claim], ["src/api/x.py"], TicketId(101)) is None
    warn = PathClaim(pod=PodId("pod-1"), ticket=TicketId(101), pattern="src", severity=Severity.WARN)
    assert in_the_way([warn], ["src/a"], TicketId(102)) is None


@pytest.mark.parametrize(
    "bad", ["/etc/passwd", "../x", "a/../../b", "~/x", "", "/", ".", "a\nb", "a\x1b[2J", "x" * 300]
)
def test_claims_stay_inside_the_project(bad: str) -> None:
    with pytest.raises(UsageError):
        check_pattern(bad)


@pytest.mark.parametrize(("text", "files"), [
    ("Mend stock.py, e.g. its end", ("**/stock.py",)), ("What Stock.take() returned", ()),
    ("`src/a.py` and docs/b.md", ("src/a.py", "docs/b.md")),
])  # fmt: skip
def test_files_that_a_text_names(text: str, files: tuple[str, ...]) -> None:
    assert likely_files(ticket(text)) == files
