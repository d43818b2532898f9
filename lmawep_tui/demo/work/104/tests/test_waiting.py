import unittest

from teahouse.stock import Stock
from teahouse.waiting import WaitingList


class Waiting(unittest.TestCase):
    def setUp(self) -> None:
        self.stock = Stock({"sencha": 1})
        self.waiting = WaitingList(self.stock)

    def test_a_tea_that_is_there_is_sold(self) -> None:
        self.assertTrue(self.waiting.buy("Ada", "sencha"))
        self.assertEqual(self.waiting.who("sencha"), ())

    def test_who_comes_too_late_is_written_down(self) -> None:
        self.waiting.buy("Ada", "sencha")
        self.assertFalse(self.waiting.buy("Grace", "sencha"))
        self.assertEqual(self.waiting.who("sencha"), ("Grace",))

    def test_first_come_first_served(self) -> None:
        for name in ("Ada", "Grace", "Alan"):
            self.waiting.buy(name, "sencha")
        self.assertEqual(self.waiting.restock("sencha", 1), ("Grace",))
        self.assertEqual(self.waiting.who("sencha"), ("Alan",))

    def test_what_nobody_waits_for_stays_on_the_shelf(self) -> None:
        self.assertEqual(self.waiting.restock("mint", 5), ())
        self.assertEqual(self.stock.left("mint"), 5)


if __name__ == "__main__":
    unittest.main()
