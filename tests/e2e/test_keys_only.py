"""From an empty list to a landed ticket with nothing but the keyboard, in a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.e2e.keyboard import Keyboard
from tests.repos import Project, git

SCREEN = [sys.executable, "-m", "lmawep_tui"]
AGENT = """\
cat > /dev/null
echo "looking at ticket $LMAWEP_TICKET"
echo done > "work-$LMAWEP_TICKET.txt"
git add --all
git commit -qm "Work on $LMAWEP_TICKET"
echo "- did it" >> memory-bank/progress.md
printf 'STATUS: COMPLETE\\nPROGRESS: it is done\\nBLOCKERS: none\\nNEXT: none\\n'
"""


def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.init(agent="script", agents={"script": {"command": ["sh", "-c", AGENT]}})
    return made


def test_ticket_to_landed(tmp_path: Path) -> None:
    made = project(tmp_path)
    try:
        with Keyboard(SCREEN, made.root) as person:
            person.until("No tickets yet")
            person.press("n")
            person.until("Title")
            person.press("Say hello", "<enter>")
            person.until("101", "Say hello", "ready")
            person.press("s")
            person.until("pod-1")
            person.press("e")
            person.until("review", "+1", "looking at ticket 101")
            person.press("r")
            person.until("work-101.txt", "approve")
            person.press("y")
            person.until("testing")
            person.press("t")
            person.until("train 1")
            person.press("m")
            person.until("complete", "landed")
            person.press("q")
            assert person.ended() == 0
        assert git(made.root, "log", "--merges", "--format=%s") == "Merge pod-1-ticket-101: Say hello"
        assert git(made.root, "status", "--porcelain") == ""
        assert (made.root / "work-101.txt").read_text() == "done\n"
    finally:
        made.close()


def test_it_shows_what_another_process_does(tmp_path: Path) -> None:
    made = project(tmp_path)
    try:
        with Keyboard(SCREEN, made.root, columns=80, rows=24) as person:
            person.until("No tickets yet")
            made.ticket("From a script")
            person.until("From a script", timeout_s=5)
            person.press("q")
            assert person.ended() == 0
    finally:
        made.close()
