"""JUnit reports: what runners write is read, and what is forged, cut short or huge is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.files import junit
from lmawep_tui.files.junit import parse_junit, read_junit
from lmawep_tui.model.errors import BadFile

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest">
<testcase classname="tests.test_a.TestX" name="test_m[a.b]" file="tests/test_a.py" line="2"><failure
 message="AssertionError: h\xc3\xa9llo&#10;assert 1 == 2">self = ...</failure></testcase>
<testcase classname="tests.test_a" name="test_ok" file="tests/test_a.py"/>
<testcase classname="tests.test_a" name="test_s" file="tests/test_a.py">
<skipped type="pytest.skip" message="x"/></testcase>
<testcase classname="tests.test_a" name="test_td" file="tests/test_a.py"/>
<testcase classname="tests.test_a" name="test_td" file="tests/test_a.py"><error message="failed on teardown">no
</error></testcase>
<testcase classname="" name="tests.test_b" file="tests/test_b.py">
<error message="collection failure">x</error></testcase>
</testsuite></testsuites>"""
PLAIN = b"""<testsuite><testcase classname="com.acme.CalcTest" name="adds"><failure type="E">

  expected 4
  at line 3</failure><system-out>\x41 lot</system-out></testcase><testcase name="subtracts"/></testsuite>"""


def test_what_pytest_writes() -> None:
    report = parse_junit(PYTEST, "x")
    assert report.failing == {
        "tests/test_a.py::TestX::test_m[a.b]": "AssertionError: héllo",
        "tests/test_a.py::test_td": "failed on teardown",
        "tests/test_b.py": "collection failure",
    }
    assert report.passed == {"tests/test_a.py::test_ok"} and report.skipped == 1 and report.total == 5


def test_what_others_write() -> None:
    report = parse_junit(PLAIN, "x")
    assert report.failing == {"com.acme.CalcTest::adds": "expected 4"} and report.passed == {"subtracts"}


_BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><testsuite name="&b;"/>"""
_EXTERNAL = b"""<!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite/>"""
_BAD = {
    "cut short": (PYTEST[:400], "not whole XML"),
    "empty": (b"", "not whole XML"),
    "bytes": (bytes(range(256)), "not whole XML"),
    "entities": (_BOMB, "document type"),
    "external": (_EXTERNAL, "document type"),
    "another kind": (b"<html><testcase name='x'/></html>", "not a JUnit report"),
    "deep": (b"<testsuite>" * 5000, "deeper than"),
    "two roots": (b"<testsuite/><testsuite/>", "not whole XML"),
    "encoding": (b"<?xml version='1.0' encoding='nosuch'?><testsuite/>", "not whole XML"),
}


@pytest.mark.parametrize("case", _BAD)
def test_what_cannot_be_believed_is_refused(case: str) -> None:
    data, words = _BAD[case]
    with pytest.raises(BadFile, match=words):
        parse_junit(data, "report.xml")


def test_a_giant_and_a_link_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    giant, link = tmp_path / "giant.xml", tmp_path / "link.xml"
    with giant.open("wb") as file:
        file.truncate(junit.MAX_BYTES + 1)
    link.symlink_to(giant)
    for path, words in ((giant, "too large"), (link, "symbolic link")):
        with pytest.raises(BadFile, match=words):
            read_junit(path)
    monkeypatch.setattr(junit, "_MAX_CASES", 10)
    many = b"".join(b'<testcase name="t%d"/>' % n for n in range(20))
    with pytest.raises(BadFile, match="more than"):
        parse_junit(b"<testsuite>" + many + b"</testsuite>", "x")


def test_names_and_messages_are_one_clean_short_line() -> None:
    name, message = "a&#10;b&#x9b;" + "x" * 1000, "&#x202e;boo&#10;second"
    text = f'<testsuite><testcase name="{name}"><failure message="{message}"/></testcase></testsuite>'
    ((found, words),) = parse_junit(text.encode(), "x").failing.items()
    assert "\n" not in found and "\x9b" not in found and len(found) <= 300
    assert words == "<U+202E>boo"


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: PYTEST[:200] + data + PYTEST[200:]))
def test_any_bytes_are_a_report_or_refused(data: bytes) -> None:
    try:
        parse_junit(data, "x")
    except BadFile as error:
        assert str(error)
