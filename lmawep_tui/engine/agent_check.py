"""`lmawep agents --check`: whether an agent answers, by asking it for one word in a scratch repository."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lmawep_tui.agents import probe
from lmawep_tui.agents.outcome import Killed, conclude
from lmawep_tui.agents.profile import Profile, build_argv, own_words, policies, profile_of, require_command, with_policy
from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.run_file import PROMPT
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.run import Outcome
from lmawep_tui.vcs.run import Git

_TIMEOUT_S = 90.0
_PROMPT = "Answer with the one word OK, and do nothing else: no file is to be read, no command to be run.\n"
_GOOD = (Outcome.COMPLETED, Outcome.NO_CHANGE, Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of asking."""

    name: str
    answers: bool
    words: str
    """In a sentence."""
    model: str = ""


def check(ws: Workspace, name: str, timeout_s: float = _TIMEOUT_S) -> Checked:
    """Starts the agent once with a one-word prompt, where it can do no harm; a question of a few tokens to its model.

    Raises LmawepError when there is no such profile, its program is not installed, or its command is not accepted.
    """
    profile = profile_of(name, ws.config)
    require_command(profile)
    if name in ws.config.agents:
        require_accepted(ws.layout, ws.git, f"command of agent {name}", own_words(profile))
    if profile.protocol == "acp":
        raise Refused(
            f"{name} is talked to over ACP, and is not asked here.", "A run in a pod shows whether it answers."
        )
    with tempfile.TemporaryDirectory(prefix="lmawep-check-", ignore_cleanup_errors=True) as scratch:
        return _ask(ws, profile, Path(scratch).resolve(), timeout_s)


def _ask(ws: Workspace, profile: Profile, folder: Path, timeout_s: float) -> Checked:
    work = folder / "work"
    work.mkdir()
    Git(work, work)("init", "--quiet")  # some want a repository around them
    (folder / PROMPT).write_text(_PROMPT, "utf-8")
    profile = with_policy(profile, "ask" if "ask" in policies(profile) else None)
    argv = build_argv(profile, _values(ws, folder, work))
    run = probe.order(profile, argv, folder, stdin=profile.prompt == "stdin")
    answer = probe.ask(run, folder, env_pass=profile.env_pass, timeout_s=timeout_s)
    if answer.exit_status is None:
        return Checked(profile.name, False, f"could not be started: {answer.trouble}")
    killed = None
    if answer.late:
        killed = Killed(Outcome.TIMEOUT, f"no answer within {timeout_s:g} s")
    elif answer.flooded:
        killed = Killed(Outcome.CRASHED, f"it printed more than {probe.LIMIT // 1_000_000} MB")
    try:
        ending = conclude(folder, run, answer.exit_status, killed)
    except LmawepError as error:
        return Checked(profile.name, False, f"its output cannot be read: {error}")
    why = [ending.reason, _last_line(ending.last_words) if ending.outcome not in _GOOD else ""]
    return _told(profile, ending.outcome, "; it said: ".join(dict.fromkeys(filter(None, why))), ending.model)


def _values(ws: Workspace, folder: Path, work: Path) -> dict[str, str]:
    return {
        "prompt": _PROMPT,
        "prompt_file": str(folder / PROMPT),
        "worktree": str(work),
        "pod": "pod-0",
        "ticket": "0",
        "role": "task",
        "model": ws.config.roles.task.model or "",
        "root": str(work),
        "main": "main",
        "git_common": str(work / ".git"),
        "git_worktree": str(work / ".git"),
    }


def _told(profile: Profile, outcome: Outcome, why: str, model: str) -> Checked:
    if outcome in _GOOD:
        return Checked(profile.name, True, f"answers, with {model}" if model else "answers", model)
    meaning = {
        Outcome.AUTH: "is not logged in, or its key is refused",
        Outcome.RATE_LIMITED: "has run into its quota or rate limit",
        Outcome.TIMEOUT: "does not answer",
        Outcome.DENIED: "answers, but was refused a tool",
    }.get(outcome, "does not answer as it should")
    return Checked(profile.name, outcome is Outcome.DENIED, f"{meaning}: {why}" if why else meaning, model)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
