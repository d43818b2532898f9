"""The reviewer: reads the diff with git, looks for what can be seen by a script, runs the tests, gives a verdict."""

from __future__ import annotations

import ast

from lmawep_tui.demo import bank
from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.steps import MAIN, Report


def review(desk: Desk) -> Report:
    """Reads what the branch would bring to main and approves it, unless something is really wrong."""
    base = desk.merge_base()
    desk.say(f"$ git log --oneline {MAIN}..HEAD", 0.3)
    desk.show(desk.git("log", "--oneline", f"{MAIN}..HEAD"))
    desk.say(f"$ git diff --stat {MAIN}...HEAD", 0.3)
    desk.show(desk.git("diff", "--stat", base, "HEAD"))
    findings = [finding for path in _changed(desk, base) for finding in _look(desk, base, path)]
    if not desk.tests():
        findings.append("the tests are red")
    report = _verdict(desk, base, findings)
    bank.note(desk, bank.PROGRESS, f"Review: {report.status}. {report.progress}")
    return report


def _verdict(desk: Desk, base: str, findings: list[str]) -> Report:
    if findings:
        return Report("CHANGES_REQUESTED", f"{len(findings)} findings.", "; ".join(findings), "Mend them.")
    size = desk.git("diff", "--shortstat", base, "HEAD").strip()
    return Report("APPROVED", f"It does what the ticket asks, and the tests prove it ({size}).")


def _changed(desk: Desk, base: str) -> list[str]:
    return desk.git("diff", "--name-only", "--diff-filter=d", base, "HEAD").splitlines()


def _look(desk: Desk, base: str, path: str) -> list[str]:
    """Reads one changed file, says what there is to say, and returns what has to be mended."""
    desk.say(f"▸ read {path}", 0.4)
    text = desk.read(path)
    if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
        return [f"{path} has conflict markers"]
    if not path.endswith(".py"):
        return []
    try:
        names = list(ast.walk(ast.parse(text)))
    except SyntaxError as error:
        return [f"{path}:{error.lineno} is not Python: {error.msg}"]
    functions = [node for node in names if isinstance(node, ast.FunctionDef)]
    tests = [node for node in functions if node.name.startswith("test_")]
    if tests:
        return _look_at_tests(desk, base, path, len(tests))
    public = [node for node in functions if not node.name.startswith("_")]
    mute = [node.name for node in public if ast.get_docstring(node) is None]
    desk.say(f"· Every function says what it does{f', but for {mute[0]}' if mute else ''}.", 0.2)
    return []


def _look_at_tests(desk: Desk, base: str, path: str, now: int) -> list[str]:
    before = desk.git("show", f"{base}:{path}", ok=(0, 128)).count("def test_")
    if now < before:
        return [f"{path} lost {before - now} tests"]
    more = f"{now - before} new" if now > before else "Changed, none taken away"
    desk.say(f"· Tests: {more}; their names say what they prove.", 0.2)
    return []
