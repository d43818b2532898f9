"""Whatever waits for the person is counted, reached with `!`, and says why."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lmawep_tui.model.ids import TicketId
from lmawep_tui.model.pod import Limit, Refusal
from tests.e2e.keyboard import Keyboard
from tests.ui.conftest import running
from tests.world import World

T101, T102 = TicketId(101), TicketId(102)


def refuse(world: World, **refused: str) -> None:
    """What the conductor notes when it cannot do something."""
    with world.ws.change("refuse") as change:
        found = {TicketId(int(key[1:])): Refusal(verb=text.split()[0], why=text.partition(" ")[2])
                 for key, text in refused.items()}  # fmt: skip
        change.state = replace(change.state, refused=found)
        change.save()


def broken(world: World, number: int = 102) -> Path:
    path = world.ws.layout.ticket(TicketId(number))
    path.write_text(f"id: {number}\ntitle: [\n")
    return path


async def test_an_invalid_ticket_needs_you_and_is_reached(world: World) -> None:
    world.ticket("fine")
    broken(world)
    async with running(world) as ui:
        await ui.sees("⚑ 1 needs you", "line 3:")
        await ui.press("exclamation_mark")
        await ui.sees("ticket-102.yaml", "E opens it in $EDITOR")
        assert "E edit" in ui.footer


def test_an_invalid_ticket_is_mended_in_the_editor(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ticket("fine")
    broken(world)
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nprintf 'id: 102\\ntitle: Mended\\nstatus: ready\\npriority: low\\n' > \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    with Keyboard([sys.executable, "-m", "lmawep_tui"], world.root) as person:
        person.until("1 needs you", "invalid")
        person.press("!")
        person.until("Mend the file")
        person.press("E")
        person.until("Mended", "nothing needs you", gone="invalid")
        person.press("q")
        assert person.ended() == 0


async def test_a_broken_config_is_shown_until_it_is_mended(world: World) -> None:
    good = world.ws.layout.config.read_text()
    async with running(world) as ui:
        assert not ui.mission.problems.display
        world.ws.layout.config.write_text(good + "colour: blue\n")
        await ui.sees("config.yaml", "colour")
        ui.app.clear_notifications()
        await ui.pilot.pause(1.2)
        await ui.sees("config.yaml", "colour")
        assert ui.lines[1].lstrip().startswith("⚑")
        world.ws.layout.config.write_text(good)
        await ui.until(lambda: not ui.mission.problems.display and "colour" not in ui.text, "mended")


async def test_a_broken_config_is_said_once_by_autopilot(world: World) -> None:
    with world.ws.layout.config.open("a") as file:
        file.write("colour: blue\n")
    async with running(world) as ui:
        await ui.press("P")
        said = await ui.until(lambda: [t for t in ui.toasts if "stays off" in t], "the refusal")
        assert said[0].count("colour") == 1


async def test_what_autopilot_cannot_do_is_said(world: World) -> None:
    pod = world.spawn(world.ticket("steep"))
    world.ticket("pour")
    async with running(world, size=(170, 40)) as ui:
        await ui.sees("nothing needs you")
        refuse(world, t101="run The agent is gone.", t102="spawn The disk is full.")
        await ui.sees("⚑ 2 need you", "cannot spawn")
        assert ui.mission.table.cursor_key == pod.id
        await ui.sees("The agent is gone.")
        await ui.press("exclamation_mark", "4")
        assert ui.mission.table.cursor_key == "102"
        await ui.sees("cannot spawn: The disk is full.")
        await ui.press("w")
        await ui.until(lambda: any("The disk is full." in t for t in ui.toasts), "why")
        refuse(world)
        await ui.sees("nothing needs you")


async def test_an_agent_at_its_limit_is_in_the_header(world: World) -> None:
    async with running(world, clock=lambda: 1768485760.0) as ui:
        limit = Limit(kind="rate_limited", why="quota", since="2026-01-15T13:00:00Z", until="2026-01-15T14:05:00Z")
        past = replace(limit, until="2026-01-15T14:00:00Z")
        with world.ws.change("limit") as change:
            change.state = replace(change.state, limited={"claude": limit, "codex": past})
            change.save()
        await ui.sees("claude waits until")
        assert "codex" not in ui.text


async def test_what_today_cost_is_in_the_header_and_on_the_tabs(world: World) -> None:
    pod = world.spawn(world.ticket("steep"))
    async with running(world, size=(170, 40)) as ui:
        await ui.sees("nothing needs you")
        assert "today" not in ui.text
        usage = {"input": 400_000, "cached": 0, "output": 12_000, "cost": None}
        told = {"pod": pod.id, "ticket": pod.ticket, "run": "0001-task", "role": "task", "began": "x"}
        world.ws.journal("run_ended", **told, agent="codex", model="gpt", usage=usage)
        await ui.sees("412k tok today")
        world.ws.journal("settled", **told, agent="codex", model="gpt", usage={**usage, "cost": 1.84})
        await ui.sees("$1.84 today")
        await ui.press("4")
        await ui.sees("$1.84, 412k tok in 1 run")
        await ui.press("5")
        await ui.sees("$1.84, 412k tok in 1 run")
        text = world.ws.layout.config.read_text() if world.ws.layout.config.exists() else ""
        world.ws.layout.config.write_text(f"{text}\nbudgets: {{day: 2.00, ticket: 1.5}}\n")
        await ui.sees("today's budget of $2.00 is 92% used ($1.84)")
        await ui.sees("the budget of #101 of $1.50 is used up ($1.84)")
