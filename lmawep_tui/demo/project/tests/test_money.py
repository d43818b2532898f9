import unittest

from teahouse.money import euros, percent


class Euros(unittest.TestCase):
    def test_cents_have_two_digits(self) -> None:
        self.assertEqual(euros(405), "€4.05")

    def test_less_than_a_euro(self) -> None:
        self.assertEqual(euros(20), "€0.20")

    def test_money_we_owe(self) -> None:
        self.assertEqual(euros(-1250), "-€12.50")


class Percent(unittest.TestCase):
    def test_whole_cents(self) -> None:
        self.assertEqual(percent(1000, 10), 100)

    def test_half_a_cent_is_rounded_up(self) -> None:
        self.assertEqual(percent(450, 7), 32)


if __name__ == "__main__":
    unittest.main()
