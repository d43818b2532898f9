"""What the day brought, as a table that any spreadsheet opens."""

import csv
import io
from collections import Counter
from collections.abc import Iterable

from teahouse.money import euros
from teahouse.orders import Order
from teahouse.waiting import WaitingList


def daily(orders: Iterable[Order], waiting: WaitingList) -> str:
    """A row a tea: packets sold, and how many customers wait for it; below that what was taken in."""
    packets: Counter[str] = Counter()
    takings = 0
    for order in orders:
        takings += order.total
        for line in order.lines:
            packets[line.tea.code] += line.amount
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["tea", "packets", "waiting"])
    for code, amount in packets.most_common():
        rows.writerow([code, amount, len(waiting.who(code))])
    rows.writerow(["takings", euros(takings), ""])
    return out.getvalue()
