"""Finding one of ten thousand things by a few letters, without the screen noticing.

Textual's own matcher tries every way a word can be spelt in a text, which takes seconds for a long title. This one
looks for the words first and for their letters in order only where a word is not there, and it works in slices: what
is typed next is not kept waiting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

from lmawep_tui.model.dataclass import dataclass

PREFIXES = {
    ">": ("do", "view"),
    "#": ("ticket",),
    "@": ("pod",),
    "/": ("file", "memory"),
    ",": ("set",),
    "%": ("theme",),
}
"""First character of a query → the kinds of things that are meant."""

MOST = 150
"""So many things are shown at once; whoever has not found theirs by then types another letter."""
_SLICE = 400
_ROUGHLY = 20
"""Of equals the shorter text comes first: more of it was typed. Some characters more or less do not count."""
_GAP = 3
"""Letters that stand farther apart than this were not meant, unless each begins a word."""

Span = tuple[int, int]


class Offer(NamedTuple):
    """One thing that can be found."""

    key: str
    """Its kind, a colon and its name: `do:pod.merge`, `ticket:101`."""
    words: str
    note: str = ""
    """Stands at the right: a key, a state."""
    glyph: str = ""
    style: str = ""
    why_not: str = ""
    """Why it cannot be had now; such things come last."""

    @property
    def kind(self) -> str:
        """What sort of thing it is."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer that was found, and where in its words the query stands."""

    offer: Offer
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed."""

    kinds: tuple[str, ...]
    """The kinds that are meant; none means all."""
    terms: tuple[str, ...]

    def narrows(self, other: Query) -> bool:
        """Whether whatever this finds the other found, too."""
        return self.kinds == other.kinds and " ".join(self.terms).startswith(" ".join(other.terms))


def parse(text: str) -> Query:
    """Read what was typed: a prefix perhaps, and words."""
    text = text.strip()
    kinds = PREFIXES.get(text[:1], ())
    return Query(kinds, tuple((text[1:] if kinds else text).lower().split()))


@lru_cache(64)
def _letters(term: str) -> tuple[re.Pattern[str], ...]:
    """A term with letters left out (`tikts`), and as the first letters of words (`rlo`: rate limits for orders)."""
    letters = [re.escape(letter) for letter in term]
    first, *rest = letters
    near = f"({first})" + "".join(f"[^{letter}]{{0,{_GAP}}}({letter})" for letter in rest)
    if not term.isalnum():
        return (re.compile(near),)
    return re.compile(near), re.compile(r".*?\b".join([rf"\b({first})", *(f"({letter})" for letter in rest)]))


def _spelt(text: str, term: str) -> re.Match[str] | None:
    if len(term) < 2 or term.isdigit():  # nobody leaves digits out of a number
        return None
    return next((found for letters in _letters(term) if (found := letters.search(text))), None)


def match(text: str, terms: Sequence[str]) -> tuple[int, tuple[Span, ...]] | None:
    """Return how far a text (in small letters) is from the terms, 0 being nearest, and where they stand in it."""
    far = 0
    spans: list[Span] = []
    for term in terms:
        at = text.find(term)
        if at < 0:
            found = _spelt(text, term)
            if found is None:
                return None
            far += 40 + min(40, found.end() - found.start() - len(term))
            spans += [found.span(number) for number in range(1, len(term) + 1)]
            continue
        inside = at
        while inside > 0 and text[inside - 1].isalnum():
            inside = text.find(term, inside + 1)
        if inside >= 0:
            at = inside
            far += 0 if at == 0 else 1
        else:
            far += 10
        spans.append((at, at + len(term)))
    if len(terms) > 1 and (at := text.find(" ".join(terms))) >= 0:
        far = 0 if at == 0 else min(far, 1)  # as it stands there, and so before the same words apart
    elif len(terms) > 1:
        far += 1
    return far, tuple(spans)


class Search:
    """Looks for things among many, one slice after the other."""

    def __init__(self, offers: Iterable[Offer], recent: Sequence[str] = ()) -> None:
        """Look among these; those of `recent` come first where nothing else decides."""
        self._coming = iter(offers)
        self._offers: list[Offer] = []
        self._texts: list[str] = []
        self._recent = {key: place for place, key in enumerate(recent)}
        self._last: tuple[Query, list[int]] | None = None
        self.hits: list[Hit] = []
        """What was found last, the best first."""

    def add(self, offers: Iterable[Offer]) -> None:
        """Take in more things, which came later."""
        before = self._coming
        more = list(offers)
        self._coming = (offer for some in (before, more) for offer in some)
        self._last = None

    def steps(self, typed: str) -> Iterator[None]:
        """Look for what was typed; `hits` are the answer once this has ended."""
        query = parse(typed)
        if not query.terms and not query.kinds:
            yield from self._first()
            return
        last = self._last
        among = last[1] if last is not None and query.narrows(last[0]) else None
        found: list[tuple[tuple[int, ...], int]] = []
        kept: list[int] = []
        for places in self._slices(among):
            for place in places:
                offer = self._offers[place]
                if query.kinds and offer.kind not in query.kinds:
                    continue
                near = match(self._texts[place], query.terms)
                if near is not None:
                    kept.append(place)
                    found.append((self._order(near[0], place, offer, typed=bool(query.terms)), place))
            yield
        self._last = (query, kept)
        best = nsmallest(MOST, found)
        self.hits = [Hit(self._offers[place], self._spans(place, query)) for _, place in best]

    def _order(self, far: int, place: int, offer: Offer, *, typed: bool) -> tuple[int, ...]:
        recent = self._recent.get(offer.key, len(self._recent))
        length = len(self._texts[place]) // _ROUGHLY if typed else 0
        return (bool(offer.why_not), far, recent, length, place)

    def _spans(self, place: int, query: Query) -> tuple[Span, ...]:
        offer, text = self._offers[place], self._texts[place]
        near = match(text, query.terms)
        # Some letters are of another length when they are small; then nothing is marked rather than the wrong thing.
        same = len(offer.words) == len(offer.words.lower())
        return tuple(s for s in near[1] if s[1] <= len(offer.words)) if near is not None and same else ()

    def _slices(self, among: Sequence[int] | None) -> Iterator[Sequence[int]]:
        if among is not None:
            for start in range(0, len(among), _SLICE):
                yield among[start : start + _SLICE]
            return
        start = 0
        while start < len(self._offers) or self._take(_SLICE):
            stop = min(len(self._offers), start + _SLICE)
            yield range(start, stop)
            start = stop

    def _take(self, most: int) -> int:
        """Make so many more of the things that are only promised."""
        more = list(islice(self._coming, most))
        self._offers += more
        self._texts += [f"{offer.words} {offer.note}".lower() for offer in more]
        return len(more)

    def _first(self) -> Iterator[None]:
        """Everything, recent things first, as far as it is shown."""
        while len(self._offers) < MOST and self._take(_SLICE):
            yield
        by_key = {offer.key: offer for offer in self._offers}
        recent = [by_key[key] for key in self._recent if key in by_key and not by_key[key].why_not]
        rest = [offer for offer in self._offers if offer.key not in self._recent or offer.why_not]
        can = [*recent, *(offer for offer in rest if not offer.why_not)]
        self.hits = [Hit(offer) for offer in [*can[:MOST], *(offer for offer in rest if offer.why_not)]]
