"""A view that draws its own lines in the styles of the names in `style_names`."""

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
from lmawep_tui.ui.widgets.style_names import NAMES, style_of

if TYPE_CHECKING:
    from lmawep_tui.ui.present.styled import Segment


class SemanticView(GuardedWidget, ScrollView, can_focus=True):
    """A view that draws its own lines and knows the semantic style names.

    Resolving a name walks the DOM and blends colours, which is far too slow per segment: every answer is kept until
    the theme or the focus changes.
    """

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
        if name not in NAMES:
            return Style.null()
        cache = self._styles_known()
        style = cache.get(name)
        if style is None:
            style = cache[name] = style_of(name, self)
        return style

    def _styles_known(self) -> dict[str, Style]:
        if self._style_cache is None:
            self._style_cache = {}
        return self._style_cache

    def component_style(self, component: str) -> Style:
        """Return the style of one component class, made to lie over any background."""
        cache = self._styles_known()
        style = cache.get(component)
        if style is None:
            style = cache[component] = self._resolve(component)
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
