"""The click group: a table of verbs, each imported when it is called."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from lmawep_tui import __version__
from lmawep_tui.engine.verbs import VERBS


class VerbGroup(click.Group):
    """Knows all verbs by their sentence and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return [verb.name for verb in VERBS.values() if not verb.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, from its module."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        command: click.Command = getattr(import_module(verb.module), f"{cmd_name}_command")
        command.help = command.help or verb.help
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, but a verb that does not exist is answered with the one that may have been meant."""
        name = args[0]
        if not name.startswith("-") and name not in VERBS and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), n=1, cutoff=0.6)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no verb {name!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs by group, without importing any of them."""
        for group in dict.fromkeys(verb.group for verb in VERBS.values()):
            with formatter.section(group):
                formatter.write_dl(
                    [
                        (f"{v.name} {v.usage}".strip(), v.help)
                        for v in VERBS.values()
                        if v.group == group and not v.hidden
                    ],
                    col_max=34,
                )


@click.group(cls=VerbGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "--root", "folder", type=click.Path(path_type=Path), help="Work in this project.")
@click.version_option(__version__, prog_name="lmawep")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None) -> None:
    """Terminal mission control for a fleet of coding agents.

    Without a verb it opens the screen.
    """
    ctx.obj = folder
    if ctx.invoked_subcommand is None:
        ctx.invoke(VerbGroup.get_command(cli, ctx, "tui"))  # type: ignore[arg-type]
