"""What mini-swe-agent prints: its prompt, then steps of words, a command in a fence, and what the command gave."""

from __future__ import annotations

import re

from lmawep_tui.agents.streams.record import clip
from lmawep_tui.agents.streams.tools import short
from lmawep_tui.agents.streams.walls import wall_of
from lmawep_tui.model.event import (
    Ended,
    Event,
    Raw,
    Retrying,
    Started,
    Text,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TurnEnd,
    Used,
    Wall,
)

_STEP = re.compile(r"mini-swe-agent \(step (\d{1,9}), \$([\d.]{1,20})\):$")
_RETRY = re.compile(r"Retrying \S+ in ([\d.]{1,9}) seconds as it raised (.*)")
_FAILED = re.compile(r"[A-Z]\w*(Error|Exceeded|Exception|Interruption)\b")
_FIRST = frozenset("mS")
"""What a line begins with that means the same wherever it stands."""
_RULE = "─" * 20
_SUBMIT = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"
_KEPT = 2000
"""Lines of a command, or of what one gave, that are kept."""
_OPEN_KEPT = 100


class Mini:
    """Reads mini-swe-agent's lines: only what stands in a step and outside a fence is the agent's own word."""

    def __init__(self) -> None:
        self._place = "prompt"
        """Where in the output it is: prompt, step, command, tool, between or exit."""
        self._speaking = self._started = False
        self._kept: list[str] = []
        self._said: list[str] = []
        self._calls: list[tuple[str, str]] = []
        self._made = 0

    def line(self, line: str) -> list[Event]:
        if line.startswith(RETRYING) and (retries := retrying(line)):
            return retries
        if self._place == "prompt":
            self._place = "between" if line.startswith(_RULE) else "prompt"
            return [Raw(line)] if line else []
        if line[:1] in _FIRST and (found := self._outside(line)) is not None:
            return found
        match self._place:
            case "step":
                return self._in_step(line)
            case "command":
                return self._in_command(line)
            case "tool":
                return self._in_tool(line)
            case "exit":
                self._keep(self._said, line)
                return [Raw(line)] if line else []
        if line == "Exit:":
            self._place = "exit"
        return [Raw(line)] if line else []

    def _outside(self, line: str) -> list[Event] | None:
        """A line that means the same wherever it stands."""
        if match := _STEP.match(line):
            return [*self._leave(), *self._step(match)]
        return self._end() if self._place == "exit" and line.startswith("Saved trajectory to ") else None

    def close(self) -> list[Event]:
        return self._leave()

    def _step(self, match: re.Match[str]) -> list[Event]:
        self._place, self._speaking = "step", False
        found: list[Event] = []
        if not self._started:
            self._started = True
            found.append(Started())
        cost = _number(match[2])
        return [*found, Used(cost=cost, total=True)] if cost else found

    def _in_step(self, line: str) -> list[Event]:
        match line:
            case "```":
                self._place, self._kept = "command", []
                return []
            case "Tool:" | "Exit:":
                self._place, self._kept = line[:-1].lower(), []
                return []
            case "User:":
                self._place = "between"
                return []
        if line.startswith(_RULE) or not (line or self._speaking):
            return []
        partial, self._speaking = self._speaking, True
        return [Text(line + "\n", partial)]

    def _in_command(self, line: str) -> list[Event]:
        if line != "```":
            self._keep(self._kept, line)
            return []
        self._place, command = "step", "\n".join(self._kept)
        if command.startswith("STATUS:"):  # a report in a fence
            return [Text(command + "\n", self._speaking)]
        if command.startswith(_SUBMIT) or len(self._calls) >= _OPEN_KEPT:
            return []
        self._made += 1
        id_, target = f"command-{self._made}", short(command)
        self._calls.append((id_, target))
        self._speaking = False
        return [ToolStarted(id_, "bash", ToolKind.COMMAND, target)]

    def _in_tool(self, line: str) -> list[Event]:
        if line.startswith(_RULE):
            found = self._leave()
            self._place = "between"
            return found
        if line == "Exit:" and "<exception_info>" in self._kept:
            found = self._leave()
            self._place = "exit"
            return found
        if line == "Tool:":
            found = self._leave()
            self._place = "tool"
            return found
        self._keep(self._kept, line)
        return []

    def _leave(self) -> list[Event]:
        """What a tool gave is whole."""
        if self._place != "tool":
            return []
        self._place, kept, self._kept = "between", self._kept, []
        if not self._calls:
            return []
        id_, target = self._calls.pop(0)
        status = kept[1] if len(kept) > 1 and kept[0] == "<returncode>" else ""
        exit_ = int(status) if re.fullmatch(r"-?\d{1,9}", status) else None
        output = "\n".join(kept[3:] if len(kept) > 2 and kept[2] == "<output>" else kept).strip("\n")
        return [ToolEnded(id_, exit_ == 0, "bash", ToolKind.COMMAND, target, clip(output), exit_)]

    def _end(self) -> list[Event]:
        said = "\n".join(self._said).strip("\n")
        self._said, self._place = [], "between"
        if not said or (_FAILED.match(said) and "\n" not in said):
            return [Ended(TurnEnd.FAILED, said, wall_of(said))]
        return [Ended(TurnEnd.COMPLETED, text=said)]

    def _keep(self, where: list[str], line: str) -> None:
        if len(where) < _KEPT:
            where.append(line)


RETRYING = "Retrying <"


def retrying(line: str) -> list[Event]:
    """What the library that mini calls models with says on stderr, at any time; empty when it is something else."""
    match = _RETRY.match(line)
    if match is None:
        return []
    return [Retrying(0, clip(match[2], 500), wall_of(match[2]) or Wall.OTHER, _number(match[1]))]


def _number(words: str) -> float:
    try:
        return float(words.rstrip("."))
    except ValueError:
        return 0.0
