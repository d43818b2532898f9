"""What is left on the shelf."""


class Stock:
    """Packets by the code of their tea."""

    def __init__(self, packets: dict[str, int] | None = None) -> None:
        self._packets = dict(packets or {})

    def left(self, code: str) -> int:
        """How many packets are left; none of a tea we never had."""
        return self._packets.get(code, 0)

    def fill(self, code: str, amount: int) -> None:
        """Puts packets on the shelf."""
        self._packets[code] = self.left(code) + amount

    def take(self, code: str, amount: int) -> bool:
        """Takes packets off the shelf and says whether there were enough."""
        if self.left(code) < amount:
            return False
        self._packets[code] -= amount
        return True
