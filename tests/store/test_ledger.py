"""The ledger follows the journal however that grows, and counts each run once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.files import journal
from lmawep_tui.files.layout import Layout
from lmawep_tui.model.budget_config import PriceConfig
from lmawep_tui.store import ledger as the_ledger
from lmawep_tui.store.ledger import Ledger

PRICES: dict[str, PriceConfig] = {}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path, tmp_path / ".git")
    made.workspace.mkdir()
    return made


def facts(run: int, cost: float = 1.0, event: str = "run_ended", **more: Any) -> dict[str, Any]:
    usage = {"input": 10, "cached": 0, "output": 1, "cost": cost}
    return {"event": event, "pod": "pod-1", "ticket": 101, "run": f"{run:04d}-task", "role": "task", "agent": "a",
            "model": "m", "began": "x", "usage": usage, **more}  # fmt: skip


def tell(layout: Layout, run: int, *args: Any, **more: Any) -> None:
    told = facts(run, *args, **more)
    journal.append(layout.journal, told.pop("event"), **told)


def spent(ledger: Ledger) -> tuple[int, float | None]:
    total = ledger.costs(PRICES).total
    return total.runs, total.cost


def test_it_grows_with_the_journal(layout: Layout) -> None:
    ledger = Ledger(layout)
    assert spent(ledger) == (0, None)
    tell(layout, 1)
    assert spent(ledger) == (1, 1.0)
    before = ledger.costs(PRICES)
    journal.append(layout.journal, "moved", ticket=101, why='a line about "usage": {nothing}')
    assert ledger.costs(PRICES) is before
    tell(layout, 2)
    assert spent(ledger) == spent(Ledger(layout)) == (2, 2.0)


def test_a_run_counts_once_with_what_was_said_last_on_the_day_it_was_said_first(layout: Layout) -> None:
    lines = [{"at": "2026-01-15T12:00:00Z", **facts(1)}, {"at": "2026-01-18T12:00:00Z", **facts(1, 3.0, "settled")}]
    layout.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (told,) = Ledger(layout).costs(PRICES).bookings
    assert told.usage.cost == 3.0
    assert told.at == 1768478400.0


def test_the_same_number_of_another_order_is_another_run(layout: Layout) -> None:
    tell(layout, 1)
    tell(layout, 1, began="later")
    assert spent(Ledger(layout)) == (2, 2.0)


def test_prices_price_what_was_booked_before_them(layout: Layout) -> None:
    tell(layout, 1, None)
    ledger = Ledger(layout)
    assert ledger.costs(PRICES).total.cost is None
    assert ledger.costs({"m": PriceConfig(input=1e5)}).total.words == "~$1.00"


@pytest.mark.parametrize("change", ["gone", "truncated", "replaced", "rewritten"])
def test_a_journal_that_is_another_one_is_read_anew(layout: Layout, change: str) -> None:
    ledger = Ledger(layout)
    tell(layout, 1)
    tell(layout, 2)
    assert spent(ledger) == (2, 2.0)
    if change == "gone":
        layout.journal.unlink()
    elif change == "truncated":
        os.truncate(layout.journal, 0)
    elif change == "replaced":
        (layout.workspace / "new").write_text(json.dumps({"at": "2026-01-15T12:00:00Z", **facts(9, 9.0)}) + "\n")
        (layout.workspace / "new").rename(layout.journal)
    else:
        layout.journal.write_text(json.dumps({"at": "2026-01-15T12:00:00Z", **facts(9, 9.0)}) + "\n" + "{}\n" * 400)
    assert spent(ledger) == {"gone": (2, 2.0), "truncated": (0, None)}.get(change, (1, 9.0))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_however_it_is_written_each_run_counts_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Lines twice or in pieces, torn lines, other lines, a look at any moment, new processes: one sum."""
    root = tmp_path_factory.mktemp("ledger")
    layout = Layout(root, root / ".git")
    layout.workspace.mkdir()
    runs = data.draw(st.lists(st.integers(1, 9), max_size=20), "runs")
    torn = st.sampled_from([b"", b"{}\n", b'{"event": "run_ended", "usage": {"inp\n', b"\xff\n", b"\n\n"])
    text = b"".join(
        data.draw(torn, "torn") + json.dumps({"at": "2026-01-15T12:00:00Z", **facts(run, run / 4)}).encode() + b"\n"
        for run in runs
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6), "cuts"))
    ledger = Ledger(layout)
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        with layout.journal.open("ab") as file:
            file.write(text[begin:end])
        ledger.costs(PRICES)
        if data.draw(st.booleans(), "a new process"):
            ledger._unkept = the_ledger._KEEP_BYTES
            ledger._keep()
            ledger = Ledger(layout)
    once = set(runs)
    assert spent(ledger) == (len(once), sum(run / 4 for run in once) if once else None)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1}', "moved", "shortened", "typed"])
def test_a_damaged_cache_is_worth_nothing(layout: Layout, damage: str) -> None:
    tell(layout, 1)
    first = Ledger(layout)
    first.costs(PRICES)
    first._unkept = the_ledger._KEEP_BYTES
    first._keep()
    cache = layout.cache / "costs.json"
    kept = json.loads(cache.read_text())
    if damage == "moved":
        damage = json.dumps({**kept, "offset": 5})
    elif damage == "shortened":
        damage = json.dumps({**kept, "mark": ""})
    elif damage == "typed":
        damage = json.dumps({**kept, "booked": [["pod-1", "0001-task", "x", "101", *kept["booked"][0][4:]]]})
    cache.write_text(damage)
    assert spent(Ledger(layout)) == (1, 1.0)


def test_the_cache_spares_reading_the_journal_again(layout: Layout) -> None:
    for run in range(1300):
        tell(layout, run)
    assert spent(Ledger(layout)) == (1300, 1300.0)
    kept = json.loads((layout.cache / "costs.json").read_text())
    assert kept["offset"] == layout.journal.stat().st_size
    again = Ledger(layout)
    assert spent(again) == (1300, 1300.0)
    assert again._unkept == 0


def test_a_journal_that_is_no_file_is_not_followed(layout: Layout) -> None:
    os.mkfifo(layout.journal)
    assert spent(Ledger(layout)) == (0, None)
