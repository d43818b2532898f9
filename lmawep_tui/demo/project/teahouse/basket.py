"""What a customer is about to buy."""

from dataclasses import dataclass, field

from teahouse.menu import Tea


@dataclass(frozen=True)
class Customer:
    """Who buys; with an address the order is sent there by post."""

    name: str
    member: bool = False
    address: str = ""


@dataclass(frozen=True)
class Line:
    """So many packets of one tea."""

    tea: Tea
    amount: int


@dataclass
class Basket:
    """The teas of one customer, in the order they were put in."""

    customer: Customer
    _amounts: dict[Tea, int] = field(default_factory=dict)

    def add(self, tea: Tea, amount: int = 1) -> None:
        """Puts packets in; raises ValueError for less than one."""
        if amount < 1:
            raise ValueError("a packet at least")
        self._amounts[tea] = self._amounts.get(tea, 0) + amount

    def remove(self, tea: Tea) -> None:
        """Takes all packets of a tea out again; a tea that is not in there does no harm."""
        self._amounts.pop(tea, None)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(tea, amount) for tea, amount in self._amounts.items())

    def __len__(self) -> int:
        return sum(self._amounts.values())
