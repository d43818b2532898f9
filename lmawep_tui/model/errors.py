"""Refusals: sentences for the person, with what to do next."""

from __future__ import annotations


class LmawepError(Exception):
    """A refusal or failure that is shown as one sentence: what happened, to what, and what to do next.

    `exit_status` is 1 for refused or failed, 2 for wrong use (design: command line).
    """

    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(LmawepError):
    """The call itself is wrong: an id of the wrong form, options that exclude each other."""

    exit_status = 2


class NotFound(LmawepError):
    """A ticket or pod of that id does not exist."""


class NotInitialised(LmawepError):
    """The repository has no `.lmawep/` yet."""

    def __init__(self, root: object) -> None:
        super().__init__(f"{root} has no .lmawep folder yet.", "Run `lmawep init` there first.")


class Busy(LmawepError):
    """Somebody else holds what this verb needs."""


class Refused(LmawepError):
    """The verb is not allowed on this ticket or pod as it stands."""


class GitFailed(LmawepError):
    """A git command failed; `stderr` is its last words, already cleaned."""

    def __init__(self, message: str, hint: str = "", *, stderr: str = "", status: int = 1) -> None:
        super().__init__(message, hint)
        self.stderr = stderr
        self.status = status


class BadFile(LmawepError):
    """A file does not parse or validate: which, where and why."""

    def __init__(self, path: object, reason: str, line: int | None = None, hint: str = "") -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {reason}.", hint)
        self.path = path
        self.line = line
        self.reason = reason
