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


@click.command("config")
@click.option("--accept", is_flag=True, help="Accept the commands of tracked files and of the git config, as they are.")
@as_json
def config_command(accept: bool, json_: bool) -> None:
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


def _accept() -> None:
    from lmawep_tui.agents.profile import own_words, profile_of
    from lmawep_tui.engine.detect import detect_tests
    from lmawep_tui.engine.trust import accept
    from lmawep_tui.model.command import words_of
    from lmawep_tui.model.errors import Refused

    ws = workspace()
    config = ws.config
    tickets = ws.snapshot().tickets.values()
    texts = [config.worktree.setup, config.tests.command or detect_tests(ws.layout.root)]
    texts += [config.notify.command]
    texts += [*(rule.run for rule in config.tests.targeted), *(ticket.test for ticket in tickets)]
    commands = [own_words(profile_of(name, config)) for name in config.agents]
    commands += [service.command for service in config.services if service.command]
    for text in dict.fromkeys(text for text in texts if text):
        try:
            commands.append(words_of(text))
        except ValueError as error:  # a ticket's: the config itself would not have been read
            raise Refused(f"A test command {error}.", "Nothing was accepted. Mend the ticket, then accept.") from error
    for command in commands:
        write(f"accepted: {' '.join(command)}")
    for key in accept(ws.layout, ws.git, commands):
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
