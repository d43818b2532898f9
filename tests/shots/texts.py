"""What the agents of the scenes write: code, notes, and what they print."""

from __future__ import annotations

import json
from typing import Any

LOG = """14:01:31 reading memory-bank/activeContext.md
14:01:33 ▸ read src/limits.py
14:01:52 ▸ edit src/limits.py  +42 −3
14:02:11 ▸ edit tests/test_limits.py  +28
14:02:19 $ pytest -q tests/test_limits.py
.F..
FAILED tests/test_limits.py::test_burst - AssertionError: 11 != 10
1 failed, 3 passed in 0.21s
14:02:28 The bucket is refilled before it is read. Moving the refill below the check.
14:02:31 ▸ edit src/limits.py  +2 −2
14:02:33 $ pytest -q tests/test_limits.py
....
4 passed in 0.19s
"""
CARDS_LOG = """14:01:59 reading memory-bank/activeContext.md
14:02:01 ▸ read src/cards.py
14:02:12 ▸ read src/till.py
14:02:25 A card is a balance and a code. The till has neither yet; codes come first.
14:02:31 ▸ edit src/cards.py  +24
"""
QUESTION = """13:56:58 ▸ read src/members.py
The ticket says "hashed", but not how.
STATUS: QUESTION
PROGRESS: none yet
QUESTION: Which hash should I use, argon2 or scrypt?
"""
RED = """13:55:12 $ pytest -q
FAILED tests/test_menu.py::test_the_season_comes_first - AttributeError: 'Tea' has no attribute 'season'
FAILED tests/test_menu.py::test_no_season_is_last - AttributeError: 'Tea' has no attribute 'season'
2 failed, 31 passed in 1.92s
"""
MENU = '''"""The menu, by season."""

SEASONS = ("spring", "summer", "autumn", "winter")


def by_price(teas):
    """The cheapest first."""
    return sorted(teas, key=lambda tea: tea.price)


def shown(teas):
    """One line a tea."""
    return [f"{tea.name} {tea.price}" for tea in teas]
'''
MENU_SORTED = '''"""The menu, by season."""

SEASONS = ("spring", "summer", "autumn", "winter")


def by_season(teas, season):
    """The teas of a season first, the others as they were."""
    return sorted(teas, key=lambda tea: (tea.season != season, SEASONS.index(tea.season)))


def shown(teas):
    """One line a tea, with what it costs."""
    return [f"{tea.name:<20} {tea.price:>6.2f}" for tea in teas]
'''
MENU_TEST = """from src.menu import by_season


def test_the_season_comes_first(teas):
    assert by_season(teas, "autumn")[0].name == "hojicha"
"""
LIMITS = "".join(
    f"LIMIT_{n} = {n}\n" if n % 7 else f"\n\ndef limit_{n}(guest):\n    return guest.orders < LIMIT_{n - 1}\n\n\n"
    for n in range(1, 40)
)
CONTEXT = """# Now

Orders are limited by a **bucket** for each guest: ten tokens, one back every six seconds.

- the bucket lives in `src/limits.py`
- the till asks it before it takes an order
- `429` tells the guest how long to wait
"""
PROGRESS = """# Done

- [x] the bucket, with tests
- [x] refilled by the clock, not by a timer
- [ ] the till shows the wait
"""
BLOCKERS = "# Open\n\nNothing.\n"
PATTERNS = "# How things are done here\n\nPure functions in `src/`, no clock but the one handed in.\n"


def claude(*said: str | tuple[str, str, str]) -> str:
    """A run as Claude Code prints it: text, or a tool with what it is about and what came of it."""
    lines: list[dict[str, Any]] = [{"type": "system", "subtype": "init", "session_id": "s1", "model": "claude"}]
    for number, one in enumerate(said):
        if isinstance(one, str):
            lines.append(_message("assistant", {"type": "text", "text": one}))
            continue
        tool, about, result = one
        name = "command" if tool == "Bash" else "file_path"
        block: dict[str, Any] = {"type": "tool_use", "id": f"t{number}", "name": tool, "input": {name: about}}
        if tool == "Edit":
            old, _, new = result.partition(" → ")
            block["input"] |= {"old_string": old, "new_string": new}
            result = "The file has been updated."
        lines.append(_message("assistant", block))
        lines.append(_message("user", {"type": "tool_result", "tool_use_id": f"t{number}", "content": result}))
    return "".join(json.dumps(line) + "\n" for line in lines)


def _message(role: str, block: dict[str, Any]) -> dict[str, Any]:
    return {"type": role, "message": {"role": role, "content": [block]}}


TALK = claude(
    "I'll read the notes of the last run first.",
    ("Read", "memory-bank/activeContext.md", "# Now\n\nOrders are limited by a bucket for each guest."),
    ("Read", "src/limits.py", "LIMIT_1 = 1\nLIMIT_2 = 2"),
    ("Edit", "src/limits.py", "LIMIT = None → LIMIT = 10\nREFILL_S = 6"),
    (
        "Bash",
        "pytest -q tests/test_limits.py",
        ".F..\nFAILED test_burst - AssertionError: 11 != 10\n1 failed, 3 passed",
    ),
    "The bucket is refilled *before* it is read. Moving the refill below the check.",
    ("Edit", "src/limits.py", "    refill(guest)\n    check(guest) →     check(guest)\n    refill(guest)"),
    ("Bash", "pytest -q tests/test_limits.py", "....\n4 passed in 0.19s"),
    "All four pass. Next: the till has to show how long to wait.",
)
MENU_TALK = claude(
    ("Read", "memory-bank/activeContext.md", "# Now\n\nNothing yet."),
    ("Read", "src/menu.py", MENU),
    "The season is handed in, so that the tests need no clock.",
    ("Edit", "src/menu.py", "def by_price(teas): → def by_season(teas, season):"),
    ("Bash", "pytest -q tests/test_menu.py", "..\n2 passed in 0.11s"),
    "Both pass.",
)
