"""Writing one file of a pod's memory bank for an agent, within the bounds of what is kept of a bank."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lmawep_tui.engine.memory_bank import bank_folder
from lmawep_tui.files.bank_folder import MAX_FILE, MAX_FILES, add_to_bank, make_bank, read_bank, write_bank
from lmawep_tui.files.layout import MEMORY_FILES
from lmawep_tui.model.errors import LmawepError, Refused, UsageError
from lmawep_tui.model.pod import PodRecord

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.md", re.ASCII)


def write_memory(record: PodRecord, name: str, text: str, *, append: bool) -> int:
    """Replaces a file of the bank, or adds to its end; returns its size in bytes. Whole or not at all.

    Raises UsageError for a name or text that is none, Refused when the bank would hold more than is kept of it.
    """
    folder = bank_folder(record)
    data = check_note(read_bank(folder), name, text, append=append)
    try:
        if append:
            make_bank(folder)
            add_to_bank(folder, name, data)
        else:
            write_bank(folder, {name: data})
    except OSError as error:
        raise LmawepError(f"Cannot write {name} of {record.id}: {error.strerror}.") from error
    return len(read_bank(folder).get(name, b""))


def check_note(bank: Mapping[str, bytes], name: str, text: str, *, append: bool = False) -> bytes:
    """What a file of the bank would hold; raises UsageError and Refused as write_memory does."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(f"{name[:80]!r} is not a memory-bank file.", f"The files are {', '.join(MEMORY_FILES)}.")
    if "\0" in text:
        raise UsageError("The text holds a NUL character.", "A memory bank is plain text.")
    data = text.encode("utf-8", "replace")
    before = len(bank.get(name, b"")) if append else 0
    if before + len(data) + 1 > MAX_FILE:
        raise Refused(
            f"{name} would grow beyond {MAX_FILE // 1024} KiB, and no more of it is kept.", "Replace it, shorter."
        )
    if name not in bank and len(bank) >= MAX_FILES:
        raise Refused(f"The memory bank has {len(bank)} files, and no more are kept.", "Write into one of them.")
    return data
