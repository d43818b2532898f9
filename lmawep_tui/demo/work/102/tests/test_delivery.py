import unittest

from teahouse.basket import Basket, Customer
from teahouse.menu import find
from teahouse.pricing import FREE_DELIVERY_FROM, delivery, total


class Delivery(unittest.TestCase):
    def basket(self, packets: int, address: str = "1 Harbour Street") -> Basket:
        basket = Basket(Customer("Alan", address=address))
        basket.add(find("oolong"), packets)
        return basket

    def test_a_parcel_costs_postage(self) -> None:
        self.assertEqual(total(self.basket(1)), 1250 + 390)

    def test_large_orders_travel_for_free(self) -> None:
        self.assertGreaterEqual(1250 * 4, FREE_DELIVERY_FROM)
        self.assertEqual(delivery(self.basket(4)), 0)

    def test_over_the_counter_there_is_no_postage(self) -> None:
        self.assertEqual(delivery(self.basket(1, address="")), 0)

    def test_nothing_is_not_posted(self) -> None:
        self.assertEqual(delivery(Basket(Customer("Alan", address="1 Harbour Street"))), 0)


if __name__ == "__main__":
    unittest.main()
