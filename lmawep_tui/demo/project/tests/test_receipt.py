import unittest

from teahouse.basket import Customer, Line
from teahouse.menu import find
from teahouse.orders import Order
from teahouse.receipt import WIDTH, receipt


class Receipts(unittest.TestCase):
    def setUp(self) -> None:
        self.lines = receipt(Order(Customer("Ada"), (Line(find("sencha"), 2),), 1960)).splitlines()

    def test_a_line_a_tea(self) -> None:
        self.assertEqual(self.lines[1], "2 × Sencha from Uji       €19.60")

    def test_what_there_is_to_pay(self) -> None:
        self.assertEqual(self.lines[3].split(), ["to", "pay", "€19.60"])

    def test_no_line_is_wider_than_the_paper(self) -> None:
        self.assertLessEqual(max(map(len, self.lines)), WIDTH)


if __name__ == "__main__":
    unittest.main()
