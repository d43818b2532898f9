"""What a run used: tokens, and money where its program tells."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and US dollars of one run; `input` is without the cached where that is known, `cost` may not be told."""

    input: int = 0
    cached: int = 0
    output: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """All of them, those from a cache included."""
        return self.input + self.cached + self.output

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

    def since(self, before: Usage | None) -> Usage:
        """What was added to `before`; all of it where a count is smaller than before, because it began anew."""
        if before is None:
            return self
        cost = self.cost
        if cost is not None and before.cost is not None:
            cost = cost - before.cost if cost >= before.cost else cost
        if self.input < before.input or self.cached < before.cached or self.output < before.output:
            return Usage(self.input, self.cached, self.output, cost)
        return Usage(self.input - before.input, self.cached - before.cached, self.output - before.output, cost)


@dataclass(frozen=True, slots=True)
class Price:
    """What models cost, in US dollars for a million tokens."""

    model: str
    """Name of the model, or a pattern such as `gpt-5*`."""
    input: float
    output: float
    cached: float | None = None
    """For input that came from a cache; None is the price of all other input."""
