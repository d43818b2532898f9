"""What the style names of presenters look like.

One list from name to meaning: a presenter says "blocked", the theme says which colour that is, and a test can walk
the list. Each name that matters has a text style beside its colour, so it survives 16 colours and none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lmawep_tui.files.clean import clean_line
from lmawep_tui.ui.guard import GuardedWidget

if TYPE_CHECKING:
    from lmawep_tui.ui.present.styled import Segment

_RULES = {
    "muted": "color: $text-muted;",
    "strong": "text-style: bold;",
    "emphasis": "text-style: italic;",
    "accent": "color: $text-accent;",
    "ok": "color: $text-success;",
    "warn": "color: $text-warning;",
    "error": "color: $text-error; text-style: bold;",
    "busy": "color: $text-primary;",
    "blocked": "color: $text-warning; text-style: bold;",
    "heading": "color: $text-primary; text-style: bold;",
    "subheading": "color: $text-accent; text-style: bold;",
    "link": "color: $text-primary; text-style: underline;",
    "code": "color: $text-accent;",
    "quote": "color: $text-muted; text-style: italic;",
    "added": "color: $text-success;",
    "removed": "color: $text-error;",
    "hunk": "color: $text-primary;",
    "file": "color: $text-accent; text-style: bold;",
    "keyword": "color: $text-secondary;",
    "string": "color: $text-warning;",
    "comment": "color: $text-muted; text-style: italic;",
    "number": "color: $text-accent;",
    "constant": "color: $text-accent;",
    "function": "color: $text-primary;",
    "type": "color: $text-accent;",
    "line-added": "background: $success 12%;",
    "line-removed": "background: $error 12%;",
    "line-file": "background: $panel;",
    "line-note": "background: $panel;",
    "line-selected": "background: $primary 25%;",
    "line-cursor": "background: $foreground 14%;",
    "word-added": "background: $success 30%; text-style: bold;",
    "word-removed": "background: $error 30%; text-style: bold;",
    "cursor": "background: $block-cursor-blurred-background;",
    "match": "text-style: reverse;",
    "match-current": "background: $warning; color: auto; text-style: bold underline;",
}
"""Style name → its CSS. Colours come from the theme only."""

_WITHOUT_COLOUR = {
    "muted": "dim",
    "accent": "none",
    "ok": "none",
    "warn": "bold",
    "error": "bold reverse",
    "busy": "italic",
    "blocked": "bold",
    "heading": "bold underline",
    "subheading": "bold",
    "code": "italic",
    "quote": "dim italic",
    "added": "bold",
    "removed": "dim",
    "hunk": "underline",
    "file": "bold underline",
    "match-current": "bold underline reverse",
    "line-added": "none",
    "line-removed": "none",
    "line-file": "none",
    "line-note": "none",
    "keyword": "none",
    "string": "none",
    "number": "none",
    "constant": "none",
    "function": "none",
    "type": "none",
    "comment": "dim italic",
    "line-selected": "reverse",
    "line-cursor": "bold",
    "cursor": "reverse",
    "word-added": "bold underline",
    "word-removed": "bold underline",
}
"""Style name → its text style where there is no colour at all (NO_COLOR)."""
_ANSI_RULES = {
    "line-added": "background: ansi_default; color: ansi_green;",
    "line-removed": "background: ansi_default; color: ansi_red;",
    "line-file": "background: ansi_default; text-style: bold;",
    "line-note": "background: ansi_default;",
    "line-selected": "background: ansi_default; text-style: reverse;",
    "line-cursor": "background: ansi_default; text-style: bold underline;",
    "word-added": "background: ansi_default; text-style: bold reverse;",
    "word-removed": "background: ansi_default; text-style: bold reverse;",
    "comment": "text-style: dim italic;",
}
"""What is a shade of the background elsewhere, where the terminal has but its own sixteen colours."""

NAMES = frozenset(_RULES)
"""Every style name there is, besides the empty one."""

_PREFIX = "lm--"


def _css() -> str:
    """Write the rules as CSS for every widget built on `SemanticView`."""
    rules = "\n".join(f"    & > .{_PREFIX}{name} {{ {rule} }}" for name, rule in _RULES.items())
    # The muted colour of ANSI themes is the ordinary one, so there it has to be dimmed.
    ansi = f"    &:ansi > .{_PREFIX}muted, &:ansi > .{_PREFIX}quote {{ text-style: dim; }}"
    cursor = f"    &:ansi > .{_PREFIX}cursor {{ text-style: reverse; }}"
    current = f"    &:ansi > .{_PREFIX}match-current {{ background: ansi_yellow; color: ansi_black; }}"
    ansi += "".join(f"\n    &:ansi > .{_PREFIX}{name} {{ {rule} }}" for name, rule in _ANSI_RULES.items())
    plain = "\n".join(
        f"    &:nocolor > .{_PREFIX}{name} {{ text-style: {style}; background: ansi_default; color: ansi_default; }}"
        for name, style in _WITHOUT_COLOUR.items()
    )
    return f"SemanticView {{\n{rules}\n{ansi}\n{cursor}\n{current}\n{plain}\n}}"


class SemanticView(GuardedWidget, ScrollView, can_focus=True):
    """A view that draws its own lines and knows the semantic style names.

    Resolving a name walks the DOM and blends colours, which is far too slow per segment: every answer is kept until
    the theme or the focus changes.
    """

    COMPONENT_CLASSES = {_PREFIX + name for name in _RULES}  # noqa: RUF012 - Textual declares it without ClassVar
    DEFAULT_CSS = _css()
    ALLOW_SELECT = True

    _style_cache: dict[str, Style] | None = None
    _base: Style = Style.null()
    """The view's own style, under every line."""

    def notify_style_update(self) -> None:
        """Forget the resolved styles, and whatever was painted with them, when the theme or a state changes."""
        super().notify_style_update()
        self._style_cache = None
        self.forget_strips()

    def forget_strips(self) -> None:
        """Drop every painted line; views that keep some say here how."""

    def paint_lines(self, crop: Region) -> list[Strip]:
        """Paint the visible lines, past Textual's box painter when there is no box.

        That painter makes three more strips for each line of each frame, though our lines come finished and cached.
        """
        base = self.rich_style  # walks up the DOM, so once a frame and not once a line
        if base != self._base:
            self._base = base
            self.forget_strips()
        if self._decorated():
            return super().paint_lines(crop)
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        left, right = crop.column_span
        return [strip.crop(left, right) for strip in strips]

    def _decorated(self) -> bool:
        """Tell whether anything is drawn around or over the lines."""
        styles = self.styles
        return bool(
            styles.gutter
            or styles.tint.a
            or self.opacity != 1
            or styles.text_opacity != 1
            or styles.has_rule("hatch")
            or any(edge for edge, _ in styles.outline)
        )

    def semantic(self, name: str) -> Style:
        """Return the style of a semantic name, without a background unless the name itself has one.

        An unknown name is ordinary text: a presenter's typing error must not end the app.
        """
        return self.component_style(_PREFIX + name) if name in NAMES else Style.null()

    def component_style(self, component: str) -> Style:
        """Return the style of one component class, made to lie over any background."""
        if self._style_cache is None:
            self._style_cache = {}
        style = self._style_cache.get(component)
        if style is None:
            style = self._style_cache[component] = self._resolve(component)
        return style

    def _resolve(self, component: str) -> Style:
        rules = self.get_component_styles(component)
        # The visual style (unlike the "partial rich style") resolves automatic and translucent colours.
        full = self.get_visual_style(component).rich_style
        has_colour = rules.has_rule("color") or rules.has_rule("auto_color")
        colours = Style(
            color=full.color if has_colour else None,
            bgcolor=full.bgcolor if rules.has_rule("background") else None,
        )
        return colours + rules.text_style

    def pieces(self, line: Iterable[Segment], base: Style) -> list[RichSegment]:
        """Return a styled line as rich segments over `base`, its text made safe for the last time before the screen."""
        semantic = self.semantic
        return [RichSegment(clean_line(text), base + semantic(name) if name else base) for text, name in line if text]


def overlay(pieces: Sequence[RichSegment], start: int, end: int, style: Style) -> list[RichSegment]:
    """Lay `style` over the characters from `start` up to `end`; an `end` of -1 is the end of the line."""
    if end < 0:
        end = sum(len(piece.text) for piece in pieces)
    result: list[RichSegment] = []
    position = 0
    for text, own, _ in pieces:
        stop = position + len(text)
        low, high = max(start, position), min(end, stop)
        if low >= high:
            result.append(RichSegment(text, own))
        else:
            low, high = low - position, high - position
            parts = ((text[:low], own), (text[low:high], own + style if own else style), (text[high:], own))
            result.extend(RichSegment(part, part_style) for part, part_style in parts if part)
        position = stop
    return result


def to_strip(pieces: Sequence[RichSegment]) -> Strip:
    """Return segments as a strip whose length is known."""
    return Strip(pieces, sum([cell_len(piece.text) for piece in pieces]))
