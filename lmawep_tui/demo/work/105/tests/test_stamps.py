import unittest

from teahouse.stamps import StampCard

AGREED = 10


class Stamps(unittest.TestCase):
    def test_a_full_card_is_a_free_cup(self) -> None:
        card = StampCard(AGREED - 1)
        self.assertEqual(card.stamp(), 1)
        self.assertEqual(card.stamps, 0)

    def test_one_stamp_too_few(self) -> None:
        self.assertEqual(StampCard(AGREED - 2).stamp(), 0)

    def test_a_tea_party_fills_two_cards(self) -> None:
        card = StampCard()
        self.assertEqual(card.stamp(2 * AGREED + 1), 2)
        self.assertEqual(str(card), f"1 of {AGREED} stamps")


if __name__ == "__main__":
    unittest.main()
