"""Verbs, keys, help and README come from one table each, and they agree."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

import lmawep_tui.ui
from lmawep_tui.engine.verbs import VERBS
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.ui.actions import ACTIONS, Scope, Situation
from lmawep_tui.ui.finding import Offer
from lmawep_tui.ui.key_table import key_table
from lmawep_tui.ui.offers import action_offers
from lmawep_tui.ui.screens.help import HelpScreen
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


def _bound() -> dict[str, set[str]]:
    """Action id → the keys that some part of the screen binds to it."""
    for module in pkgutil.walk_packages(lmawep_tui.ui.__path__, "lmawep_tui.ui."):
        import_module(module.name)
    found: dict[str, set[str]] = {}
    for cls in _classes(DOMNode):
        for binding in cls.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                found.setdefault(binding.id, set()).add(binding.key)
    return found


def _classes(cls: type) -> set[type]:
    return {cls} | {found for sub in cls.__subclasses__() for found in _classes(sub)}


def test_every_action_is_reached_by_key_palette_and_mouse_and_told_in_help_and_readme() -> None:
    """The palette's rows and the footer's item for it are clicked in tests/ui/test_palette.py, on every screen."""
    bound, readme = _bound(), README.read_text("utf-8")
    offered = {offer.key: offer for offer in action_offers(Situation(Snapshot()), {}, (), {})}
    helped = {entry[0]: entry[1] for entry in HelpScreen({}).entries() if not isinstance(entry, str)}
    for action in ACTIONS.values():
        assert action.keys in bound.get(action.id, ()), f"no part of the screen binds {action.keys} to {action.id}"
        assert f"do:{action.id}" in offered or action.id == "palette", f"{action.id} is not in the palette"
        assert action.help in offered.get(f"do:{action.id}", Offer("", action.help)).words
        assert action.help in str(helped[action.id]), f"{action.id} is not in `?`"
        assert f"`{action.id}`" in key_table() and f"`{action.id}`" in readme, f"{action.id} is not in the README"


def test_every_screen_has_the_footer_by_which_the_mouse_reaches_all() -> None:
    _bound()
    for screen in _classes(Screen) - {Screen, ModalScreen}:
        if screen.__module__.startswith("lmawep_tui") and not issubclass(screen, ModalScreen):
            if screen.__subclasses__():
                continue  # what others are built on
            assert any("FooterBar(" in inspect.getsource(cls) for cls in screen.__mro__[:4]), screen.__name__


def test_readme_has_the_generated_tables() -> None:
    text = README.read_text("utf-8")
    assert renewed(text) == text, "renew it with: python -m tests.readme"
    assert key_table() in text
