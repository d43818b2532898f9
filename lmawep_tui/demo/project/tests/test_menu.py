import unittest

from teahouse.menu import MENU, cheapest, find


class Menu(unittest.TestCase):
    def test_a_tea_is_found_by_its_code(self) -> None:
        self.assertEqual(find("sencha").name, "Sencha from Uji")

    def test_a_tea_we_do_not_sell(self) -> None:
        with self.assertRaises(KeyError):
            find("coffee")

    def test_codes_are_unique(self) -> None:
        self.assertEqual(len({tea.code for tea in MENU}), len(MENU))

    def test_the_board_outside_starts_with_the_cheapest(self) -> None:
        self.assertEqual([tea.code for tea in cheapest(2)], ["mint", "assam"])


if __name__ == "__main__":
    unittest.main()
