import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find
from teahouse.orders import Order, place
from teahouse.report import daily
from teahouse.stock import Stock
from teahouse.waiting import WaitingList


class Daily(unittest.TestCase):
    def setUp(self) -> None:
        self.stock = Stock({"mint": 9, "assam": 1})
        self.waiting = WaitingList(self.stock)

    def order(self, code: str, amount: int) -> Order:
        basket = Basket(Customer("Alan", address="1 Harbour Street"))
        basket.add(find(code), amount)
        order = place(basket, self.stock)
        assert order is not None
        return order

    def test_what_sells_best_comes_first(self) -> None:
        orders = [self.order("assam", 1), self.order("mint", 3), self.order("mint", 2)]
        rows = daily(orders, self.waiting).splitlines()
        self.assertEqual(rows[1:3], ["mint,5,0", "assam,1,0"])

    def test_takings_hold_the_postage(self) -> None:
        self.assertIn("takings,€7.80,", daily([self.order("mint", 1)], self.waiting))

    def test_who_waits_is_counted(self) -> None:
        orders = [self.order("assam", 1)]
        self.waiting.buy("Ada", "assam")
        self.assertIn("assam,1,1", daily(orders, self.waiting))

    def test_a_quiet_day(self) -> None:
        self.assertEqual(daily([], self.waiting), "tea,packets,waiting\ntakings,€0.00,\n")


if __name__ == "__main__":
    unittest.main()
