import unittest

from teahouse.stock import Stock


class Shelf(unittest.TestCase):
    def setUp(self) -> None:
        self.stock = Stock({"mint": 3})

    def test_a_tea_we_never_had(self) -> None:
        self.assertEqual(self.stock.left("matcha"), 0)

    def test_filling_adds_up(self) -> None:
        self.stock.fill("mint", 2)
        self.assertEqual(self.stock.left("mint"), 5)

    def test_packets_are_taken(self) -> None:
        self.stock.take("mint", 2)
        self.assertEqual(self.stock.left("mint"), 1)

    def test_too_many_are_not_taken(self) -> None:
        self.assertFalse(self.stock.take("mint", 4))
        self.assertEqual(self.stock.left("mint"), 3)


if __name__ == "__main__":
    unittest.main()
