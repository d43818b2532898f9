"""What was found in a new repository, as rows that can be changed and as lines that explain them."""

from __future__ import annotations

from collections.abc import Mapping

from lmawep_tui.engine.first_look import FirstLook
from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.ui.present.styled import StyledLine
from lmawep_tui.ui.widgets.table_rows import Cell, Entry, Group


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person wants, of what was found."""

    main: str
    agent: str
    tests: str
    setup: str
    copy: tuple[str, ...]


def choices_of(look: FirstLook) -> Choices:
    """What is written when nothing is changed."""
    agent = look.installed[0].name if look.installed else ""
    return Choices(look.main, agent, look.tests, look.setup, look.copy)


def first_rows(look: FirstLook, chosen: Choices, versions: Mapping[str, str] | None) -> list[Entry]:
    """The settings as rows: name, value, and why."""
    own = "as you said"
    rows = [
        ("main", "land on", chosen.main, look.why_main if chosen.main == look.main else own),
        ("tests", "tests", chosen.tests or "none", look.why_tests if chosen.tests == look.tests else own),
        ("agent", "agent", _agent(chosen.agent, versions), _why_agent(look, chosen)),
        ("setup", "worktree setup", chosen.setup or "none", look.why_setup if chosen.setup == look.setup else own),
        ("copy", "copied to pods", ", ".join(chosen.copy) or "nothing", _why_copy(look, chosen)),
    ]
    missing = {"tests": not chosen.tests, "agent": not chosen.agent}
    entries: list[Entry] = []
    for key, name, value, why in rows:
        style = "warn" if missing.get(key) else "strong"
        cells: list[Cell] = [name, (("⚑ " if missing.get(key) else "") + clean_line(value), style), (why, "muted")]
        entries.append((key, cells))
    return [Group("Will be set"), *entries]


def _agent(name: str, versions: Mapping[str, str] | None) -> str:
    version = (versions or {}).get(name, "")
    return f"{name} {version}".strip() if name else "none"


def _why_agent(look: FirstLook, chosen: Choices) -> str:
    others = [agent.name for agent in look.installed if agent.name != chosen.agent]
    if not chosen.agent:
        return "none that lmawep knows is installed"
    return f"also installed: {', '.join(others)}" if others else "it is installed"


def _why_copy(look: FirstLook, chosen: Choices) -> str:
    if chosen.copy != look.copy:
        return "as you said"
    return "ignored by git, wanted by programs" if chosen.copy else "no ignored .env files here"


def first_lines(look: FirstLook, versions: Mapping[str, str] | None) -> list[StyledLine]:
    """What else there is to know: the agents, and what is written where."""
    lines: list[StyledLine] = [[("Agents", "subheading")]]
    for agent in look.agents:
        if agent.path:
            version = "…" if versions is None else versions.get(agent.name, "") or "installed"
            lines.append([("  ● ", "ok"), (f"{agent.name:<10}", "strong"), (f"{version:<12}", ""),
                          (clean_line(agent.text), "muted")])  # fmt: skip
    away = [agent.name for agent in look.agents if not agent.path]
    if away:
        lines.append([("  ○ ", "muted"), (f"not installed: {', '.join(away)}", "muted")])
    if look.installed:
        lines.append([("    Whether one is logged in is asked by `lmawep agents --check NAME`.", "muted")])
    lines += [[], [("Will be written, and nothing before you press Enter", "subheading")]]
    wide = max(len(path) for path, _ in look.writes)
    lines += [[(f"  {path:<{wide}}  ", "file"), (what, "muted")] for path, what in look.writes]
    return lines
