"""When the parts of a conversation came: from the file of times beside the log, else from what its records say."""

from __future__ import annotations

from lmawep_tui.engine.conversation.index import ConversationIndex

_WINDOW = 64 * 1024


def time_near(index: ConversationIndex, offset: int) -> float:
    """When the record at `offset`, or the next that tells, came, in seconds since the epoch; 0 if none near does."""
    if index.times.known:
        return index.times.at(offset, index.file)
    data = index.file.read(_WINDOW, offset)
    start = 0 if offset == 0 else data.find(b"\n") + 1
    stop = data.rfind(b"\n") + 1
    if stop <= start:
        return 0.0
    records = index.records
    block = records.made(records.fresh(whole=False), offset + start, offset + stop, lay=False)
    return next((line.when for line in block.lines if line.when > 0), 0.0)


def began(index: ConversationIndex) -> float:
    """When the first record that tells came; 0 when nobody knows."""
    return index.times.began or time_near(index, 0)


def last(index: ConversationIndex) -> float:
    """When the last records came; 0 when nobody knows."""
    return time_near(index, max(0, index.size - _WINDOW))


def offset_at(index: ConversationIndex, moment: float) -> int | None:
    """The byte near which the records of a time begin, or None when no time is known."""
    if index.times.known:
        return index.times.offset(moment)
    if not began(index):
        return None
    low, high = 0, index.size
    while high - low > _WINDOW // 4:
        middle = (low + high) // 2
        at = time_near(index, middle)
        if at and at < moment:
            low = middle
        else:
            high = middle
    return low
