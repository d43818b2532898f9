"""Our side of an ACP conversation: permissions by rule or by the person, and the files of the pod."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from acp import ReadTextFileResponse, RequestError, RequestPermissionResponse, WriteTextFileResponse
from acp.schema import AllowedOutcome, DeniedOutcome, PermissionOption, ToolCallUpdate

from lmawep_tui.agents import acp_files, questions
from lmawep_tui.agents.acp_asks import ToolCalls, Wanted
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.event import ToolKind
from lmawep_tui.model.permission import Permissions, Verdict
from lmawep_tui.model.question import MAX_LABEL, MAX_OPTIONS, Answer

_ALLOW = ("allow_once", "allow_always")
_REJECT = ("reject_once", "reject_always")


class Answers:
    """The client that the `acp` package calls."""

    def __init__(
        self,
        worktree: Path,
        run_dir: Path,
        rules: Permissions,
        *,
        wait_s: float,
        say: Callable[[str], None],
    ) -> None:
        """`wait_s` is how long a person may take to answer; `say` writes a line to the log."""
        self.calls = ToolCalls(worktree)
        self.over = asyncio.Event()
        """Set when the turn is being cancelled: whatever is asked then is cancelled too."""
        self.unanswered = asyncio.Event()
        """Set when nobody answered in time."""
        self._worktree, self._run_dir, self._rules = worktree, run_dir, rules
        self._wait_s, self._say = wait_s, say
        self._always: dict[tuple[ToolKind, str], str] = {}

    async def request_permission(
        self, session_id: str, tool_call: ToolCallUpdate, options: list[PermissionOption], **_: Any
    ) -> RequestPermissionResponse:
        """Answers by rule, by what the person said "always" to, or by asking."""
        wanted = self.calls.wanted(tool_call.model_dump(mode="json", by_alias=True, exclude_none=True))
        option = None if self.over.is_set() else await self._option(wanted, options)
        if option is None:
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        return RequestPermissionResponse(outcome=AllowedOutcome(outcome="selected", option_id=option))

    async def _option(self, wanted: Wanted, options: list[PermissionOption]) -> str | None:
        """The id of the option that is taken; None cancels."""
        verdict = self._verdict(wanted)
        if verdict == "deny":
            self._say(f"denied by your rules: {wanted.words(self._worktree)}")
            return _first(options, _REJECT)
        if verdict == "allow" and (found := _first(options, _ALLOW)) is not None:
            return found
        same = (wanted.kind, wanted.words(self._worktree))
        if (before := self._always.get(same)) is not None and any(o.option_id == before for o in options):
            return before
        chosen = await self._ask(wanted, options)
        if chosen is not None and chosen.kind.endswith("_always"):
            self._always[same] = chosen.option_id
        return chosen.option_id if chosen is not None else None

    def _verdict(self, wanted: Wanted) -> Verdict:
        verdict = self._rules.verdict(wanted.kind)
        if verdict == "allow" and wanted.kind is ToolKind.EDIT and wanted.outside(self._worktree):
            return "ask"
        return verdict

    async def _ask(self, wanted: Wanted, options: list[PermissionOption]) -> PermissionOption | None:
        """Puts it to the person; None when the turn is over before the answer, or nobody answered in time."""
        words = wanted.words(self._worktree)
        shown = _shown(options)
        labels = tuple((id_, option.name) for id_, option in shown.items())
        question = wanted.question(self._worktree, labels, until=time.time() + self._wait_s)
        try:
            number = questions.ask(self._run_dir, question)
        except LmawepError as error:
            self._say(f"could not ask: {words} ({error})")
            return None
        answer = await self._answer(number, time.monotonic() + self._wait_s)
        if answer is None or not answer.option:
            if not self.over.is_set():
                self._say(f"nobody answered in time: {words}?")
                self.unanswered.set()
                await self.over.wait()  # the turn is cancelled first, then what it waits for: so the protocol wants it
            return None
        return shown.get(answer.option)

    async def _answer(self, number: int, deadline: float) -> Answer | None:
        """The answer as soon as it is there; taken back when nobody waits for it any more, whatever the reason."""
        try:
            while not self.over.is_set() and time.monotonic() < deadline:
                if (answer := questions.answer_of(self._run_dir, number)) is not None:
                    return answer
                await asyncio.sleep(questions.POLL_S)
        except asyncio.CancelledError:
            questions.withdraw(self._run_dir, number)
            raise
        return questions.withdraw(self._run_dir, number)

    async def read_text_file(
        self, session_id: str, path: str, line: int | None = None, limit: int | None = None, **_: Any
    ) -> ReadTextFileResponse:
        """Reads a file of the pod."""
        if self._rules.read == "deny":
            raise _refusal("reading is denied by the person's rules")
        try:
            return ReadTextFileResponse(content=acp_files.read_text(self._worktree, path, line, limit))
        except LmawepError as error:
            raise _refusal(str(error)) from error

    async def write_text_file(self, session_id: str, path: str, content: str, **_: Any) -> WriteTextFileResponse:
        """Writes a file of the pod; permission is asked for by the agent beforehand, as the protocol has it."""
        if self._rules.edit == "deny":
            raise _refusal("editing is denied by the person's rules")
        try:
            acp_files.write_text(self._worktree, path, content)
        except LmawepError as error:
            raise _refusal(str(error)) from error
        return WriteTextFileResponse()

    async def create_terminal(self, **_: Any) -> NoReturn:
        """Terminals are not offered: agents have their own."""
        raise RequestError.method_not_found("terminal/create")

    terminal_output = wait_for_terminal_exit = create_terminal

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        """Never called: the wire keeps what is told for the log."""

    async def ext_method(self, method: str, params: dict[str, Any]) -> NoReturn:
        """No extensions are known."""
        raise RequestError.method_not_found(f"_{method}")

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """No extensions are known; the log has it."""


def _first(options: list[PermissionOption], kinds: tuple[str, ...]) -> str | None:
    """The first option of the first kind that is offered."""
    return next((option.option_id for kind in kinds for option in options if option.kind == kind), None)


def _shown(options: list[PermissionOption]) -> dict[str, PermissionOption]:
    """The options by the ids a person may name them by: the agent's own, where those are fit for it."""
    shown: dict[str, PermissionOption] = {}
    for place, option in enumerate(options[:MAX_OPTIONS], 1):
        id_ = option.option_id
        fit = 0 < len(id_) <= MAX_LABEL and clean_line(id_) == id_ and id_ not in shown and not id_.isdigit()
        shown[id_ if fit else str(place)] = option
    return shown


def _refusal(why: str) -> RequestError:
    return RequestError(-32602, why)
