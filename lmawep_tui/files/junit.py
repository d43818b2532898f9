"""JUnit XML: what a test runner wrote, read as data of an agent's. No DTD, no entities, no giants, no half files."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.read import read_regular
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.test_report import Report

MAX_BYTES = 32 * 1024 * 1024
_MAX_CASES = 200_000
_MAX_DEPTH = 100
_MAX_NAME = 300
_MAX_MESSAGE = 300
_BAD = ("failure", "error")


def read_junit(path: Path) -> Report:
    """The tests in a JUnit XML file.

    Raises FileNotFoundError, or BadFile for what is cut short, too large, no JUnit XML, or has a DTD.
    """
    return parse_junit(read_regular(path, MAX_BYTES), path)


def parse_junit(data: bytes, path: Path | str) -> Report:
    """As read_junit, from bytes."""
    reader = _Reader(path)
    try:
        reader.feed(data)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding nobody knows
        raise BadFile(path, f"is not whole XML ({error})") from None
    return reader.report()


class _Reader:
    """Takes the elements as they come; nothing of the document is kept but the tests."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._depth = 0
        self._case: tuple[str, bool] | None = None
        """The test we are in, and whether it was skipped."""
        self._message: str | None = None
        """The message of its failure, while it has not been given in an attribute."""
        self._in_failure = False
        self._passed: set[str] = set()
        self._failing: dict[str, str] = {}
        self._skipped: set[str] = set()
        self._seen = False

    def feed(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)

    def _refuse(self, *_: object) -> None:
        raise BadFile(self._path, "has a document type, which lmawep does not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise BadFile(self._path, f"nests deeper than {_MAX_DEPTH} elements")
        if self._depth == 1 and tag not in ("testsuites", "testsuite"):
            raise BadFile(self._path, f"is not a JUnit report, it begins with <{clean_line(tag[:40])}>")
        self._seen = True
        if tag == "testcase":
            self._case = (_id(attributes), False)
            self._message = None
        elif self._case is not None and tag in _BAD:
            name = self._case[0]
            first = _first_line(attributes.get("message", ""))
            self._failing.setdefault(name, first)
            self._in_failure = not self._failing[name]
        elif self._case is not None and tag == "skipped":
            self._case = (self._case[0], True)

    def _text(self, text: str) -> None:
        if self._in_failure and self._case is not None:
            first = _first_line(text)
            if first:
                self._failing[self._case[0]] = first
                self._in_failure = False

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag in _BAD:
            self._in_failure = False
        elif tag == "testcase" and self._case is not None:
            name, skipped = self._case
            (self._skipped if skipped else self._passed).add(name)
            self._case = None
            if len(self._passed) + len(self._skipped) > _MAX_CASES:
                raise BadFile(self._path, f"has more than {_MAX_CASES:,} tests")

    def report(self) -> Report:
        if not self._seen:
            raise BadFile(self._path, "is empty")
        passed = self._passed - self._failing.keys() - self._skipped
        return Report(frozenset(passed), self._failing, len(self._skipped - self._failing.keys()))


def _id(attributes: dict[str, str]) -> str:
    """`file::class::name`; without a file `class::name`. The class is told without the file's own module name."""
    file, owner, name = (attributes.get(key, "") for key in ("file", "classname", "name"))
    file = file.removeprefix("./")
    if file:
        module = re.sub(r"\.\w+$", "", file).replace("/", ".").replace("\\", ".")
        name = "" if name == module and not owner else name  # the file itself could not be loaded
        owner = "" if owner == module else owner.removeprefix(f"{module}.").replace(".", "::")
    return clean_line("::".join(part for part in (file, owner, name) if part) or "a test without a name")[:_MAX_NAME]


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text[:4096].splitlines() if line.strip()), "")
    return clean_line(line)[:_MAX_MESSAGE]
