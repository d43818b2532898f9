"""What the seven scripted agents do, ticket by ticket, and how they mend what happens when their work meets."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.demo.steps import (
    Adaptation,
    Announce,
    Ask,
    Check,
    Crash,
    Edit,
    Fail,
    Read,
    Script,
    Swap,
    Think,
    Together,
    Write,
)

_TOTAL = "    return subtotal(basket)\n"
_WITH_DISCOUNT = "    return subtotal(basket) - member_discount(basket)\n"
_WITH_DELIVERY = "    return subtotal(basket) + delivery(basket)\n"
_WITH_BOTH = "    return subtotal(basket) - member_discount(basket) + delivery(basket)\n"

MEMBERS = Script(
    subject="Members pay ten percent less",
    done="total() takes ten percent off for members; three new tests, all green.",
    learned="Prices are whole cents; what changes a price is a function of its own in teahouse/pricing.py.",
    steps=(
        Read("teahouse/basket.py"),
        Read("teahouse/pricing.py"),
        Think("Customer knows who is a member; nobody asks it yet. The test comes first."),
        Write("tests/test_members.py"),
        Check(("tests.test_members",), red=True),
        Edit(
            "teahouse/pricing.py",
            (
                Swap(
                    "from teahouse.basket import Basket\n",
                    "from teahouse.basket import Basket\nfrom teahouse.money import percent\n",
                ),
                Swap("\nVAT = 7\n", '\nMEMBER_DISCOUNT = 10\n"""In percent."""\nVAT = 7\n'),
                Swap(
                    "\n\ndef total(",
                    "\n\ndef member_discount(basket: Basket) -> int:\n"
                    '    """What members save."""\n'
                    "    return percent(subtotal(basket), MEMBER_DISCOUNT) if basket.customer.member else 0\n"
                    "\n\ndef total(",
                ),
                Swap(_TOTAL, _WITH_DISCOUNT, or_else=(_WITH_DELIVERY, _WITH_BOTH)),
            ),
        ),
        Check(("tests.test_members", "tests.test_pricing")),
    ),
)

DELIVERY = Script(
    subject="Add postage for parcels, free from 40 euros",
    done="total() adds €3.90 for orders with an address, nothing from €40 on; four new tests, all green.",
    learned="A customer with an address gets a parcel; over the counter the address is empty.",
    steps=(
        Read("teahouse/basket.py"),
        Read("teahouse/pricing.py"),
        Read("tests/test_pricing.py"),
        Think("An address means a parcel. Is €40 before or after discounts? The teas alone: simple to explain.", 2.0),
        Write("tests/test_delivery.py"),
        Check(("tests.test_delivery",), red=True),
        Edit(
            "teahouse/pricing.py",
            (
                Swap(
                    '"""Tea is food: the reduced rate, in percent."""\n',
                    '"""Tea is food: the reduced rate, in percent."""\n'
                    'POSTAGE = 390\nFREE_DELIVERY_FROM = 4000\n"""Teas worth so many cents travel for free."""\n',
                ),
                Swap(_TOTAL, _WITH_DELIVERY, or_else=(_WITH_DISCOUNT, _WITH_BOTH)),
                Swap(
                    "    return (cents * VAT + (100 + VAT) // 2) // (100 + VAT)\n",
                    "    return (cents * VAT + (100 + VAT) // 2) // (100 + VAT)\n"
                    "\n\ndef delivery(basket: Basket) -> int:\n"
                    '    """What the post takes: nothing over the counter, and nothing for large orders."""\n'
                    "    teas = subtotal(basket)\n"
                    "    return POSTAGE if basket.customer.address and 0 < teas < FREE_DELIVERY_FROM else 0\n",
                ),
            ),
        ),
        Check(("tests.test_delivery", "tests.test_pricing")),
        Think("Once more with an empty basket, and with exactly €40. Good."),
    ),
)

OUT_OF_STOCK = Script(
    subject="Say what is out of stock instead of returning False",
    done="Stock.take() raises OutOfStock with what is left; place() puts everything back and lets it through.",
    learned="Stock.take() raises OutOfStock; nobody has to look at what it returns any more.",
    next="Whoever calls Stock.take() or place() has to catch OutOfStock.",
    steps=(
        Read("teahouse/stock.py"),
        Read("teahouse/orders.py"),
        Think("A forgotten False sells tea we do not have. An exception cannot be forgotten."),
        Edit(
            "tests/test_stock.py",
            (
                Swap("from teahouse.stock import Stock\n", "from teahouse.stock import OutOfStock, Stock\n"),
                Swap(
                    '        self.assertFalse(self.stock.take("mint", 4))\n',
                    '        with self.assertRaisesRegex(OutOfStock, "only 3 of mint left"):\n'
                    '            self.stock.take("mint", 4)\n',
                ),
            ),
        ),
        Check(("tests.test_stock",), red=True),
        Edit(
            "teahouse/stock.py",
            (
                Swap(
                    "\n\nclass Stock:",
                    '\n\nclass OutOfStock(Exception):\n    """More was wanted than is left."""\n\n\nclass Stock:',
                ),
                Swap(
                    "amount: int) -> bool:\n"
                    '        """Takes packets off the shelf and says whether there were enough."""\n'
                    "        if self.left(code) < amount:\n"
                    "            return False\n"
                    "        self._packets[code] -= amount\n"
                    "        return True\n",
                    "amount: int) -> None:\n"
                    '        """Takes packets off the shelf; raises OutOfStock when there are not enough."""\n'
                    "        if self.left(code) < amount:\n"
                    '            raise OutOfStock(f"only {self.left(code)} of {code} left")\n'
                    "        self._packets[code] -= amount\n",
                ),
            ),
        ),
        Edit(
            "teahouse/orders.py",
            (
                Swap("from teahouse.stock import Stock\n", "from teahouse.stock import OutOfStock, Stock\n"),
                Swap(
                    '-> Order | None:\n    """Takes every tea off the shelf, or none: None when one is sold out."""\n',
                    '-> Order:\n    """Takes every tea off the shelf, or none: OutOfStock when one is sold out."""\n',
                ),
                Swap(
                    "        if not stock.take(line.tea.code, line.amount):\n"
                    "            put_back(taken, stock)\n"
                    "            return None\n",
                    "        try:\n"
                    "            stock.take(line.tea.code, line.amount)\n"
                    "        except OutOfStock:\n"
                    "            put_back(taken, stock)\n"
                    "            raise\n",
                ),
            ),
        ),
        Edit(
            "tests/test_orders.py",
            (
                Swap("from teahouse.stock import Stock\n", "from teahouse.stock import OutOfStock, Stock\n"),
                Swap(
                    "        self.assertIsNone(place(self.basket, self.stock))\n",
                    "        with self.assertRaises(OutOfStock):\n            place(self.basket, self.stock)\n",
                ),
            ),
        ),
        Announce(
            file="teahouse/stock.py",
            change="Stock.take() raises OutOfStock instead of returning False, and returns nothing",
            affects="whoever looks at what Stock.take() returns",
            migration="wrap the call in try/except OutOfStock",
        ),
    ),
)

WAITING_LIST = Script(
    subject="Keep a waiting list for teas that are sold out",
    done="WaitingList sells, writes down and serves in order; four new tests, all green.",
    learned="Who comes too late stands in WaitingList; restock() serves them.",
    steps=(
        Read("teahouse/stock.py"),
        Read("teahouse/menu.py"),
        Read("tests/test_stock.py"),
        Think("take() says whether there was enough: that is all the list has to know.", 2.0),
        Write("tests/test_waiting.py", seconds=2.0),
        Check(("tests.test_waiting",), red=True),
        Write("teahouse/waiting.py", seconds=2.5),
        Check(("tests.test_waiting",)),
        Think("Nobody may be served twice, so a name leaves the list before the next one is looked at.", 2.0),
    ),
)

STAMP_CARDS = Script(
    subject="Add stamp cards",
    done="StampCard counts cups and gives one away for {answer} stamps, as the person says; three tests, all green.",
    learned="How many stamps make a free cup is STAMPS_FOR_A_FREE_CUP in teahouse/stamps.py; the person chose it.",
    steps=(
        Read("README.md"),
        Read("teahouse/basket.py"),
        Ask(
            thought="The ticket does not say how many stamps make a free cup. That is not mine to guess.",
            question="How many stamps make a free cup: 8 or 10? Any number will do.",
        ),
        Write("tests/test_stamps.py", answered="AGREED = 10"),
        Check(("tests.test_stamps",), red=True),
        Write("teahouse/stamps.py", answered="STAMPS_FOR_A_FREE_CUP = 10"),
        Check(("tests.test_stamps",)),
    ),
)

DAILY_REPORT = Script(
    subject="Report the day as a table",
    done="daily() lists packets sold, who waits, and the takings as CSV; four new tests, all green.",
    learned="Takings are Order.total: discount and postage are in there already.",
    steps=(
        Read("teahouse/orders.py"),
        Read("teahouse/pricing.py"),
        Read("teahouse/waiting.py"),
        Think("The csv module of the standard library quotes better than I would."),
        Crash("teahouse/report.py"),
        Write("teahouse/report.py"),
        Write("tests/test_report.py"),
        Check(("tests.test_report",)),
    ),
)

WINDOW_MENU = Script(
    subject="Print the menu for the window",
    done="poster() lists every tea with its price, aligned, as plain text; two new tests, all green.",
    learned="The poster is plain text on purpose: the person re-scoped the ticket.",
    steps=(
        Read("teahouse/menu.py"),
        Read("teahouse/receipt.py"),
        Fail(
            thought="A PDF needs a library, and none is installed. I may not add a dependency by myself.",
            again="The run before me found no PDF library. I looked for a way without one: there is none.",
            blockers="A PDF cannot be made with the standard library; no dependency may be added without a word.",
        ),
        Think("Plain text is enough, the person says."),
        Write("tests/test_poster.py"),
        Check(("tests.test_poster",), red=True),
        Write("teahouse/poster.py"),
        Check(("tests.test_poster",)),
    ),
)

SCRIPTS: Mapping[int, Script] = {
    101: MEMBERS,
    102: DELIVERY,
    103: OUT_OF_STOCK,
    104: WAITING_LIST,
    105: STAMP_CARDS,
    106: DAILY_REPORT,
    107: WINDOW_MENU,
}
"""By ticket number; whoever works on another ticket can only write it down."""

TOGETHER = (
    Together(
        path="teahouse/pricing.py",
        sides=frozenset((_WITH_DISCOUNT, _WITH_DELIVERY)),
        text=_WITH_BOTH,
        proof=Edit(
            "tests/test_pricing.py",
            (
                Swap(
                    "    def test_tax_is_part_of_the_price(",
                    "    def test_a_member_saves_on_the_teas_and_not_on_the_postage(self) -> None:\n"
                    '        basket = Basket(Customer("Grace", member=True, address="1 Harbour Street"))\n'
                    '        basket.add(find("assam"), 2)\n'
                    "        self.assertEqual(total(basket), 900 - 90 + 390)\n\n"
                    "    def test_tax_is_part_of_the_price(",
                ),
            ),
        ),
    ),
)
"""Conflicts that are known, for both sides: whoever lands second mends it."""

ADAPTATIONS = (
    Adaptation(
        seen="teahouse/stock.py",
        because="class OutOfStock",
        thought="take() raises OutOfStock now; the waiting list still asks it for True or False.",
        edit=Edit(
            "teahouse/waiting.py",
            (
                Swap("from teahouse.stock import Stock\n", "from teahouse.stock import OutOfStock, Stock\n"),
                Swap(
                    "        if not self.stock.take(code, 1):\n",
                    "        try:\n            self.stock.take(code, 1)\n        except OutOfStock:\n",
                ),
            ),
        ),
    ),
)
"""What turns red only together, for both sides."""
