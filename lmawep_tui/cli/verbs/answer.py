"""`answer`: the person's word to a run that waits for it."""

from __future__ import annotations

import click

from lmawep_tui.cli.output import write, write_styled
from lmawep_tui.cli.place import refuse_agents, the_pod, workspace
from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.event import Ask


@click.command("answer")
@click.argument("pod")
@click.argument("text", nargs=-1)
@click.option("--option", help="One of the answers it offers, by its id.")
@click.option("--number", type=click.IntRange(1), help="Which question, when several wait; else the oldest.")
def answer_command(pod: str, text: tuple[str, ...], option: str | None, number: int | None) -> None:
    from lmawep_tui.engine.questions import answer, asked, ended_asking

    refuse_agents("answer a question")
    if option is not None and text:
        raise UsageError("--option goes without a text.")
    ws = workspace()
    mine = the_pod(ws, pod)
    said = option if option is not None else " ".join(text)
    if not said:
        open_ = asked(ws, mine)
        for question in open_:
            asks = "asks permission" if question.ask is Ask.PERMISSION else "asks"
            write_styled((f"{question.number}  {asks}: ", "warn"), question.title)
            if question.detail and question.detail not in question.title:
                write("\n".join(f"   │ {line}" for line in question.detail.splitlines()))
            for id_, label in question.options:
                write(f"   {label}" + (f"  (--option {id_})" if id_ != label else ""))
        if not open_:
            write(f"{mine} waits for no answer.")
        return
    if option is None and number is None and ended_asking(ws, mine):
        from lmawep_tui.engine.tell import tell

        run = tell(ws, mine, said).run
        write(f"{mine} goes on with your answer." + (f" Its run: {run.name}" if run is not None else ""))
        return
    question, given = answer(ws, mine, said, number=number, option=option is not None)
    write(f"{mine} has its answer to question {question.number}: {given.text}")
