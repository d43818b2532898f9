"""What the real agent programs printed, from one archive: the recordings, how each process ended, what is expected.

Members: `CLI/NAME.jsonl` or `CLI/NAME.out.txt` (raw stdout), `CLI/NAME.stderr.txt`, `CLI/NAME.traj.json`,
`CLI/NAME.meta.json` (`exit`, `stopped_by`, `argv`) and `_expected.json`. JSON-RPC folders (`acp-*`, `codex-app-server`)
hold one `{"t": seconds, "dir": "out"|"in", "msg": {…}}` a line; `out` is what the client sent.
"""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_ARCHIVE = Path(__file__).with_name("recordings.tar.xz")


@dataclass(frozen=True, slots=True)
class Recording:
    """One run of a real program."""

    cli: str
    name: str
    data: bytes
    """Its stdout as it was, broken bytes and all."""
    stderr: bytes
    exit: int | None
    """Negative: the signal that ended it."""
    stopped_by: str | None
    argv: tuple[str, ...]
    expected: dict[str, Any]
    """Its entry in `_expected.json`; empty where there is none (aider, mini and a few more)."""
    trajectory: bytes = b""
    """What mini-swe-agent saves beside its output."""

    def __repr__(self) -> str:
        return f"<{self.id}>"

    @property
    def id(self) -> str:
        return f"{self.cli}/{self.name}"


@cache
def files() -> dict[str, bytes]:
    """Every file of the archive by its name in it."""
    with tarfile.open(_ARCHIVE) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}  # type: ignore[union-attr]


@cache
def recordings(*clis: str) -> tuple[Recording, ...]:
    """Every recording of these programs (folders), or of all, in order of name."""
    found, expected = files(), json.loads(files()["_expected.json"])
    made = []
    for name in sorted(found):
        stem = name.removesuffix(".jsonl") if name.endswith(".jsonl") else name.removesuffix(".out.txt")
        cli, _, short = stem.partition("/")
        if stem == name or (clis and cli not in clis):
            continue
        meta = json.loads(found.get(f"{stem}.meta.json", b"{}"))
        made.append(
            Recording(
                cli,
                short,
                found[name],
                found.get(f"{stem}.stderr.txt", b""),
                meta.get("exit"),
                meta.get("stopped_by"),
                tuple(meta.get("argv", ())),
                expected.get(stem, {}),
                found.get(f"{stem}.traj.json", b""),
            )
        )
    return tuple(made)


def recording(id_: str) -> Recording:
    """One recording, by `cli/name`; raises KeyError."""
    return {each.id: each for each in recordings()}[id_]
