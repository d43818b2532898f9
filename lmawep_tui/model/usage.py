"""What a run used: tokens, and money where its program tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and US dollars of one run; `input` is without the cached where that is known, `cost` may not be told."""

    input: int = 0
    cached: int = 0
    output: int = 0
    cost: float | None = None

    def __bool__(self) -> bool:
        return bool(self.input or self.cached or self.output or self.cost)

    def __add__(self, other: Usage) -> Usage:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.input + other.input,
            self.cached + other.cached,
            self.output + other.output,
            sum(costs) if costs else None,
        )
