"""Turning a basket into an order."""

from dataclasses import dataclass

from teahouse.basket import Basket, Customer, Line
from teahouse.pricing import total
from teahouse.stock import Stock


@dataclass(frozen=True)
class Order:
    """What was sold to whom; the total is in cents."""

    customer: Customer
    lines: tuple[Line, ...]
    total: int


def place(basket: Basket, stock: Stock) -> Order | None:
    """Takes every tea off the shelf, or none: None when one is sold out."""
    taken: list[Line] = []
    for line in basket.lines:
        if not stock.take(line.tea.code, line.amount):
            put_back(taken, stock)
            return None
        taken.append(line)
    return Order(basket.customer, basket.lines, total(basket))


def put_back(lines: list[Line], stock: Stock) -> None:
    """Puts packets back on the shelf."""
    for line in lines:
        stock.fill(line.tea.code, line.amount)
