"""Text that is only text.

Textual reads square brackets in strings as markup, so a ticket titled `list[int]` loses letters, one titled `[/]`
ends the app and one with `[@click=…]` becomes a button. Whatever shows data goes through here instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from lmawep_tui.files.clean import clean_line, clean_text

if TYPE_CHECKING:
    from typing import Literal

    from textual.visual import VisualType
    from textual.widget import Widget

    Severity = Literal["information", "warning", "error"]


def content(text: str | Sequence[tuple[str, str]]) -> Content:
    """Return text, or stretches of (text, Textual style such as "bold $text-warning"), as content without markup.

    The styles are ours; only the texts may come from outside.
    """
    if isinstance(text, str):
        return Content(clean_text(text))
    return Content.assemble(*[(clean_text(part), style) for part, style in text])


def title(text: str) -> Content:
    """Return text for a `border_title`, a `border_subtitle` or a tab, all of which would parse a string."""
    return Content(clean_line(text))


def toast(widget: Widget, text: str, *, heading: str = "", severity: Severity = "information") -> None:
    """Show a notification whose text may come from outside."""
    widget.notify(clean_text(text), title=clean_line(heading), severity=severity, markup=False)


class Plain(Static):
    """A `Static` that shows exactly the text it is given.

    Content that is made on purpose (`Content` objects) is taken as it is; strings are never parsed.
    """

    def __init__(
        self,
        text: str | Content | Sequence[tuple[str, str]] = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Show `text`: a string, content, or stretches of (text, style)."""
        super().__init__(_as_content(text), markup=False, name=name, id=id, classes=classes)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show something else; a string is shown as it is."""
        super().update(_as_content(content) if isinstance(content, str) else content, layout=layout)

    def show(self, text: str | Sequence[tuple[str, str]], *, layout: bool = True) -> None:
        """Show a string or stretches of (text, style)."""
        super().update(_as_content(text), layout=layout)


def _as_content(text: str | Content | Sequence[tuple[str, str]]) -> Content:
    return text if isinstance(text, Content) else content(text)
