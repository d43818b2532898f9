"""The `lmawep` command: the way in, and the way out for every refusal."""

from __future__ import annotations

import gc
import io
import sys
from typing import Any

from lmawep_tui.cli.output import fail, tell_warnings
from lmawep_tui.model.errors import LmawepError, UsageError

_GC_THRESHOLD = 30_000
"""Start-up makes tens of thousands of objects that all stay: looking through them again and again gains nothing."""


def main(argv: list[str] | None = None) -> None:
    """Runs the command; every refusal is one sentence on stderr and a non-zero exit status."""
    gc.set_threshold(_GC_THRESHOLD, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale that lacks a character is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if argv is None else argv
    try:
        code = _run(words)
    except LmawepError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        fail(LmawepError(f"The system refused: {error.strerror or error}{where}."))
    except Exception as error:  # noqa: BLE001 (the last resort: a fault of ours is a sentence too)
        what = f"{type(error).__name__}: {error}".rstrip(".")
        fail(LmawepError(f"Unexpected {what}.", "This is a fault in lmawep; nothing half done is left behind."))
    tell_warnings()
    sys.exit(code if isinstance(code, int) else 0)


def _run(words: list[str]) -> Any:
    if not words:
        # The screen by itself, the commonest call of all, does not wait for the command line's library.
        from lmawep_tui.cli.screen import open_screen

        return open_screen(None)
    import click

    from lmawep_tui.cli.group import cli

    try:
        return cli.main(args=words, prog_name="lmawep", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "lmawep"
        raise UsageError(error.format_message(), f"`{where} --help` shows how.") from None
    except click.ClickException as error:
        raise LmawepError(error.format_message()) from None


if __name__ == "__main__":
    main()
