"""The person's own command that tells them something, such as notify-send."""

from __future__ import annotations

import subprocess

from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.command import words_of
from lmawep_tui.model.errors import LmawepError, Refused

_LONGEST_S = 10.0


def run_command(ws: Workspace, title: str, body: str) -> None:
    """Starts `notify.command` with title and body; blocks until it ends, at most ten seconds.

    Raises Refused when there is none, or when it comes from a tracked file and was not accepted, LmawepError when it
    cannot be started or fails. Both texts are cleaned; they go in as arguments, never through a shell.
    """
    command = ws.config.notify.command
    if command is None:
        raise Refused("notify: how is `command`, and there is none.", "Set `notify: {command: [notify-send, …]}`.")
    words = words_of(command)
    require_accepted(ws.layout, ws.git, "notify command", words)
    argv = filled(words, clean_line(title), clean_line(body))
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              timeout=_LONGEST_S, check=False, start_new_session=True)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LmawepError(f"The notify command `{words[0]}` did not end within {_LONGEST_S:.0f} s.") from None
    except OSError as error:
        raise LmawepError(f"The notify command `{words[0]}` cannot be started: {error.strerror}.") from error
    if done.returncode:
        said = clean_line(done.stderr.decode("utf-8", "replace").strip()[:200])
        raise LmawepError(f"The notify command `{words[0]}` failed with status {done.returncode}.", said)


def filled(words: tuple[str, ...], title: str, body: str) -> list[str]:
    """The arguments, `{title}` and `{body}` filled in; without either in them both stand at the end.

    A text that begins with a dash would be taken for an option: a blank goes before it.
    """
    title, body = (f" {text}" if text.startswith("-") else text for text in (title, body))
    if not any(name in word for word in words for name in ("{title}", "{body}")):
        return [*words, title, body]
    # In one go: what stands in the title is text, also where it looks like a placeholder.
    parts = [word.split("{title}") for word in words]
    return [title.join(part.replace("{body}", body) for part in word) for word in parts]
