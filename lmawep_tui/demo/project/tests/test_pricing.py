import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find
from teahouse.pricing import subtotal, total, vat_included


class Pricing(unittest.TestCase):
    def test_an_empty_basket_costs_nothing(self) -> None:
        self.assertEqual(total(Basket(Customer("Ada"))), 0)

    def test_packets_are_added_up(self) -> None:
        basket = Basket(Customer("Ada"))
        basket.add(find("assam"), 2)
        basket.add(find("mint"))
        self.assertEqual(subtotal(basket), 1290)

    def test_over_the_counter_the_teas_are_all_there_is_to_pay(self) -> None:
        basket = Basket(Customer("Ada"))
        basket.add(find("oolong"))
        self.assertEqual(total(basket), 1250)

    def test_tax_is_part_of_the_price(self) -> None:
        self.assertEqual(vat_included(1070), 70)


if __name__ == "__main__":
    unittest.main()
