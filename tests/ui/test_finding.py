"""Finding by a few letters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.ui.finding import MOST, Offer, Search, match, parse

OFFERS = [
    Offer("do:pod.merge", "merge pod-1: Land it", "m"),
    Offer("do:views", "views: Views: board, graph, train"),
    Offer("view:graph", "view graph: what waits for what"),
    Offer("do:pod.stop", "stop: End the live run", "x", why_not="Stop needs a live run."),
    Offer("pod:pod-1", "pod-1 #101 Land rights", "review"),
    Offer("ticket:101", "#101 Land rights", "working"),
    Offer("ticket:110", "#110 Rate limits for orders", "ready"),
    Offer("file:pod-1:src/limits.py", "src/limits.py  pod-1", "diff"),
    Offer("theme:dark", "theme dark: calm"),
]


def found(typed: str, recent: tuple[str, ...] = ()) -> list[str]:
    search = Search(OFFERS, recent)
    for _ in search.steps(typed):
        pass
    return [hit.offer.key for hit in search.hits]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("land it", ["do:pod.merge"]),
        ("it land", ["do:pod.merge"]),
        ("101", ["pod:pod-1", "ticket:101"]),
        ("#101", ["ticket:101"]),
        ("# rate", ["ticket:110"]),
        ("@", ["pod:pod-1"]),
        ("@101", ["pod:pod-1"]),
        ("/limits", ["file:pod-1:src/limits.py"]),
        ("view graph", ["view:graph", "do:views"]),
        ("rlo", ["ticket:110"]),
        ("%", ["theme:dark"]),
        (">", ["do:pod.merge", "do:views", "view:graph", "do:pod.stop"]),
        (">stop", ["do:pod.stop"]),
        ("qqq", []),
    ],
)
def test_what_one_types_finds_what_one_means(typed: str, keys: list[str]) -> None:
    assert found(typed)[: len(keys)] == keys
    assert bool(found(typed)) is bool(keys)


def test_nothing_typed_is_everything_recent_things_first_and_impossible_ones_last() -> None:
    assert found("")[-1] == "do:pod.stop"
    assert found("", ("ticket:110", "gone", "do:pod.stop"))[0] == "ticket:110"
    assert sorted(found("")) == sorted(offer.key for offer in OFFERS)


def test_of_equals_the_recent_one_comes_first() -> None:
    assert found("limits")[0] == "ticket:110"
    assert found("limits", ("file:pod-1:src/limits.py",))[0] == "file:pod-1:src/limits.py"


def test_typing_on_looks_only_among_what_was_found() -> None:
    search = Search([Offer(f"ticket:{n}", f"#{n} title {n % 7}") for n in range(5000)])
    asked = [sum(1 for _ in search.steps(typed)) for typed in ("#499", "#4999")]
    assert [hit.offer.key for hit in search.hits] == ["ticket:4999"]
    assert asked[1] < asked[0]
    for _ in search.steps("#12"):
        pass
    assert search.hits[0].offer.key == "ticket:12"


def test_what_comes_later_is_found_too() -> None:
    search = Search(OFFERS)
    for _ in search.steps("late"):
        pass
    search.add([Offer("file:pod-2:late.py", "late.py  pod-2")])
    for _ in search.steps("late"):
        pass
    assert search.hits[0].offer.key == "file:pod-2:late.py"


def test_no_more_is_made_than_is_looked_at_and_no_slice_takes_long() -> None:
    made = []

    def many() -> object:
        for n in range(20_000):
            made.append(n)
            yield Offer(f"ticket:{n}", f"#{n} a title of the usual length about nothing")

    search = Search(many())  # type: ignore[arg-type]
    for _ in search.steps(""):
        pass
    assert len(made) < 1000 and len(search.hits) == MOST
    slowest, begin = 0.0, time.perf_counter()
    for _ in search.steps("qzxw"):
        slowest, begin = max(slowest, time.perf_counter() - begin), time.perf_counter()
    assert not search.hits and len(made) == 20_000


@given(text=st.text(max_size=40), typed=st.text(min_size=1, max_size=8))
def test_spans_lie_in_the_text_and_spell_the_words(text: str, typed: str) -> None:
    text, terms = text.lower(), parse(f">{typed}").terms
    near = match(text, terms)
    if near is None:
        return
    assert all(0 <= start < stop <= len(text) for start, stop in near[1])
    assert "".join(text[start:stop] for start, stop in near[1]) == "".join(terms)


@given(title=st.text(alphabet="abc -", max_size=60), typed=st.text(alphabet="abc ", min_size=2, max_size=6))
def test_a_longer_query_never_finds_more(title: str, typed: str) -> None:
    more, less = parse(f">{typed}"), parse(f">{typed[:-1]}")
    if more.narrows(less) and match(title, more.terms) is not None:
        assert match(title, less.terms) is not None
