"""Settings of an agent profile: those of its file in agents/profiles/, and those under `agents:` in the config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.setting import key as _key

PromptBy = Literal["stdin", "arg", "file"]
Policy = Literal["ask", "accept-edits", "full"]
Protocol = Literal["stream", "acp"]
ResumeScope = Literal["anywhere", "repository", "directory", "never"]
StopSignal = Literal["INT", "TERM"]
EndsAs = Literal["auth", "rate_limited", "denied", "question", "blocked", "crashed"]
Format = Literal[
    "text",
    "claude-stream",
    "codex-exec",
    "gemini-stream",
    "opencode-parts",
    "pi-events",
    "cline-events",
    "acp",
    "codex-app-server",
]
"""The names in agents/streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileConfig:
    """An agent program: its command lines, and how to talk to it. None: as the profile below it has it."""

    __pydantic_config__ = {"extra": "forbid"}

    text: str | None = _key(None, "what it is, for people who choose one")
    like: str | None = _key(None, "profile that it takes everything from that is not set here")
    command: tuple[str, ...] = _key(
        (),
        "words, or a line; may use {prompt} {prompt_file} {worktree} {pod} {ticket} {role} {model} {root} {run_dir} "
        "{main} {git_common} {git_worktree} {model_args} {session_args} {permission_args} {mcp_args} "
        "{budget_args}",
        "line",
    )
    prompt: PromptBy | None = _key(None, "how the prompt goes in: stdin, arg (a {prompt} in command) or file")
    format: Format | None = _key(None, "how its output is read: text, or the name of a structured format")
    protocol: Protocol | None = _key(None, "stream (started with a prompt, ends) or acp (Agent Client Protocol)")
    model_args: tuple[str, ...] | None = _key(None, "arguments for {model}, put where {model_args} stands", "arguments")
    resume: tuple[str, ...] | None = _key(None, "command that goes on with the conversation {session}", "line")
    resume_scope: ResumeScope | None = _key(
        None, "from where it goes on with one: anywhere, repository, directory (the same pod) or never"
    )
    session_args: tuple[str, ...] | None = _key(
        None, "arguments that choose the {session} of a new conversation, put where {session_args} stands", "arguments"
    )
    attach: tuple[str, ...] | None = _key(None, "its interactive program, going on with {session}", "line")
    interactive: tuple[str, ...] | None = _key(None, "its interactive program", "line")
    version: tuple[str, ...] | None = _key(None, "command that prints its version", "line")
    budget_args: tuple[str, ...] | None = _key(
        None, "arguments for what it may cost, {budget}, put where {budget_args} stands", "arguments"
    )
    login: str | None = _key(None, "how a person logs in, in words: shown when that is missing")
    permissions: Policy | None = _key(None, "what it may do without asking: ask (nothing), accept-edits, full")
    permission_args: Mapping[Policy, tuple[str, ...]] | None = _key(
        None, "arguments by policy, put where {permission_args} stands", "arguments by name"
    )
    permission_env: Mapping[Policy, Mapping[str, str]] | None = _key(None, "variables to set, by policy")
    mcp_args: tuple[str, ...] | None = _key(
        None, "arguments that wire the MCP server named in {mcp_config}, put where {mcp_args} stands", "arguments"
    )
    mcp_env: Mapping[str, str] | None = _key(
        None, "variables that wire it instead: {mcp_config} is the file, {mcp_opencode} the same as OpenCode's settings"
    )
    silence: float | None = _key(None, "overrides limits.silence, for CLIs that print only at the end", "s")
    stop_signal: StopSignal | None = _key(None, "what asks it nicely to stop: INT or TERM")
    usage_total: bool | None = _key(None, "whether it counts tokens from the beginning of a conversation")
    cost_total: bool | None = _key(None, "whether it counts costs from the beginning of a conversation")
    exit_codes: Mapping[int, EndsAs] | None = _key(None, "outcome by exit status, where its output does not say it")
    git_identity: bool | None = _key(
        None, "whether it hides your git config from its commands: it is then told by variables who commits"
    )
    env: Mapping[str, str] = _key(dict, "variables to set; never secrets, they are written down", "env")
    env_pass: tuple[str, ...] = _key((), "names (or PREFIX_*) of your own variables that it may see")


def variables(value: object) -> object:
    """Variables to set, as they are; raises ValueError for a name or value that no environment can hold."""
    for name, text in value.items() if isinstance(value, dict) else ():
        if not isinstance(name, str) or not name or "=" in name or "\0" in name:
            raise ValueError(f"{name!r:.40} is not the name of a variable")
        if not isinstance(text, str):
            raise ValueError(f"the value of {name} has to be text, and is {text!r:.40}: put it in quotes")
        if "\0" in text:
            raise ValueError(f"the value of {name} holds a NUL character")
    return value
