"""Placeholders: what may stand in braces in the command lines of an agent profile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmawep_tui.model.command import check_words, split_command

PLACEHOLDERS = {
    "prompt": "the prompt itself (prompt: arg)",
    "prompt_file": "path of the prompt",
    "worktree": "path of the pod",
    "pod": "pod-1",
    "ticket": "101",
    "role": "task, review, resolve",
    "model": "the model set for the role",
    "model_args": "the profile's arguments for the model, none when no model is set (as an argument of its own)",
    "session": "id of the conversation that is chosen, or gone on with",
    "session_args": "the profile's arguments that choose the id of a new conversation (as an argument of its own)",
    "permission_args": "the profile's arguments for what it may do (as an argument of its own)",
    "mcp_config": "path of the file that names our MCP server",
    "mcp_args": "the profile's arguments for that file, none without it (as an argument of its own)",
    "root": "path of the project",
    "run_dir": "path of the run's folder",
    "main": "the branch that work lands on",
    "git_common": "path of the git folder all pods share",
    "git_worktree": "path of the pod's own folder in there",
}
LISTS = ("model_args", "session_args", "permission_args", "mcp_args")
"""Those that stand for any number of arguments, and so have to be an argument of their own."""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def check_line(line: object) -> tuple[str, ...]:
    """The words of a command line, given as one line or as a list; raises ValueError, in words, for anything else."""
    if isinstance(line, str):
        return check_placeholders(split_command(line))
    return check_placeholders(check_words(_strings(line)))


def check_arguments(line: object) -> tuple[str, ...]:
    """As check_line, for arguments, of which there may be none, and which never hold further ones."""
    words = split_command(line) if isinstance(line, str) else tuple(_strings(line))
    for word in words:
        if word.strip("{}") in LISTS:
            raise ValueError(f"uses {word}, which stands only in a whole command line")
    return check_placeholders(words)


def check_placeholders(words: Sequence[str]) -> tuple[str, ...]:
    """The words as they are; raises ValueError that names the placeholder which means nothing, and those that do."""
    for word in words:
        for match in PLACEHOLDER.finditer(word):
            name = match[1]
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
                raise ValueError(f"uses {match[0]}, which means nothing; known are {known}")
            if name in LISTS and word != match[0]:
                raise ValueError(f"uses {match[0]} inside {word!r}, and it has to be an argument of its own")
    return tuple(words)


def _strings(line: object) -> list[str]:
    if not isinstance(line, list | tuple):
        raise ValueError(f"has to be a list of words, or one line, and is {line!r:.40}")
    for word in line:
        if not isinstance(word, str):
            raise ValueError(f"has to be a list of words, and {word!r:.40} is none: put it in quotes")
    return list(line)
