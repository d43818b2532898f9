"""Conversations for tests: recorded logs laid out at a width, in one go, and the ones that were looked at."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.reader import Reader
from lmawep_tui.engine.conversation.index import ConversationIndex
from lmawep_tui.engine.conversation.line import lay
from lmawep_tui.engine.conversation.look import Look
from lmawep_tui.engine.conversation.present import Presenter
from lmawep_tui.model.event import Event
from tests.agents.recordings import files

ROOT = "/repo"
GOLDEN = Path(__file__).with_suffix(".txt")
FORMATS = {
    "claude": "claude-stream",
    "qwen": "claude-stream",
    "codex": "codex-exec",
    "gemini": "gemini-stream",
    "opencode": "opencode-parts",
    "pi": "pi-events",
    "pi-0.87": "pi-events",
    "cline": "cline-events",
    "codex-app-server": "codex-app-server",
}
SHOWN = (
    "claude/happy", "claude/happy-partial", "qwen/happy", "codex/happy", "gemini/happy", "opencode/happy", "pi/happy",
    "cline/happy", "acp-gemini/happy", "acp-claude-agent-acp/happy", "codex-app-server/permission-allowed",
    "claude/permission-denied", "claude/question-answered", "claude/parallel-tools", "claude/rate-limit-gives-up",
    "claude/hostile-text", "claude/hooks", "cline/long-output", "codex/tool-failure",
)  # fmt: skip
"""Recordings whose conversations were read by a person as they stand in the golden file."""


def recorded(name: str) -> bytes:
    """The output of one recording, `claude/happy`."""
    return files()[f"{name}.jsonl"]


def format_of(name: str) -> str:
    cli = name.partition("/")[0]
    return "acp" if cli.startswith("acp-") else FORMATS[cli]


def golden() -> dict[str, str]:
    """The golden file: the text of each conversation by its name."""
    parts = GOLDEN.read_text("utf-8").split("=== ")[1:]
    return {name: text.rstrip("\n") for name, _, text in (part.partition("\n") for part in parts)}


def told(events: list[Event], *, fold: bool = True, width: int = 80) -> list[str]:
    """The rows of some events, without the space at their ends."""
    presenter = Presenter(fold=fold, root=ROOT)
    for event in events:
        presenter.take(event)
    presenter.flush()
    return ["".join(text for text, _ in row).rstrip() for line in presenter.lines for row in lay(line, width).rows]


def told_whole(data: bytes, format_: str, *, fold: bool = True, width: int = 80) -> list[str]:
    """The rows of a whole log, read in one go."""
    reader = Reader(parser_for(format_, ROOT))
    return told([*reader.feed(data), *reader.close()], fold=fold, width=width)


def rows(index: ConversationIndex) -> list[str]:
    """What an index shows, row for row."""
    return ["".join(text for text, _ in index.row(row)).rstrip() for row in range(index.line_count)]


def indexed(path: Path, format_: str, *, width: int = 80, fold: bool = True, over: bool = True) -> ConversationIndex:
    """An index of a file that has been read to its end."""
    index = ConversationIndex(path, format_, Look(width, fold), root=ROOT)
    index.over = over
    read_on(index)
    return index


def read_on(index: ConversationIndex) -> None:
    """Polls until nothing new is there."""
    index.poll()
    while not index.complete:
        index.poll()


if __name__ == "__main__":  # TZ=UTC python -m tests.engine.conversations: written anew, to be read before it is kept
    texts = [f"=== {name}\n" + "\n".join(told_whole(recorded(name), format_of(name))) for name in SHOWN]
    GOLDEN.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
