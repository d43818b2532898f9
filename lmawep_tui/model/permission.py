"""What an agent may do without asking: a verdict for each kind of tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final, Literal

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.event import ToolKind

Verdict = Literal["allow", "ask", "deny"]
VERDICTS: Final[tuple[Verdict, ...]] = ("allow", "ask", "deny")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """A verdict for each kind of tool."""

    read: Verdict = "allow"
    """Looking, searching, thinking."""
    edit: Verdict = "allow"
    """Changing files of the pod; of files elsewhere a person is asked all the same."""
    command: Verdict = "allow"
    fetch: Verdict = "allow"
    other: Verdict = "allow"

    def verdict(self, kind: ToolKind) -> Verdict:
        """What is to be done about a tool of this kind."""
        match kind:
            case ToolKind.READ | ToolKind.SEARCH | ToolKind.PLAN:
                return self.read
            case ToolKind.EDIT:
                return self.edit
            case ToolKind.COMMAND:
                return self.command
            case ToolKind.FETCH:
                return self.fetch
            case _:
                return self.other

    def words(self) -> str:
        """`read=allow,edit=ask,…`, as `parse_permissions` takes it."""
        return ",".join(f"{f.name}={getattr(self, f.name)}" for f in fields(self))


POLICIES: Final[Mapping[str, Permissions]] = {
    "full": Permissions(),
    "accept-edits": Permissions(command="ask", fetch="ask", other="ask"),
    "ask": Permissions(edit="ask", command="ask", fetch="ask", other="ask"),
}
"""What the policies of a profile mean for an agent that asks us."""


def parse_permissions(words: str) -> Permissions:
    """The permissions of `read=allow,edit=ask`; kinds left out are allowed. Raises UsageError for anything else."""
    given: dict[str, Verdict] = {}
    for word in filter(None, words.split(",")):
        name, _, value = word.partition("=")
        found = next((verdict for verdict in VERDICTS if verdict == value), None)
        if found is None or name not in {f.name for f in fields(Permissions)}:
            raise UsageError(f"{word!r} is not a permission such as command=ask.")
        given[name] = found
    return replace(Permissions(), **given)
