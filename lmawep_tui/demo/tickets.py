"""The seven tickets of the demo, chosen so that everything that can happen to a fleet happens once."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass

FIRST = 101


@dataclass(frozen=True, slots=True)
class Planned:
    """A ticket before it has a file; ids are given out from 101 in this order."""

    title: str
    description: str
    priority: str
    estimate: str
    depends_on: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


TICKETS = (
    Planned(  # 101 and 102 change the same line: whoever lands second has a real conflict
        title="Members pay ten percent less",
        description=(
            "Customers who are members save ten percent on their teas.\n"
            "total() in teahouse/pricing.py is what the till shows, so it belongs in there.\n"
        ),
        priority="high",
        estimate="1h",
        labels=("pricing",),
    ),
    Planned(
        title="Postage for parcels, free from 40 euros",
        description=(
            "An order with an address goes by post, which costs €3.90. From €40 of tea on we pay it.\n"
            "Over the counter nothing changes.\n"
        ),
        priority="high",
        estimate="1h",
        labels=("pricing",),
    ),
    Planned(  # 103 and 104 touch different files, are green alone, and red together
        title="Say what is out of stock instead of returning False",
        description=(
            "Twice this month we sold tea that was not there, because nobody looked at what Stock.take() returned.\n"
            "Raise an exception that says how much is left. Announce it: others may rely on the old way.\n"
        ),
        priority="high",
        estimate="1h",
        labels=("stock",),
    ),
    Planned(
        title="Waiting list for teas that are sold out",
        description=(
            "Who wants a tea that is sold out is written down, and served first when it comes in again.\n"
            "First come, first served. A module of its own, teahouse/waiting.py.\n"
        ),
        priority="high",
        estimate="2h",
        labels=("stock",),
    ),
    Planned(  # its agent asks a question
        title="Stamp cards",
        description="A stamp for every cup; a full card is a free cup, for members only.\n",
        priority="medium",
        estimate="1h",
        depends_on=(101,),
        labels=("loyalty",),
    ),
    Planned(  # its agent crashes at the first try
        title="Report the day as a table",
        description=(
            "In the evening we want to see what was sold, what was taken in with discounts and postage, and how many\n"
            "people wait for which tea. CSV, so that any spreadsheet opens it.\n"
        ),
        priority="medium",
        estimate="2h",
        depends_on=(102, 104),
        labels=("office",),
    ),
    Planned(  # asks for too much: its agent fails twice, and the person makes it smaller
        title="The menu for the shop window",
        description="All teas with their prices on one page for the window, as a PDF with our logo.\n",
        priority="low",
        estimate="1h",
        depends_on=(101,),
        labels=("office",),
    ),
)
