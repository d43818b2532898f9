"""The menu as it hangs in the window."""

from teahouse.menu import MENU
from teahouse.money import euros


def poster(width: int = 40) -> str:
    """One line a tea, its name to the left and its price to the right."""
    lines = ["Our teas, 100 grams each".center(width).rstrip(), ""]
    for tea in MENU:
        price = euros(tea.price)
        lines.append(f"{tea.name} {'.' * (width - len(tea.name) - len(price) - 2)} {price}")
    return "\n".join(lines) + "\n"
