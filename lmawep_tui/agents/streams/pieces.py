"""Text that comes in pieces first and as a whole later: it is to be told once."""

from __future__ import annotations

_HEAD = 200
_BLOCKS_KEPT = 100


class Pieces:
    """Remembers the blocks of the present message that have been told in pieces, by their length and beginning only."""

    def __init__(self) -> None:
        self._told: list[tuple[str, str, int]] = []
        self._kind = self._head = ""
        self._length = 0

    def clear(self) -> None:
        """A new message."""
        self._told.clear()
        self._kind, self._head, self._length = "", "", 0

    def begin(self, kind: str) -> None:
        """A new block."""
        self._store()
        self._kind, self._head, self._length = kind, "", 0

    def add(self, kind: str, words: str) -> bool:
        """Takes in a piece; whether it goes on with a block that has begun."""
        if kind != self._kind:
            self.begin(kind)
        goes_on = self._length > 0
        if len(self._head) < _HEAD:
            self._head = (self._head + words)[:_HEAD]
        self._length += len(words)
        return goes_on

    def rest(self, kind: str, whole: str) -> str:
        """What of a whole block has not been told in pieces."""
        self._store()
        for place, (told, head, length) in enumerate(self._told):
            if told == kind and length <= len(whole) and whole.startswith(head):
                del self._told[place]
                return whole[length:]
        return whole

    def _store(self) -> None:
        if self._length and len(self._told) < _BLOCKS_KEPT:
            self._told.append((self._kind, self._head, self._length))
        self._kind, self._head, self._length = "", "", 0
