"""The teas we sell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tea:
    """One tea on the menu; the price is in cents for 100 grams."""

    code: str
    name: str
    price: int


MENU = (
    Tea("assam", "Assam, broken leaf", 450),
    Tea("sencha", "Sencha from Uji", 980),
    Tea("rooibos", "Rooibos with orange", 520),
    Tea("oolong", "Iron Goddess oolong", 1250),
    Tea("mint", "Moroccan mint", 390),
)


def find(code: str) -> Tea:
    """The tea with this code; raises KeyError for one we do not sell."""
    for tea in MENU:
        if tea.code == code:
            return tea
    raise KeyError(code)


def cheapest(count: int = 3) -> list[Tea]:
    """The cheapest teas, for the board outside."""
    return sorted(MENU, key=lambda tea: tea.price)[:count]
