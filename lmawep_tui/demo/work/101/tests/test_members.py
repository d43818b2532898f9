import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find
from teahouse.pricing import member_discount, total


class Members(unittest.TestCase):
    def basket(self, *, member: bool) -> Basket:
        basket = Basket(Customer("Grace", member=member))
        basket.add(find("assam"), 3)
        return basket

    def test_members_pay_ten_percent_less(self) -> None:
        self.assertEqual(total(self.basket(member=True)), 1215)

    def test_everybody_else_pays_the_full_price(self) -> None:
        self.assertEqual(total(self.basket(member=False)), 1350)

    def test_an_empty_basket_has_nothing_to_discount(self) -> None:
        self.assertEqual(member_discount(Basket(Customer("Grace", member=True))), 0)


if __name__ == "__main__":
    unittest.main()
