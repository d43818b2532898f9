"""Renews the generated tables of the README: `python -m tests.readme`."""

from __future__ import annotations

import re
from pathlib import Path

from lmawep_tui.engine.verbs import VERBS
from lmawep_tui.ui.key_table import key_table

README = Path(__file__).parents[1] / "README.md"


def command_table() -> str:
    """The verbs of the command line in Markdown."""
    lines = ["| command | does |", "|---|---|"]
    for verb in VERBS.values():
        if not verb.hidden:
            call = f"lmawep {verb.name} {verb.usage}".strip().replace("|", "\\|")
            lines.append(f"| `{call}` | {verb.help} |")
    return "\n".join(lines) + "\n"


def renewed(text: str) -> str:
    """The README's text with both tables as they are now."""
    for name, table in (("keys", key_table()), ("commands", command_table())):
        block = f"<!-- {name} -->\n\n{table}\n<!-- /{name} -->"
        text = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _, b=block: b, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
