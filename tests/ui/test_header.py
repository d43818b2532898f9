"""The header at every width: what matters most stays longest, and nothing is cut in the middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.costs import Booking, Costs
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.state import State
from lmawep_tui.model.ticket import Status, Ticket
from lmawep_tui.model.triage import Snooze
from lmawep_tui.model.usage import Usage
from lmawep_tui.ui.panes.bar import FooterBar
from lmawep_tui.ui.present.header import Part, fitted, header_left, header_right, problems_line
from lmawep_tui.ui.present.styled import plain_text

NOW = 1768485760.0
BOOKED = Booking(PodId("pod-1"), "0001-task", "x", TicketId(101), "task", "a", "m", NOW, Usage(1, 0, 1, 1.84))
BUSY = Snapshot(
    state=State(main="main"),
    tickets={TicketId(n): Ticket(id=TicketId(n), title="x", status=Status.BLOCKED) for n in (101, 102, 103)},
    snoozed={"103": Snooze(asks="x")},
    costs=Costs((BOOKED,)),
)


def line(width: int) -> str:
    left, right = fitted(header_left("teahouse", BUSY, "a0196f8aaa"), header_right(BUSY, "on", NOW), width)
    return plain_text(left) + " |" + plain_text(right)


def test_what_is_left_out_first() -> None:
    assert line(120) == (" lmawep  teahouse  main a0196f8 |"
                         "  slots 0/6  train 0  $1.84 today  ⚑ 2 need you  1 snoozed  autopilot on ")  # fmt: skip
    assert line(80) == " lmawep  teahouse  |  slots 0/6  train 0  $1.84 today  ⚑ 2 need you  autopilot on "
    assert line(60) == " lmawep  |  slots 0/6  train 0  ⚑ 2 need you  autopilot on "
    assert line(32) == " |  ⚑ 2 need you  autopilot on "
    assert line(4) == " |  ⚑ 2 need you"


@given(
    st.lists(st.tuples(st.integers(1, 9), st.text("ab", min_size=1, max_size=9)), max_size=5),
    st.lists(st.tuples(st.integers(1, 9), st.text("cd", min_size=1, max_size=9)), min_size=1, max_size=5),
    st.integers(0, 60),
)
def test_parts_are_whole_in_order_and_the_heaviest_stay(
    left: list[tuple[int, str]], right: list[tuple[int, str]], width: int
) -> None:
    halves = fitted([Part(w, [(t, "")]) for w, t in left], [Part(w, [(t, "")]) for w, t in right], width)
    kept = [text for half in halves for text, _ in half]
    every = [*left, *right]
    assert len("".join(kept)) <= width or len(kept) == 1
    rest = iter(text for _, text in every)
    assert all(text in rest for text in kept)  # the same order
    heaviest = max(w for w, _ in every)
    assert next(text for w, text in every if w == heaviest) in kept


def test_the_way_out_of_a_dialog_stays_in_its_footer() -> None:
    footer = FooterBar(id="dialog-keys")
    footer._items = (("Enter", "make it", "send"), ("Ctrl+T", "template", "template"), ("Esc", "back", "cancel"))
    for width in range(1, 60):
        footer.fit_items(width)
        assert "Esc" in plain_text(footer.left)
        assert width < 50 or "template" in plain_text(footer.left)


def test_what_is_wrong_with_a_file_names_it_as_the_project_does() -> None:
    broken = Snapshot(state=State(main="main"), problems=("/far/away/teahouse/.lmawep/config.yaml:11: is not YAML.",))
    assert plain_text(problems_line(broken, "/far/away/teahouse")) == " ⚑ .lmawep/config.yaml:11: is not YAML. "
