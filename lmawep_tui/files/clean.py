"""Makes text that came from outside safe to put on a terminal.

Everything a ticket, a branch, a file or an agent says is data: if one byte of it reached the terminal as a
control, the text could move the cursor, fill the clipboard or hide a line. So each dangerous character is shown
instead of sent.
"""

from __future__ import annotations

import re

# Each character of this class either drives the terminal or is invisible to the reader. One character at a time:
# no state, no backtracking, nothing that could be closed wrongly.
_FORBIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers, Mongolian selectors
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, bidi, deprecated format characters
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\uffff"  # fillers, most variation selectors, byte order mark, specials
    "\ud800-\udfff"  # lone surrogates
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # shorthand, music, tags, more selectors
)
_KEEP_REPLACEMENT = "(?!\ufffd)"  # what a failed decode leaves is itself the visible sign of it
_BAD = re.compile(f"{_KEEP_REPLACEMENT}[{_FORBIDDEN}]")
_BAD_BUT_NEWLINE = re.compile(f"{_KEEP_REPLACEMENT}(?!\n)[{_FORBIDDEN}]")

# Whole, well-formed sequences only. The classes of neighbouring parts are disjoint and none contains ESC, so a
# search reads each character at most twice whatever the text.
_SEQUENCE = re.compile(
    r"\x1b(?:"
    r"\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, erasing, cursor
    r"|\][^\x00-\x1f\x7f-\x9f]{0,4096}(?:\x07|\x1b\\)"  # OSC: titles, links, clipboard
    r"|[()*+][0-9A-Z]"  # character sets, as `tput sgr0` sends them
    r"|[=>78]"  # keypad modes, save and restore
    r")"
)

TAB = " " * 4
"""What a tab becomes in `clean_text`: fixed, so that the width of a text never depends on where it stands."""


def _shown(match: re.Match[str]) -> str:
    """Return the visible form of one forbidden character."""
    char = match[0]
    if char == "\n":
        return "⏎"
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␀ … ␛ … ␟
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def clean_line(text: str) -> str:
    """Return `text` as one safe line, every dangerous character shown (`\\x1b` as `␛`, U+202E as `<U+202E>`).

    For titles, names, paths and messages: whoever wrote it, a person sees that something odd is in there.
    """
    # Almost every line is plain: this answers in 30 ns and never starts the regular expression.
    if text.isascii() and text.isprintable():
        return text
    return _BAD.sub(_shown, text)


def clean_text(text: str) -> str:
    """Return `text` safe but with its newlines, tabs as spaces.

    For documents of several lines; `\\r\\n` counts as one newline because files of other systems are not attacks.
    """
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    if "\t" in text:
        text = text.replace("\t", TAB)
    return _BAD_BUT_NEWLINE.sub(_shown, text)


def clean_output(text: str) -> str:
    """Return one line of a program's output as a terminal would have left it, without its colours.

    Well-formed sequences are normal there, so they vanish; what remains of malformed ones is shown. A progress bar
    that redraws itself with `\\r` leaves only its last state.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\x1b" in text:
        text = _SEQUENCE.sub("", text)
    if "\r" in text:
        text = text.rstrip("\r").rpartition("\r")[2]
    if "\t" in text:
        text = text.expandtabs(8)  # programs align their output to the terminal's stops
    return _BAD.sub(_shown, text)
