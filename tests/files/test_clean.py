"""What reaches the terminal from outside text: everything a person can see, nothing the terminal would obey."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.files.clean import clean_line, clean_output, clean_text

INVISIBLE = {0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x180B, 0x180C, 0x180D, *range(0xFE00, 0xFE0E)}
VISIBLE_FORMAT = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
# Egyptian hieroglyph joiners: they arrange visible signs and drive nothing.
VISIBLE_FORMAT |= set(range(0x13430, 0x13440))


def dangerous(char: str) -> bool:
    """The definition the module is held to, from the Unicode data base rather than from its own list."""
    code = ord(char)
    if code in VISIBLE_FORMAT:
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code in INVISIBLE


ANY_TEXT = st.text(st.characters(), max_size=200) | st.text(
    st.sampled_from("a[]mzß語❤\ufe0f\u200d\x1b\x9b\x07\x00\r\n\t\\]0;38\u202e\u2066\u200b\U000e0041\ud800\x7f"),
    max_size=60,
)


@given(ANY_TEXT)
def test_a_clean_line_holds_no_dangerous_character(text: str) -> None:
    assert not [char for char in clean_line(text) if dangerous(char)]


@given(ANY_TEXT)
def test_a_clean_text_holds_none_but_newlines(text: str) -> None:
    assert not [char for char in clean_text(text) if dangerous(char) and char != "\n"]


@given(ANY_TEXT)
def test_clean_output_holds_no_dangerous_character(text: str) -> None:
    assert not [char for char in clean_output(text) if dangerous(char)]


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for clean in (clean_line, clean_text, clean_output):
        once = clean(text)
        assert clean(once) == once


def test_every_dangerous_character_of_unicode_is_caught() -> None:
    missed = [hex(code) for code in range(0x110000) if dangerous(chr(code)) and chr(code) in clean_line(chr(code))]
    assert missed == []


def test_every_ordinary_character_is_left_alone() -> None:
    kept = "Grüße, 世界 – “quoted” ½ ● ◐ ⚑ ▌ \U0001f600 é e\u0301 ع א \ufffd ❤\ufe0f"
    assert clean_line(kept) == clean_output(kept) == clean_text(kept) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("list[int] [/] [@click=app.quit]x[/]", "list[int] [/] [@click=app.quit]x[/]"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x9b31mb", "a<U+009B>31mb"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\u200bb", "a<U+200B>b"),
        ("nul\x00", "nul␀"),
        ("del\x7f", "del␡"),
        ("two\nlines", "two⏎lines"),
        ("tab\there", "tab␉here"),
        ("\ud800", "<U+D800>"),
        ("tag\U000e0041", "tag<U+E0041>"),
        ("sep\u2028\u2029", "sep<U+2028><U+2029>"),
    ],
)
def test_clean_line_shows_what_it_stops(text: str, shown: str) -> None:
    assert clean_line(text) == shown


def test_clean_text_keeps_lines_and_turns_tabs_into_spaces() -> None:
    assert clean_text("a\r\n\tb\n\x1b[2Jc\u2028") == "a\n    b\n␛[2Jc<U+2028>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mfail\x1b[0m: x", "fail: x"),
        ("\x1b[38;5;196mred\x1b(B\x1b[m", "red"),
        ("\x1b]8;;http://a.b\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]52;c;never ended", "␛]52;c;never ended"),
        ("\x1b[31", "␛[31"),
        ("\x1b", "␛"),
        ("\x9b31mred", "<U+009B>31mred"),
        ("\x1bPq\x1b\\", "␛Pq␛\\"),
        (" 10%\r 50%\r100%", "100%"),
        (" 10%\r 50%\r", " 50%"),
        ("windows\r", "windows"),
        ("100%\r\x1b[K", "100%"),
        ("name\tsize", "name    size"),
        ("\x1b[\x1b[31mm", "␛[m"),
    ],
)
def test_clean_output_reads_like_a_terminal(text: str, shown: str) -> None:
    assert clean_output(text) == shown


@pytest.mark.parametrize("part", ["\x1b[", "\x1b]", "\x1b[0;", "\x1b]8;;", "\x1b[1", "\r", "\x1b", "\x1b]" + "a" * 500])
def test_a_megabyte_of_half_sequences_is_read_once(part: str) -> None:
    """No expression may go over the same characters again and again; a quadratic one would take minutes here."""
    text = part * (1_000_000 // len(part))
    assert not [char for char in clean_output(text) if dangerous(char)]
