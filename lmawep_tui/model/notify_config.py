"""How a person is told, outside the screen, that something needs them."""

from __future__ import annotations

from typing import Literal

from lmawep_tui.model.command import Command
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.setting import key as _key

How = Literal["auto", "osc9", "osc777", "bell", "command", "off"]
When = Literal["away", "always"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyConfig:
    """Notifications of the terminal or the desktop."""

    __pydantic_config__ = {"extra": "forbid"}

    how: How = _key("auto", "auto (by terminal), osc9, osc777, bell, command or off")
    command: Command | None = _key(
        None,
        "words for `command`, such as [notify-send]; {title} and {body} are filled in, or added at the end",
        "command",
    )
    when: When = _key("away", "away (the terminal has no focus; if it does not tell, no key for a while) or always")
    every: float = _key(10.0, "least time between two; what comes meanwhile is told in one", "s")
