"""How it went, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmawep_tui.engine.postmortem import postmortem
from lmawep_tui.store.postmortem_text import markdown
from lmawep_tui.ui.present.markdown_lines import markdown_lines
from lmawep_tui.ui.views import Frame, Page, View
from lmawep_tui.ui.widgets.columns import Column

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.snapshot import Snapshot


def read(ws: Workspace, snapshot: Snapshot, frame: Frame) -> Page:
    """The report that `lmawep postmortem` writes, a row a section."""
    text = markdown(postmortem(ws), ws.layout.root.name)
    sections: dict[str, list[str]] = {}
    here: list[str] = sections.setdefault("Summary", [])
    for line in text.splitlines():
        if line.startswith("## "):
            here = sections.setdefault(line[3:].strip(), [])
        here.append(line)
    about = {name: markdown_lines("\n".join(lines)) for name, lines in sections.items()}
    return Page(
        (Column("section", flex=1),),
        [(name, [(name, "strong")]) for name in sections],
        note="lmawep postmortem -o FILE writes it down",
        about=about,
    )


VIEW = View("Post-mortem", read, every_s=10.0)
