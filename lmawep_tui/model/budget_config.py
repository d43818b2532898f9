"""Settings about money and tokens: budgets, and the prices of models."""

from __future__ import annotations

import math
import re

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.setting import key as _key


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetsConfig:
    """What agents may use. A budget that is used up stops them; what is not set is not limited."""

    __pydantic_config__ = {"extra": "forbid"}

    run: float | None = _key(None, "US dollars that one run may cost; it is ended beyond, and you are asked")
    ticket: float | None = _key(None, "US dollars for one ticket, all its runs; then no agent starts on it any more")
    day: float | None = _key(None, "US dollars for one day of your calendar; then no agent starts until the next")
    run_tokens: int | None = _key(None, "the same in tokens, those from a cache included: `2M`, `500k`", "tokens")
    ticket_tokens: int | None = _key(None, "the same in tokens", "tokens")
    day_tokens: int | None = _key(None, "the same in tokens", "tokens")

    def __post_init__(self) -> None:
        for name in ("run", "ticket", "day", "run_tokens", "ticket_tokens", "day_tokens"):
            _no_less_than_nothing(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceConfig:
    """What a model costs, for programs that tell tokens and no cost."""

    __pydantic_config__ = {"extra": "forbid"}

    input: float = _key(0.0, "US dollars for a million tokens that go in")
    cached: float | None = _key(None, "the same for tokens from a cache; the default is the price of the others")
    output: float = _key(0.0, "US dollars for a million tokens that come out")

    def __post_init__(self) -> None:
        for name in ("input", "cached", "output"):
            _no_less_than_nothing(name, getattr(self, name))


def _no_less_than_nothing(name: str, amount: float | None) -> None:
    if amount is not None and not 0 <= amount < math.inf:
        raise ValueError(f"{name} has to be 0 or more, and {amount} is not")


_COUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kMG]?)", re.ASCII)
_FACTORS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}


def token_count(text: str) -> int:
    """`2M`, `500k`, `4096` as a number of tokens; raises ValueError for anything else."""
    match = _COUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a number of tokens such as 2M")
    return int(float(match[1]) * _FACTORS[match[2]])
