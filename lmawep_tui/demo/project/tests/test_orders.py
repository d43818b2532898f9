import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find
from teahouse.orders import place
from teahouse.stock import Stock


class Orders(unittest.TestCase):
    def setUp(self) -> None:
        self.stock = Stock({"mint": 3, "assam": 1})
        self.basket = Basket(Customer("Ada"))
        self.basket.add(find("mint"), 2)

    def test_an_order_empties_the_shelf(self) -> None:
        place(self.basket, self.stock)
        self.assertEqual(self.stock.left("mint"), 1)

    def test_an_order_knows_its_total(self) -> None:
        order = place(self.basket, self.stock)
        self.assertEqual(order and order.total, 780)

    def test_all_or_nothing(self) -> None:
        self.basket.add(find("assam"), 2)
        self.assertIsNone(place(self.basket, self.stock))
        self.assertEqual(self.stock.left("mint"), 3)


if __name__ == "__main__":
    unittest.main()
