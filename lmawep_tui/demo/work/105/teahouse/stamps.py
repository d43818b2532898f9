"""The stamp card: drink enough tea, and one cup is on the house."""

from dataclasses import dataclass

STAMPS_FOR_A_FREE_CUP = 10


@dataclass
class StampCard:
    """The card of one member."""

    stamps: int = 0

    def stamp(self, cups: int = 1) -> int:
        """Stamps the card for cups that were paid, and says how many are free now."""
        free, self.stamps = divmod(self.stamps + cups, STAMPS_FOR_A_FREE_CUP)
        return free

    def __str__(self) -> str:
        return f"{self.stamps} of {STAMPS_FOR_A_FREE_CUP} stamps"
