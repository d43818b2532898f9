"""What a person says to the agent of a pod while it is at work: kept until it can be sent."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass

MAX_MESSAGE = 32_000
"""Characters of one message; what is longer belongs into a file or the ticket."""
MAX_MESSAGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, as it was typed."""

    text: str
    at: str = ""
    """When it was said."""


def joined(messages: tuple[Message, ...]) -> str:
    """Several messages as one, in the order they were said."""
    return "\n\n".join(message.text for message in messages)
