"""Who waits for a tea that is sold out."""

from teahouse.stock import Stock


class WaitingList:
    """First come, first served."""

    def __init__(self, stock: Stock) -> None:
        self.stock = stock
        self._names: dict[str, list[str]] = {}

    def buy(self, name: str, code: str) -> bool:
        """Sells a packet, or writes the customer down; says whether there was one."""
        if not self.stock.take(code, 1):
            self._names.setdefault(code, []).append(name)
            return False
        return True

    def who(self, code: str) -> tuple[str, ...]:
        """Those who wait for a tea, in their order."""
        return tuple(self._names.get(code, ()))

    def restock(self, code: str, amount: int) -> tuple[str, ...]:
        """Fills the shelf, serves who waits, and says who that was."""
        self.stock.fill(code, amount)
        names = self._names.get(code, [])
        served = names[: self.stock.left(code)]
        for name in served:
            self.stock.take(code, 1)
            names.remove(name)
        return tuple(served)
