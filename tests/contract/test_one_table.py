"""Verbs, keys, help and README come from one table each, and they agree."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from lmawep_tui.ui.actions import ACTIONS
from lmawep_tui.ui.key_table import command_table, key_table

from lmawep_tui.engine.verbs import VERBS

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


def test_action_ids_are_unique_and_their_verbs_exist() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    for action in ACTIONS:
        assert action.verb is None or action.verb in VERBS, action.id


def test_no_key_means_two_things_in_one_scope() -> None:
    seen: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in action.keys:
            other = seen.setdefault((action.scope, key), action.id)
            assert other == action.id, f"{key} is {other} and {action.id} in {action.scope}"


def test_readme_has_the_generated_tables() -> None:
    text = README.read_text("utf-8")
    assert key_table() in text, "renew with: python -m tests.readme"
    assert command_table() in text, "renew with: python -m tests.readme"
