"""Keys as people write and read them, and the person's own keys from the config."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.ui.actions import ACTIONS, Action, Scope

_SIGNS = {
    "exclamation_mark": "!", "slash": "/", "colon": ":", "question_mark": "?", "right_square_bracket": "]",
    "left_square_bracket": "[", "right_curly_bracket": "}", "left_curly_bracket": "{", "escape": "Esc", "tab": "Tab",
    "shift+tab": "⇧Tab", "enter": "Enter", "space": "Space", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "delete": "Del",
    "left_parenthesis": "(", "right_parenthesis": ")", "at": "@",
    "plus": "+", "minus": "-", "equals_sign": "=",
}  # fmt: skip
_NAMES = {sign: name for name, sign in _SIGNS.items()} | {",": "comma", ".": "full_stop", "-": "minus", "+": "plus",
          "=": "equals_sign", "#": "number_sign", "*": "asterisk", ";": "semicolon", "~": "tilde", "_": "underscore",
          "@": "at", "$": "dollar_sign", "%": "percent_sign", "&": "ampersand", "^": "circumflex_accent",
          "<": "less_than_sign", ">": "greater_than_sign", "|": "vertical_line", "\\": "backslash"}  # fmt: skip


def shown(key: str) -> str:
    """Return a key as a person knows it: `!`, `Ctrl+P`, `Esc`."""
    if key in _SIGNS:
        return _SIGNS[key]
    parts = key.split("+")
    return "+".join([p.capitalize() for p in parts[:-1]] + [_SIGNS.get(parts[-1]) or _last(parts)])


def _last(parts: list[str]) -> str:
    return parts[-1].upper() if len(parts) > 1 else parts[-1]


def key_name(text: str) -> str:
    """Return the name Textual has for what a person wrote: `!` → `exclamation_mark`, `Ctrl+P` → `ctrl+p`."""
    text = text.strip()
    if len(text) == 1:
        return _NAMES.get(text, text)
    parts = text.split("+")
    last = _NAMES.get(parts[-1], parts[-1].lower() if len(parts[-1]) > 1 or len(parts) > 1 else parts[-1])
    return "+".join([*(part.lower() for part in parts[:-1]), last])


def keys_of(action: Action, own: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of an action, the person's own instead of ours where they said so."""
    return tuple((own.get(action.id) or action.keys).split(","))


def check_keys(wanted: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the keys that can be used, by action id, and what is wrong with the others, in words."""
    good: dict[str, str] = {}
    troubles: list[str] = []
    for name, text in wanted.items():
        keys = ",".join(key_name(part) for part in _split(text))
        if name not in ACTIONS:
            troubles.append(f"keys: there is no action “{name}”. `?` shows them all.")
        elif not keys:
            troubles.append(f"keys: “{name}” has no key.")
        else:
            good[name] = keys
    for first, second, key in _clashes(good):
        # The person's own choice wins over a default; of two choices the later one does.
        loser = first if first in good and second in good else second if first in good else first
        if loser in good:
            del good[loser]
            troubles.append(f"keys: {shown(key)} is both {first} and {second}; {loser} keeps its own key.")
        else:
            troubles.append(f"keys: {shown(key)} now is {second if loser == first else first}; {loser} has no key.")
    return good, troubles


def _split(text: str) -> list[str]:
    """`x,y` is two keys, `,` is the comma."""
    return [","] if text.strip() == "," else [part for part in text.split(",") if part.strip()]


def _clashes(own: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return pairs of actions that share a key where both work, at least one of them by the person's choice."""
    found = []
    actions = list(ACTIONS.values())
    for place, first in enumerate(actions):
        for second in actions[place + 1 :]:
            if not (first.id in own or second.id in own) or not _meet(first, second):
                continue
            for key in set(keys_of(first, own)) & set(keys_of(second, own)):
                found.append((first.id, second.id, key))
    return found


def _meet(first: Action, second: Action) -> bool:
    """Whether both keys work at the same place."""
    scopes = {first.scope, second.scope}
    if len(scopes) == 1:
        return True
    if scopes & {Scope.REVIEW, Scope.VIEWS, Scope.BOARD} or (first.by_widget and second.by_widget):
        return False
    # A view's own keys win while it has the focus (n in a log is "next match"); in the lists both would meet.
    return Scope.LOG not in scopes
