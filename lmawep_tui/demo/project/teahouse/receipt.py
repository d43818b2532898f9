"""The slip of paper."""

from teahouse.money import euros
from teahouse.orders import Order

WIDTH = 32


def receipt(order: Order) -> str:
    """The order as it is printed, 32 characters wide."""
    rows = [_row(f"{line.amount} × {line.tea.name}", line.tea.price * line.amount) for line in order.lines]
    return "\n".join(
        [
            "Teahouse".center(WIDTH).rstrip(),
            *rows,
            "-" * WIDTH,
            _row("to pay", order.total),
            f"Thank you, {order.customer.name}!",
        ]
    )


def _row(text: str, cents: int) -> str:
    price = euros(cents)
    room = WIDTH - len(price) - 1
    return f"{text[:room]:<{room}} {price}"
