"""`init`, `config`, `doctor`."""

from __future__ import annotations

from typing import Any

import click

from lmawep_tui.cli.output import write, write_json, write_styled
from lmawep_tui.cli.place import here, refuse_agents, workspace

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


@click.command("init")
@click.option("--agent", metavar="NAME", help="The agent that does the work; asked for when several are installed.")
def init_command(agent: str | None) -> None:
    from lmawep_tui.cli.verbs.agent_choice import chosen_agent
    from lmawep_tui.engine.init import init, is_new

    new = is_new(here())
    ws = init(here(), agent=chosen_agent(agent, ask=True) if new or agent else None)
    state = ws.snapshot().state
    write(f"Ready: work lands on {state.main}.")
    command = ws.config.tests.command
    tests = command if isinstance(command, str | None) else " ".join(command)
    write(f"Tests: {tests}" if tests else "Tests: none found; set `tests: {command: …}` in .lmawep/config.yaml.")
    write("Next: lmawep ticket create 'What to do'")


@click.group("config", invoke_without_command=True)
@click.option("--accept", is_flag=True, help="Accept the commands of tracked files and of the git config, as they are.")
@as_json
@click.pass_context
def config_command(ctx: click.Context, accept: bool, json_: bool) -> None:
    if ctx.invoked_subcommand is not None:
        return
    if accept:
        refuse_agents("accept commands")
        _accept()
        return
    from lmawep_tui.files.config_file import explain
    from lmawep_tui.files.plain import to_plain

    settings = explain(workspace().config)
    if json_:
        write_json({"settings": [to_plain(setting) for setting in settings]})
        return
    for setting in settings:
        mark = "strong" if setting.value != setting.default else ""
        write_styled((f"{setting.key}: {_show(setting.value)}", mark), (f"   # {setting.doc}", "muted"))


@config_command.command("get")
@click.argument("key")
@as_json
def config_get(key: str, json_: bool) -> None:
    """Print one setting."""
    from lmawep_tui.engine.settings import rows
    from lmawep_tui.model.errors import NotFound
    from lmawep_tui.model.setting_shape import split_key

    where = split_key(key)
    row = next((row for row in rows(workspace()) if row.where == where), None)
    if row is None:
        raise NotFound(f"{key} is not set.", f"`lmawep config set {key} VALUE` sets it.")
    if json_:
        write_json({"key": row.key, "value": row.value, "default": row.default, "doc": row.shape.doc,
                    "line": row.line})  # fmt: skip
        return
    write(row.value)


@config_command.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
def config_set(key: str, value: str) -> None:
    """Set KEY in .lmawep/config.yaml; comments there stay."""
    from lmawep_tui.engine.accept import not_accepted
    from lmawep_tui.engine.settings import put
    from lmawep_tui.model.setting_shape import split_key

    refuse_agents("change settings")
    ws = workspace()
    row = put(ws, split_key(key), value)
    write(f"{row.key}: {row.value}")
    if not_accepted(ws):
        write("Git tracks the config: `lmawep config --accept` lets its commands run on this machine.")


@config_command.command("unset")
@click.argument("key")
def config_unset(key: str) -> None:
    """Take KEY out of .lmawep/config.yaml, back to its default."""
    from lmawep_tui.engine.settings import unset
    from lmawep_tui.model.setting_shape import split_key

    refuse_agents("change settings")
    unset(workspace(), split_key(key))
    write(f"{key} is at its default.")


def _accept() -> None:
    from lmawep_tui.engine.accept import accept_commands

    commands, keys = accept_commands(workspace())
    for command in commands:
        write(f"accepted: {' '.join(command)}")
    for key in keys:
        write(f"accepted from the git config: {key}")


def _show(value: Any) -> str:
    from lmawep_tui.files.plain import to_plain
    from lmawep_tui.files.yaml_io import flow

    return flow(to_plain(value))


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@as_json
def doctor_command(fix: bool, json_: bool) -> int:
    from lmawep_tui.engine.doctor import doctor
    from lmawep_tui.engine.preflight import notes
    from lmawep_tui.files.plain import to_plain

    ws = workspace()
    findings, known = doctor(ws, fix=fix), notes(ws)
    if json_:
        write_json({"findings": [to_plain(finding) for finding in findings], "notes": known})
        return 0 if all(finding.fixed for finding in findings) else 1
    if not findings:
        write("All is in order.")
    for finding in findings:
        write_styled(("mended  " if finding.fixed else "look    ", "ok" if finding.fixed else "warn"), finding.what)
    for note in known:
        write_styled(("note    ", "muted"), note)
    if findings and not fix:
        write("`lmawep doctor --fix` mends what can be mended.")
    return 0 if all(finding.fixed for finding in findings) else 1
