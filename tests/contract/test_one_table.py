"""Verbs, keys, help and README come from one table each, and they agree."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from lmawep_tui.engine.verbs import VERBS
from lmawep_tui.ui.actions import ACTIONS, Scope
from lmawep_tui.ui.key_table import key_table
from tests.readme import renewed

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_a_command(name: str) -> None:
    command = getattr(import_module(VERBS[name].module), f"{name}_command")
    assert command.name == name


def test_help_shows_every_verb_with_its_sentence() -> None:
    done = subprocess.run([sys.executable, "-m", "lmawep_tui", "--help"], capture_output=True, text=True, check=True)
    words = " ".join(done.stdout.split())
    for verb in VERBS.values():
        assert verb.hidden or verb.help in words


def test_the_verbs_of_actions_exist() -> None:
    for name, action in ACTIONS.items():
        assert name == action.id
        assert not action.verb or action.verb.split()[0] in VERBS, action.id


def test_no_key_means_two_things_in_one_place() -> None:
    """Lists share their keys with nothing global; the review screen and the log have their own."""
    seen: dict[tuple[str, str], str] = {}
    for action in ACTIONS.values():
        place = "mission" if action.scope in (Scope.PODS, Scope.TICKETS, Scope.GLOBAL) else str(action.scope)
        for key in action.keys.split(","):
            other = seen.setdefault((place, key), action.id)
            assert other == action.id, f"{key} is {other} and {action.id}"


def test_readme_has_the_generated_tables() -> None:
    text = README.read_text("utf-8")
    assert renewed(text) == text, "renew it with: python -m tests.readme"
    assert key_table() in text
