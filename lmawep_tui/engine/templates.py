"""Ticket templates: the person's own in `.lmawep/templates/tickets/`, and a few that are there from the beginning."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.layout import Layout
from lmawep_tui.files.read import read_text
from lmawep_tui.files.yaml_io import parse_mapping
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError

_BUILT_IN = Path(__file__).parent / "ticket_templates"
_NOT_OURS = ("id", "status", "created", "assigned_to")
"""Keys that a ticket gets by itself."""


@dataclass(frozen=True, slots=True)
class Template:
    """One ticket template."""

    name: str
    path: Path
    own: bool
    about: str
    """Its first comment line."""


def templates(layout: Layout) -> list[Template]:
    """Every ticket template by name; the person's own goes before a built-in one of the same name."""
    found: dict[str, Template] = {}
    for folder in _folders(layout):
        for path in _files(folder):
            found.setdefault(path.stem, Template(path.stem, path, folder != _BUILT_IN, _about(path)))
    return sorted(found.values(), key=lambda template: template.name)


def read_template(layout: Layout, name: str) -> Mapping[str, Any]:
    """The values of a template, unknown keys included; raises LmawepError when there is none, BadFile for a bad one."""
    have = {template.name: template for template in templates(layout)}
    if name not in have:
        raise LmawepError(f"There is no ticket template {name!r}.", f"Templates: {', '.join(have)}.")
    path = have[name].path
    data = parse_mapping(read_text(path), path).data
    return {key: value for key, value in data.items() if key not in _NOT_OURS and value is not None}


def is_own(layout: Layout, name: str) -> bool:
    """Whether the person has made a template of that name."""
    return any(template.own for template in templates(layout) if template.name == name)


def _folders(layout: Layout) -> tuple[Path, ...]:
    """Where they lie, the first that has a name wins; those right in `templates/` are from before the folder."""
    return (layout.templates / "tickets", layout.templates, _BUILT_IN)


def _files(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".yaml")]
    except OSError:
        return []


def _about(path: Path) -> str:
    try:
        first = read_text(path).partition("\n")[0]
    except (OSError, BadFile):
        return "cannot be read"
    return clean_line(first[1:].strip())[:80] if first.startswith("#") else ""
