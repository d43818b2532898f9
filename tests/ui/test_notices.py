"""Being told outside the screen: the right bytes, the right moment, and nothing of the text but text."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from lmawep_tui.engine import tickets
from lmawep_tui.engine.notify import filled
from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.notice import LONGEST, Notice, joined
from lmawep_tui.model.ticket import Status
from lmawep_tui.ui import notifier
from lmawep_tui.ui.notifier import News
from lmawep_tui.ui.presence import IDLE_S, Presence
from lmawep_tui.ui.terminal_notice import sequence
from tests.e2e.keyboard import Keyboard
from tests.ui.conftest import running
from tests.world import World

TMUX = {"TMUX": "/tmp/tmux", "TERM_PROGRAM": "tmux"}


@pytest.mark.parametrize(
    ("how", "env", "bytes_"),
    [
        ("auto", {"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;tea: pod-1 asks\a"),
        ("auto", {"TERM_PROGRAM": "WezTerm"}, "\x1b]9;tea: pod-1 asks\a"),
        ("auto", {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, "\x1b]9;tea: pod-1 asks\a"),
        ("auto", {"TERM": "foot"}, "\x1b]777;notify;tea;pod-1 asks\a"),
        ("auto", {"TERM": "rxvt-unicode-256color"}, "\x1b]777;notify;tea;pod-1 asks\a"),
        ("auto", {"TERM_PROGRAM": "Apple_Terminal"}, "\a"),
        ("auto", {"TERM": "xterm-256color"}, "\a"),
        ("auto", TMUX, "\a"),
        ("auto", {**TMUX, "LC_TERMINAL": "iTerm2"}, "\x1bPtmux;\x1b\x1b]9;tea: pod-1 asks\a\x1b\\\a"),
        ("auto", {"STY": "1.pts", "TERM_PROGRAM": "iTerm.app"}, "\a"),
        ("osc777", TMUX, "\x1bPtmux;\x1b\x1b]777;notify;tea;pod-1 asks\a\x1b\\"),
        ("osc9", {}, "\x1b]9;tea: pod-1 asks\a"),
        ("bell", {"TERM_PROGRAM": "iTerm.app"}, "\a"),
        ("off", {"TERM_PROGRAM": "iTerm.app"}, ""),
        ("command", {}, ""),
    ],
)
def test_what_is_written_to_which_terminal(how: str, env: Mapping[str, str], bytes_: str) -> None:
    assert sequence(how, "tea", "pod-1 asks", env) == bytes_


@given(title=st.text(), body=st.text(), how=st.sampled_from(["osc9", "osc777", "auto"]), inside=st.booleans())
def test_no_text_can_end_a_sequence_or_begin_one(title: str, body: str, how: str, inside: bool) -> None:
    env = {**(TMUX if inside else {}), "KITTY_WINDOW_ID": "1"}
    text = sequence(how, title, body, env)
    if inside:
        match = re.fullmatch(r"\x1bPtmux;(.*)\x1b\\\a?", text, re.DOTALL)
        assert match
        text = match[1].replace("\x1b\x1b", "\x1b")
    assert text.startswith("\x1b]") and text.endswith("\a")
    assert all(char.isprintable() for char in text[2:-1])
    assert how != "osc777" or (text.count(";") >= 3 and ";" not in text[2:-1].split(";", 2)[2].split(";")[0])


def notice(key: str, words: str = "asks: x") -> Notice:
    return Notice(key, key, words, words)


def test_several_are_told_in_one_line() -> None:
    assert joined([notice("pod-1", "asks:\nWhich?")]) == "pod-1 asks: Which?"
    assert joined([notice("pod-1"), notice("pod-2")]) == "2 need you: pod-1 asks: x; pod-2 asks: x"
    assert len(joined([notice("pod-1", "y" * 500)])) == LONGEST


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["asks: x", "asks: y"])), max_size=6),
       st.sets(st.sampled_from("abc")))  # fmt: skip
def test_only_what_is_new_and_not_ones_own_is_told_and_only_once(looks: list[dict[str, str]], own: set[str]) -> None:
    news, before = News(), None
    for look in looks:
        now = {key: notice(key, words) for key, words in look.items()}
        found = {one.key for one in news.new(now, own.__contains__)}
        fresh = set() if before is None else {key for key, words in look.items() if before.get(key) != words}
        assert found == fresh - own
        before = look


def test_who_is_away() -> None:
    now = [0.0]
    here = Presence(lambda: now[0])
    assert not here.away
    now[0] = IDLE_S + 1
    assert here.away  # this terminal has not told of its focus
    here.note(events.Key("j", "j"))
    assert not here.away
    assert here.note(events.AppFocus()) is None
    now[0] += 10 * IDLE_S
    assert not here.away  # it says that it has the focus
    here.note(events.AppBlur())
    left = now[0]
    assert here.away and here.last_look == left
    now[0] += 5
    assert here.note(events.AppFocus()) == left
    assert not here.away and here.last_look == now[0]


def test_a_command_is_words_and_never_options_or_placeholders_of_the_text() -> None:
    assert filled(("notify-send",), "t", "b") == ["notify-send", "t", "b"]
    assert filled(("x", "--title={title}", "{body}"), "a {body}", "b {title}") == ["x", "--title=a {body}", "b {title}"]
    assert filled(("notify-send",), "-u", "--hint") == ["notify-send", " -u", " --hint"]


def block(world: World, number: int, why: str) -> None:
    tickets.set_status(world.ws, TicketId(number), Status.BLOCKED, why=why)


async def test_it_is_told_once_while_the_person_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "iTerm.app")
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)
    monkeypatch.setattr(notifier, "GATHER_S", 0.05)
    world.config(more="notify: {every: 0s}\n")
    for title in ("one", "two", "three"):
        world.ticket(title)
    async with running(world) as ui:
        written: list[str] = []
        monkeypatch.setattr(ui.app._driver, "write", written.append)
        told = lambda: [text for text in written if "\x1b]9;" in text]  # noqa: E731
        ui.app.post_message(events.AppBlur())
        await ui.until(lambda: ui.app.presence.away, "away")
        block(world, 101, "no water\x1b]52;c;aGk=\x07")
        await ui.until(told, "the first")
        assert told() == ["\x1b]9;lmawep teahouse: #101 is blocked: no water␛]52;c;aGk=␇\a"]
        ui.app.post_message(events.AppFocus())
        await ui.until(lambda: not ui.app.presence.away, "here")
        block(world, 102, "no tea")
        await ui.sees("⚑ 2 need you")
        await ui.until(lambda: ui.app.notifier._due is None, "nothing waits to be told")
        assert len(told()) == 1
        world.config(more="notify: {every: 0s, when: always}\n")
        await ui.until(lambda: ui.app.bridge.snapshot.config.notify.when == "always", "the other setting")
        ui.mission.focus_list(ui.mission.tickets)
        ui.mission.tickets.table.move_to("103")
        await ui.press("S")
        await ui.sees("Status of #103")
        await ui.press("enter")
        await ui.sees("⚑ 3 need you")  # one's own doing
        tickets.set_status(world.ws, TicketId(102), Status.READY)
        await ui.sees("⚑ 2 need you")
        block(world, 102, "no cups")
        await ui.until(lambda: len(told()) > 1, "the next")
        assert told()[1:] == ["\x1b]9;lmawep teahouse: #102 is blocked: no cups\a"]


async def test_a_command_is_started_with_both_texts(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "GATHER_S", 0.05)
    out = tmp_path / "told.json"
    script = f"import json,sys; open({str(out)!r}, 'w').write(json.dumps(sys.argv[1:]))"
    command = json.dumps([sys.executable, "-c", script])
    world.config(more=f"notify: {{how: command, when: always, command: {command}}}\n")
    world.ticket("one")
    async with running(world) as ui:
        block(world, 101, "no water")
        await ui.until(lambda: out.exists() and out.read_text(), "the command")
    assert json.loads(out.read_text()) == ["lmawep teahouse", "#101 is blocked: no water"]


class _Raw(Keyboard):
    """Keeps what the terminal is sent."""

    def __init__(self, argv: list[str], folder: Path) -> None:
        super().__init__(argv, folder)
        self.raw = b""
        feed = self._stream.feed

        def keep(data: bytes) -> None:
            self.raw += data
            feed(data)

        self._stream.feed = keep


def test_a_real_terminal_gets_the_bytes_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    world.config(more="notify: {how: osc777, when: always, every: 0s}\n")
    world.ticket("one")
    with _Raw([sys.executable, "-m", "lmawep_tui"], world.root) as person:
        person.until("nothing needs you")
        block(world, 101, "no water; nor tea")
        wanted = b"\x1b]777;notify;lmawep teahouse;#101 is blocked: no water; nor tea\a"
        person.until_true(lambda: wanted in person.raw, "the notification")
        person.press("q")
        assert person.ended() == 0
