"""What each tool takes. Whoever calls is a language model: everything is bounded, and nothing else is accepted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lmawep_tui.files.clean import clean_text


def _clean(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a NUL character")
    return clean_text(text)


Words = Annotated[str, Field(max_length=4000), AfterValidator(_clean)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
Status = Literal[
    "COMPLETE", "NO_CHANGE", "NEEDS_REVIEW", "BLOCKED", "QUESTION", "PARTIAL", "FAILED", "APPROVED", "CHANGES_REQUESTED"
]
TicketNumber = Annotated[int, Field(ge=1, le=999_999_999)]


class Arguments(BaseModel):
    """Base of all: a key that nobody knows is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Arguments):
    """No arguments."""


class ReportArguments(Arguments):
    status: Status = Field(description="How the run went; your commits, the tests and the memory bank are checked.")
    progress: Words = Field("", description="What you did, in one or two sentences.")
    blockers: Words = Field("", description="What is in the way; a reviewer's findings.")
    next: Words = Field("", description="What should be done next.")
    question: Words = Field("", description="The question to the person, with status QUESTION.")


class AlertArguments(Arguments):
    file: Words = Field("", description="The file that changed, from the project's root.")
    change: Words = Field(description="What changed in a way that breaks others.")
    affects: Words = Field("", description="Files, names, pods or tickets that have to follow.")
    migration: Words = Field("", description="How to follow.")


class ClaimArguments(Arguments):
    paths: list[Name] = Field(min_length=1, max_length=50, description="Paths or globs from the project's root.")
    severity: Literal["note", "warn", "block"] = Field(
        "warn", description="note: listed; warn: told to other agents; block: no ticket that touches them is started."
    )


class ReleaseArguments(Arguments):
    paths: list[Name] = Field([], max_length=50, description="The claims to give up; all when empty.")


class SignalArguments(Arguments):
    name: Name = Field(description="Small letters, digits and _: a signal that the project's triggers wait for.")
    data: dict[Name, Words] = Field({}, max_length=20, description="Something to go with it.")


class MemoryReadArguments(Arguments):
    file: Name = Field("", description="Which file; without it the names and sizes are listed.")


class PodMemoryArguments(MemoryReadArguments):
    pod: Name = Field(description="Whose memory bank: pod-1.")


class MemoryWriteArguments(Arguments):
    file: Name = Field(description="activeContext.md, progress.md, blockers.md or systemPatterns.md.")
    text: str = Field(max_length=256 * 1024, description="Markdown: what the next agent has to know.")
    mode: Literal["append", "replace"] = Field("append", description="Add to the end, or replace the whole file.")


class TicketShowArguments(Arguments):
    id: TicketNumber | None = Field(None, description="The ticket's number; your own when left out.")


class TicketNumberArguments(Arguments):
    id: TicketNumber = Field(description="The ticket's number.")


class TicketListArguments(Arguments):
    status: Literal[
        "ready", "assigned", "working", "review", "testing", "merging", "complete", "blocked", "abandoned"
    ] | None = Field(None, description="Only tickets of this status; without it all that are open.")  # fmt: skip
    text: Name = Field("", description="Only tickets with this in id, title or labels.")
    limit: int = Field(50, ge=1, le=200, description="At most so many.")


class TicketCreateArguments(Arguments):
    title: Name = Field(description="What to do, on one line.")
    description: str = Field("", max_length=64 * 1024, description="Everything an agent has to know to do it.")
    priority: Literal["low", "medium", "high", "critical"] = Field("medium", description="How urgent it is.")
    depends_on: list[TicketNumber] = Field([], max_length=100, description="Tickets that must land first.")


class AskPersonArguments(Arguments):
    question: Words = Field(description="What you need to know, with what you would do if nobody answers.")
    options: list[Name] = Field([], max_length=8, description="Answers to choose from; the person may write another.")
    wait_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = Field(
        None, description="How long to wait at most; the project has a limit of its own."
    )
