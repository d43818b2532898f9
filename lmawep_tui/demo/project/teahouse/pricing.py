"""What a basket costs."""

from teahouse.basket import Basket

VAT = 7
"""Tea is food: the reduced rate, in percent."""


def subtotal(basket: Basket) -> int:
    """The teas alone, in cents."""
    return sum(line.tea.price * line.amount for line in basket.lines)


def total(basket: Basket) -> int:
    """What the customer pays, in cents."""
    return subtotal(basket)


def vat_included(cents: int) -> int:
    """The tax inside a price."""
    return (cents * VAT + (100 + VAT) // 2) // (100 + VAT)
