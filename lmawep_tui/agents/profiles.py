"""The built-in agent profiles: data only, from runs of the real programs. All print plain text.

Each works unattended inside its pod: nobody is there to answer "may I run git commit?", and a run that waits for it
would only stall. What it may do beyond that is the program's own sandbox.
"""

from __future__ import annotations

from typing import Final

from lmawep_tui.agents.profile import Profile

_MANY_PROVIDERS = (
    *("ANTHROPIC_*", "OPENAI_*", "OPENROUTER_*", "GEMINI_*", "GOOGLE_*", "DEEPSEEK_*", "GROQ_*", "MISTRAL_*", "XAI_*"),
    *("AZURE_*", "OLLAMA_*"),
)

_PROFILES = (
    Profile(
        name="claude",
        text="Claude Code",
        command=(
            *("claude", "-p", "{model_args}", "--output-format", "text", "--permission-mode", "acceptEdits"),
            *("--allowedTools", "Bash,Edit,MultiEdit,Write,Read,Glob,Grep,LS,NotebookEdit,TodoWrite,Task"),
        ),
        model_args=("--model", "{model}"),
        silence=0.0,  # in text mode it prints its last message and nothing before
        stop_signal="TERM",  # ends its commands; after SIGINT it would exit 0
        env={"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1"},
        env_pass=(
            *("ANTHROPIC_*", "CLAUDE_CONFIG_DIR", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_MAX_RETRIES"),
            *("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLOUD_ML_REGION", "AWS_REGION", "AWS_PROFILE"),
            *("API_TIMEOUT_MS", "IS_SANDBOX"),
        ),
    ),
    Profile(
        name="codex",
        text="OpenAI Codex",
        # A commit in a pod writes to the shared git folder, which its sandbox would forbid; naming the whole folder
        # does not help, these four do.
        command=(
            *("codex", "exec", "{model_args}", "-s", "workspace-write", "-C", "{worktree}"),
            *("--add-dir", "{git_worktree}", "--add-dir", "{git_common}/objects"),
            *("--add-dir", "{git_common}/refs", "--add-dir", "{git_common}/logs"),
            *("-c", "check_for_update_on_startup=false", "--color", "never", "-"),
        ),
        model_args=("-m", "{model}"),
        stop_signal="INT",  # SIGTERM would orphan the command it runs
        env_pass=("OPENAI_*", "CODEX_*"),
    ),
    Profile(
        name="gemini",
        text="Gemini CLI",
        command=("gemini", "{model_args}", "--approval-mode", "yolo", "--skip-trust", "-o", "text"),
        model_args=("-m", "{model}"),
        silence=0.0,
        stop_signal="TERM",
        env={"GEMINI_CLI_NO_RELAUNCH": "true"},  # else it is only the parent of the agent, and ignores signals
        env_pass=("GEMINI_*", "GOOGLE_*"),
    ),
    Profile(
        name="opencode",
        text="OpenCode",
        command=("opencode", "run", "{model_args}", "--auto"),
        model_args=("--model", "{model}"),
        stop_signal="TERM",
        env_pass=("OPENCODE_*", *_MANY_PROVIDERS),
    ),
    Profile(
        name="aider",
        text="aider",
        command=(
            *("aider", "{model_args}", "--message-file", "{prompt_file}", "--yes-always", "--no-stream", "--no-pretty"),
            *("--no-check-update", "--analytics-disable", "--no-show-model-warnings", "--no-gitignore"),
            *("--chat-history-file", "{run_dir}/aider.md", "--input-history-file", "{run_dir}/aider.input"),
        ),
        model_args=("--model", "{model}"),
        prompt="file",
        stop_signal="INT",
        env_pass=("AIDER_*", *_MANY_PROVIDERS),
    ),
    Profile(
        name="pi",
        text="pi",
        command=("pi", "{model_args}", "-p"),
        model_args=("--model", "{model}"),
        silence=0.0,
        stop_signal="TERM",  # SIGINT would orphan the command it runs
        env={"PI_OFFLINE": "1", "PI_TELEMETRY": "0"},
        env_pass=("PI_*", *_MANY_PROVIDERS),
    ),
)

BUILT_IN: Final = {profile.name: profile for profile in _PROFILES}
