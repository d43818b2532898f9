import unittest

from teahouse.menu import MENU
from teahouse.poster import poster


class PosterTest(unittest.TestCase):
    def test_every_tea_has_a_line_with_its_price(self) -> None:
        text = poster()
        for tea in MENU:
            self.assertIn(tea.name, text)
        self.assertIn(" €4.50\n", text)

    def test_prices_stand_below_each_other(self) -> None:
        ends = {len(line) for line in poster(50).splitlines() if "€" in line}
        self.assertEqual(ends, {50})
