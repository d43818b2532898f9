"""The one runner of the git program: argument lists, no terminal, no hooks, no code named by shared config."""

from __future__ import annotations

import os
from pathlib import Path

from lmawep_tui.files.clean import clean_text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed, LmawepError

# Every worktree shares .git/config, so an agent can plant commands there (safety T6). These win over it.
_SAFE = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.editor=true",
    "core.quotePath=false",
    "core.untrackedCache=false",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    "rerere.enabled=false",
    "log.showSignature=false",
    "merge.verifySignatures=false",
    "core.ignoreStat=false",
    "core.fsync=committed",  # what a snapshot holds may be deleted a moment later
    "core.fsyncMethod=batch",
)
_FLAGS = tuple(part for setting in _SAFE for part in ("-c", setting))
MARK = "LMAWEP_GIT"
"""In the environment of our git processes, with the project's path: recovery waits for those of a killed lmawep."""
MINIMUM = (2, 38)
"""`git merge-tree --write-tree` came with 2.38."""


@dataclass(frozen=True, slots=True)
class GitResult:
    """What a git command printed, and its exit status."""

    stdout: bytes
    stderr: str
    status: int

    @property
    def text(self) -> str:
        """Standard output as text, without the last newline."""
        return self.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    @property
    def fields(self) -> list[str]:
        """Output of a `-z` command as its fields."""
        return [part.decode("utf-8", "surrogateescape") for part in self.stdout.split(b"\0") if part]


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder; `root` is the project whose recovery may wait for it."""

    folder: Path
    root: Path

    def at(self, folder: Path) -> Git:
        """The same project's git in another checkout."""
        return Git(folder, self.root)

    def __call__(
        self,
        *args: str,
        ok: tuple[int, ...] = (0,),
        stdin: bytes | None = None,
        timeout_s: float = 120.0,
        env: dict[str, str] | None = None,
    ) -> GitResult:
        """Runs git; raises GitFailed with git's last words when the status is not in `ok`."""
        import subprocess  # late: reading commands never run git, and this import costs them 5 ms

        argv = ["git", *_FLAGS, *args]
        try:
            done = subprocess.run(
                argv,
                cwd=self.folder,
                env={**environment(), MARK: str(self.root), **(env or {})},
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                timeout=timeout_s,
                start_new_session=True,
                check=False,
            )
        except FileNotFoundError as error:
            if not self.folder.is_dir():
                raise GitFailed(f"The folder {self.folder} does not exist.") from error
            raise LmawepError("git was not found.", "Install git 2.38 or newer.") from error
        except subprocess.TimeoutExpired as error:
            raise GitFailed(f"`git {args[0]}` in {self.folder} did not end within {timeout_s:.0f} s.") from error
        except OSError as error:
            raise GitFailed(f"git cannot run in {self.folder}: {error.strerror}.") from error
        stderr = clean_text(done.stderr.decode("utf-8", "replace")).strip()
        if done.returncode not in ok:
            last = stderr.splitlines()[-1] if stderr else f"exit status {done.returncode}"
            raise GitFailed(f"`git {_verb(args)}` failed in {self.folder}: {last}", stderr=stderr,
                            status=done.returncode)  # fmt: skip
        return GitResult(done.stdout, stderr, done.returncode)

    def succeeds(self, *args: str) -> bool:
        """Whether git says yes (0) rather than no (1); anything else raises: a failed question is not an answer."""
        return self(*args, ok=(0, 1)).status == 0


def _verb(args: tuple[str, ...]) -> str:
    return " ".join(args[:2]) if args and args[0] in ("worktree", "stash") else args[0]


def environment() -> dict[str, str]:
    """The caller's environment without anything that steers git (safety T17), in a fixed language."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _IDENTITY}
    env.update(GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0", LC_ALL="C", GIT_ASKPASS="true", GIT_NO_LAZY_FETCH="1")
    return env


_IDENTITY = {
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
}  # fmt: skip


def version(git: Git) -> tuple[int, ...]:
    """The git program's version as numbers; raises LmawepError when it is too old."""
    words = git("version").text.split()
    numbers = tuple(int(part) for part in words[2].split(".")[:3] if part.isdigit()) if len(words) > 2 else ()
    if numbers < MINIMUM:
        have = ".".join(map(str, numbers)) or "unknown"
        raise LmawepError(f"git {have} is too old.", "lmawep needs git 2.38 or newer.")
    return numbers


_FIXES = (
    ("CVE-2024-32002", (2, 45, 1), {39: 4, 40: 2, 41: 1, 42: 2, 43: 4, 44: 1}),
    ("CVE-2025-48384", (2, 50, 1), {43: 7, 44: 4, 45: 4, 46: 4, 47: 3, 48: 2, 49: 1}),
)
"""Faults that a repository of a stranger can use: fixed in a version, and in older lines from a patch level on."""


def fixes_missing(numbers: tuple[int, ...]) -> tuple[str, ...]:
    """Names of known faults that this version of git was published with."""
    found = []
    for name, fixed, lines in _FIXES:
        patch = numbers[2] if len(numbers) > 2 else 0
        level = lines.get(numbers[1]) if numbers[:1] == (2,) and len(numbers) > 1 else None
        if numbers < fixed and not (level is not None and patch >= level):
            found.append(name)
    return tuple(found)
