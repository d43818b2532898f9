"""The bytes by which a terminal is asked to tell the person something; none of them come from the text.

Which sequence a terminal knows it does not say, but most say who they are. Unknown ones get a bell: an OSC that is
not understood would be ignored at best. Inside tmux the outer terminal is reached by a passthrough that tmux may
refuse, so there a bell goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.files.clean import clean_line

BELL = "\a"
_OSC9 = ("iTerm.app", "WezTerm", "ghostty", "rio", "WarpTerminal")
_OSC777 = ("foot", "rxvt", "konsole", "contour")


def sequence(how: str, title: str, body: str, env: Mapping[str, str]) -> str:
    """What to write to the terminal to tell this; nothing for `off` and `command`.

    `how` is as in the config; `env` says which terminal it is. Both texts may come from outside.
    """
    title, body = _safe(title), _safe(body)
    inside = "TMUX" in env
    known = _known(env) if how == "auto" else how
    if known in ("off", "command"):
        return ""
    if known == "bell" or "STY" in env:
        return BELL
    if known == "osc777":
        osc = f"\x1b]777;notify;{title.replace(';', ',')};{body}\a"
    else:
        osc = f"\x1b]9;{title}: {body}\a"
    if not inside:
        return osc
    return f"\x1bPtmux;{osc.replace(chr(27), chr(27) * 2)}\x1b\\" + (BELL if how == "auto" else "")


def _known(env: Mapping[str, str]) -> str:
    """What the terminal understands, by what it says of itself."""
    if env.get("TERM_PROGRAM") in _OSC9 or env.get("LC_TERMINAL") == "iTerm2":
        return "osc9"
    # Inside tmux TERM_PROGRAM is tmux; what the outer terminal put into the environment is still there.
    if any(name in env for name in ("KITTY_WINDOW_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR", "ITERM_SESSION_ID")):
        return "osc9"
    if any(env.get("TERM", "").startswith(name) for name in _OSC777) or "KONSOLE_VERSION" in env:
        return "osc777"
    return "bell"


def _safe(text: str) -> str:
    """Cleaned, and nothing in it that could end the sequence or begin another one."""
    return "".join(char for char in clean_line(" ".join(text.split())) if char.isprintable())
