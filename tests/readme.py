"""Renews the generated tables of the README: `python -m tests.readme`."""

from __future__ import annotations

import re
from pathlib import Path

from lmawep_tui.ui.key_table import command_table, key_table

README = Path(__file__).parents[1] / "README.md"


def renew() -> None:
    """Puts both tables between their marks."""
    text = README.read_text("utf-8")
    for name, table in (("keys", key_table()), ("commands", command_table())):
        block = f"<!-- {name} -->\n{table}\n<!-- /{name} -->"
        text = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _, b=block: b, text, flags=re.DOTALL)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    renew()
