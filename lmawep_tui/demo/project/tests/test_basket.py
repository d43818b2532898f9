import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find


class Baskets(unittest.TestCase):
    def setUp(self) -> None:
        self.basket = Basket(Customer("Ada"))

    def test_a_new_basket_is_empty(self) -> None:
        self.assertEqual(len(self.basket), 0)

    def test_the_same_tea_twice_is_one_line(self) -> None:
        self.basket.add(find("mint"))
        self.basket.add(find("mint"), 2)
        self.assertEqual([line.amount for line in self.basket.lines], [3])

    def test_lines_keep_their_order(self) -> None:
        self.basket.add(find("oolong"))
        self.basket.add(find("assam"))
        self.assertEqual([line.tea.code for line in self.basket.lines], ["oolong", "assam"])

    def test_a_tea_is_taken_out_again(self) -> None:
        self.basket.add(find("mint"), 4)
        self.basket.remove(find("mint"))
        self.basket.remove(find("assam"))
        self.assertEqual(len(self.basket), 0)

    def test_nothing_is_not_an_amount(self) -> None:
        with self.assertRaises(ValueError):
            self.basket.add(find("mint"), 0)


if __name__ == "__main__":
    unittest.main()
