"""What a person noted while reading a pod's work: comments on lines, files read, commits looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import NotFound, UsageError
from lmawep_tui.model.ids import PodId, Sha, TicketId

MAX_COMMENT = 8_000
"""Characters of one comment; what is longer belongs into the words of the verdict or into the ticket."""
MAX_COMMENTS = 500
MAX_QUOTED = 40
"""Lines that are kept of a commented range, to find it again and to quote it."""
_MAX_LOOKS = 20


class Side(StrEnum):
    """Which version of a file a line number counts in."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Spot:
    """Some lines of one version of a file."""

    path: str
    line: int
    """Number of the first line, from 1."""
    count: int = 1
    side: Side = Side.NEW

    @property
    def last(self) -> int:
        """Number of the last line."""
        return self.line + self.count - 1

    def __str__(self) -> str:
        lines = f"{self.line}-{self.last}" if self.count > 1 else f"{self.line}"
        return f"{self.path}:{lines}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A person's words on some lines, bound to the commit in which they were read and to the text of the lines."""

    number: int
    path: str
    line: int
    count: int = 1
    side: Side = Side.NEW
    text: str
    quoted: tuple[str, ...] = ()
    """The first of the lines, as they are in the file."""
    commit: Sha
    """The pod's commit that was shown."""
    source: Sha
    """The commit or tree in which the lines stand: the same for new lines, what it was compared with for old ones."""
    at: str = ""
    sent: str = ""
    """When an agent was told of it; empty while it is open."""

    @property
    def spot(self) -> Spot:
        """Where it was said."""
        return Spot(self.path, self.line, self.count, self.side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A commit of the pod that the person has looked at, and where it had parted from main."""

    commit: Sha
    base: Sha
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNotes:
    """Everything noted on one pod."""

    pod: PodId
    ticket: TicketId
    next: int = 1
    comments: tuple[Comment, ...] = ()
    reviewed: Mapping[str, str] = field(default_factory=dict)
    """Path → the content that was read, as `FileChange.content` names it."""
    looks: tuple[Look, ...] = ()
    """Oldest first."""

    @property
    def open(self) -> tuple[Comment, ...]:
        """Comments that no agent was told of yet."""
        return tuple(comment for comment in self.comments if not comment.sent)

    def comment(self, number: int) -> Comment:
        """The comment of this number; raises NotFound."""
        for comment in self.comments:
            if comment.number == number:
                return comment
        have = ", ".join(str(comment.number) for comment in self.comments)
        raise NotFound(f"{self.pod} has no comment {number}.", f"There are: {have}." if have else "")

    def looked_before(self, commit: Sha) -> Look | None:
        """The newest look at another commit than this one."""
        return next((look for look in reversed(self.looks) if look.commit != commit), None)


class Mark(StrEnum):
    """Whether a file was read as it is."""

    NEW = "new"
    REVIEWED = "reviewed"
    CHANGED = "changed"
    """It was read, and is another one since."""


def mark_of(notes: ReviewNotes, path: str, content: str) -> Mark:
    """Whether the person has read this content of the file."""
    known = notes.reviewed.get(path)
    return Mark.NEW if known is None else Mark.REVIEWED if known == content else Mark.CHANGED


def with_reviewed(notes: ReviewNotes, contents: Mapping[str, str]) -> ReviewNotes:
    """With these files read; path → content."""
    return replace(notes, reviewed={**notes.reviewed, **contents})


def without_reviewed(notes: ReviewNotes, paths: Iterable[str]) -> ReviewNotes:
    """With these files not read."""
    gone = set(paths)
    return replace(notes, reviewed={path: content for path, content in notes.reviewed.items() if path not in gone})


def with_comment(
    notes: ReviewNotes, spot: Spot, text: str, *, quoted: tuple[str, ...], commit: Sha, source: Sha, at: str
) -> ReviewNotes:
    """With one comment more; raises UsageError when it says nothing, or too much."""
    if len(notes.comments) >= MAX_COMMENTS:
        raise UsageError(f"{notes.pod} has {MAX_COMMENTS} comments already.", "Send them, or delete some.")
    comment = Comment(
        number=notes.next, path=spot.path, line=spot.line, count=spot.count, side=spot.side, text=_said(text),
        quoted=quoted[:MAX_QUOTED], commit=commit, source=source, at=at,
    )  # fmt: skip
    return replace(notes, next=notes.next + 1, comments=(*notes.comments, comment))


def with_text(notes: ReviewNotes, number: int, text: str) -> ReviewNotes:
    """With other words in a comment, which is open again then; raises NotFound and UsageError."""
    changed = replace(notes.comment(number), text=_said(text), sent="")
    return replace(notes, comments=tuple(changed if c.number == number else c for c in notes.comments))


def without_comment(notes: ReviewNotes, number: int) -> ReviewNotes:
    """Without a comment; raises NotFound."""
    gone = notes.comment(number)
    return replace(notes, comments=tuple(c for c in notes.comments if c is not gone))


def with_sent(notes: ReviewNotes, numbers: Iterable[int], at: str) -> ReviewNotes:
    """With these comments sent."""
    told = set(numbers)
    return replace(
        notes, comments=tuple(replace(c, sent=at) if c.number in told and not c.sent else c for c in notes.comments)
    )


def with_look(notes: ReviewNotes, look: Look) -> ReviewNotes:
    """With a look at a commit, which then is the newest."""
    others = tuple(known for known in notes.looks if known.commit != look.commit)
    return replace(notes, looks=(*others, look)[-_MAX_LOOKS:])


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError("A comment needs words.")
    if len(text) > MAX_COMMENT:
        raise UsageError(f"The comment has {len(text):,} characters; {MAX_COMMENT:,} are kept.", "Say it shorter.")
    return text
