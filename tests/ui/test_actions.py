"""One table of actions, and the person's own keys."""

from __future__ import annotations

import pytest

from lmawep_tui.ui.actions import ACTIONS, Scope
from lmawep_tui.ui.deeds import DEEDS
from lmawep_tui.ui.key_table import key_table
from lmawep_tui.ui.keymap import check_keys, key_name, shown
from lmawep_tui.ui.screens.first_run import DEEDS as FIRST_DEEDS
from lmawep_tui.ui.screens.help import HelpScreen
from lmawep_tui.ui.setting_deeds import DEEDS as SETTING_DEEDS
from lmawep_tui.ui.verdicts import DEEDS as VERDICTS
from lmawep_tui.ui.view_deeds import DEEDS as VIEW_DEEDS
from lmawep_tui.ui.watch_deeds import DEEDS as WATCH_DEEDS
from lmawep_tui.ui.widgets.diff_view import DiffView
from lmawep_tui.ui.widgets.log_view import LogView
from lmawep_tui.ui.widgets.table import Table
from tests.ui.conftest import running
from tests.world import World


def test_every_action_is_carried_out_by_somebody() -> None:
    for action in ACTIONS.values():
        if action.by_widget:
            continue
        own = {Scope.REVIEW: VERDICTS, Scope.VIEWS: VIEW_DEEDS, Scope.WATCH: WATCH_DEEDS,
               Scope.SETTINGS: SETTING_DEEDS, Scope.START: FIRST_DEEDS}  # fmt: skip
        deeds = own.get(action.scope, DEEDS)
        assert action.id in deeds, action.id
    assert set(DEEDS) | set(VERDICTS) <= set(ACTIONS)


@pytest.mark.parametrize("widget", [Table, LogView, DiffView])
def test_keys_of_widgets_are_told_as_they_are(widget: type[Table | LogView | DiffView]) -> None:
    told = {a.id: a for a in ACTIONS.values() if a.by_widget}
    for cls in widget.__mro__:
        for binding in cls.__dict__.get("BINDINGS", ()):
            if getattr(binding, "id", None) in told:
                assert told.pop(binding.id).keys == binding.key


def test_help_and_readme_list_every_action() -> None:
    page = str(HelpScreen({}).entries())
    table = key_table()
    for action in ACTIONS.values():
        assert action.id in page and action.help in page
        assert f"`{action.id}`" in table and action.help in table


@pytest.mark.parametrize(
    ("written", "name"),
    [("!", "exclamation_mark"), ("Ctrl+P", "ctrl+p"), ("M", "M"), ("/", "slash"), ("Enter", "enter"), ("f5", "f5")],
)
def test_keys_as_people_write_them(written: str, name: str) -> None:
    assert key_name(written) == name
    assert key_name(shown(name)) == name


def test_unknown_actions_and_clashes_are_said() -> None:
    good, troubles = check_keys({"pod.fly": "f", "pod.merge": "M", "pod.stop": "s", "log.follow": "F"})
    assert good == {"pod.merge": "M", "pod.stop": "s", "log.follow": "F"}
    assert any("pod.fly" in text for text in troubles)
    assert any("ticket.spawn has no key" in text for text in troubles)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"pod.merge": "Ctrl+Foo"}, "“ctrl+foo” of pod.merge is no key"),
        ({"pod.merge": "hyperspace"}, "is no key"),
        ({"pod.merge": "Ctrl+I"}, "is Tab to most terminals"),
        ({"theme": "y"}, "review.approve has no key"),
        ({"review.approve": "question_mark"}, "help has no key"),
        ({"board.left": "s"}, "ticket.spawn has no key"),
        ({"pod.merge": " "}, "has no key"),
    ],
)
def test_keys_that_cannot_be_or_take_anothers_are_said(keys: dict[str, str], says: str) -> None:
    assert any(says in trouble for trouble in check_keys(keys)[1])


@pytest.mark.parametrize("key", ["F5", "f12", "Ctrl+T", "Alt+Enter", "shift+tab", "é", "+", "PageDown", "Insert"])
def test_keys_that_can_be(key: str) -> None:
    assert check_keys({"pod.open": key})[0] == {"pod.open": key_name(key)}


def test_areas_with_screens_of_their_own_do_not_clash() -> None:
    assert check_keys({"review.approve": "D", "timeline.all": "b", "log.follow": "s"})[1] == []


def test_two_wishes_for_one_key() -> None:
    good, troubles = check_keys({"pod.merge": "M", "pod.stop": "M"})
    assert len(good) == 1 and len(troubles) == 1


async def test_own_keys_work_and_troubles_are_shown(world: World) -> None:
    world.config(more="keys: {ticket.spawn: B, pod.fly: f}\n")
    world.ticket("one")
    async with running(world) as ui:
        await ui.until(lambda: any("pod.fly" in toast for toast in ui.toasts), "the trouble")
        assert "B spawn" in ui.footer
        await ui.press("s")
        await ui.press("B")
        await ui.sees("pod-1", "assigned")
        assert len(world.ws.snapshot().pods) == 1


def test_what_keys_do_fits_the_help() -> None:
    assert [action.id for action in ACTIONS.values() if len(action.help) > 64] == []
